"""The channel of Telegram: a bot of the agency for all its members, or one commune's own; requests by dialogue, answers in the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from channels.telegram import parse as reading
from channels.telegram.check import bot_health, tried
from channels.telegram.client import Bots
from channels.telegram.fetch import Fetcher
from channels.telegram.hook import Door
from channels.telegram.receive import Ear
from channels.telegram.send import Sender
from channels.telegram.settings import CHANNEL, read_account
from channels.telegram.weigh import Scales
from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room, WayNote
from grc.messages.listening import Listening
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent, Settled
from grc.messages.seal import Seal
from grc.web import hook
from grc.web.route import Route, Who

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.db.transaction import Transaction


class Telegram:
    """Bots of Telegram."""

    name = CHANNEL
    label = "Telegram"
    icon = "send"
    answers_by = CHANNEL
    kinds = (CHANNEL,)

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """Where Telegram brings updates, for bots that are not asked for theirs."""
        return (Route("POST", hook.pattern(CHANNEL), Door(self._room.accept).receive, Who.LINK, "telegram_hook"),)

    def parse(self, received: Received) -> InboundMessage:
        """The message of an update."""
        return reading.parse(received)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The bot that an operator's KEY=VALUE pairs describe: token, mode."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Asks Telegram for the bot now."""
        try:
            return await tried(account, self._bots, self._seal)
        finally:
            await self._bots.close()

    def account_health(self, account: Account, now: datetime) -> Health:
        """How a bot is, by what the worker that listens to it wrote down."""
        return bot_health(account, now)

    def hook(self, account: Account) -> str | None:
        """What Telegram is to call; None for a bot that is asked."""
        return hook.path(account, self._seal) if account.settings.get("mode") == "webhook" else None

    async def check(self) -> list[Health]:
        """How each bot is."""
        now = clock.now()
        async with self._room.db.transaction(WORKER) as tx:
            return [bot_health(account, now) for account in await accounts.active(tx, now) if account.channel == self.name]

    async def listen(self, stop: asyncio.Event) -> None:
        """Listens to this worker's share of the bots until `stop`."""
        ear = Ear(self._room.db, self._room.accept, self._bots, self._seal, clock.now, self._address)
        try:
            await Listening(self._room.db, self.name, ear.listen, clock.now).run(stop)
        finally:
            await self._bots.close()

    async def fetch(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with the files that are wanted now, and the commune of a place that was shared."""
        return await Fetcher(self._room.db, self._bots, self._seal, self._room.settings).fetch(received, message)

    async def weigh(
        self, tx: Transaction, house: House, received: Received, message: InboundMessage, now: datetime
    ) -> InboundMessage | Settled:
        """A turn of the dialogue, or the message of a request."""
        return await self._scales.weigh(tx, received, message, now)

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """An answer may leave at any time."""
        return WayNote(self.label)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt."""
        return await self._sender.send(message)

    def _address(self, account: Account) -> str:
        return f"{self._room.settings.url()}{hook.path(account, self._seal)}"

    @cached_property
    def _seal(self) -> Seal:
        return Seal.of(self._room.settings)

    @cached_property
    def _bots(self) -> Bots:
        return Bots(self._room.settings.telegram_base_url)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self._room.db, self._seal, self._bots, clock.now)

    @cached_property
    def _scales(self) -> Scales:
        return Scales(self._room.settings.key("telegram"))


def channel(room: Room) -> Telegram:
    """The channel in this house."""
    return Telegram(room)
