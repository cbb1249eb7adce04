"""The channel by which other programs are told: a signed call to an address of theirs, and nothing comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from channels.webhook import parse as reading
from channels.webhook.check import address_health, tried
from channels.webhook.receive import listen
from channels.webhook.send import Caller
from channels.webhook.settings import allowed, read_account
from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.messages.seal import Seal

if TYPE_CHECKING:
    from grc.web.route import Route


class Webhook:
    """Calls to other programs."""

    name = "webhook"
    label = "appel à un autre programme"
    icon = "webhook"
    answers_by = "webhook"

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """None: other programs answer by the API."""
        return ()

    def parse(self, received: Received) -> InboundMessage:
        """Nothing comes in by this way."""
        return reading.parse(received)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The address that an operator's KEY=VALUE pairs describe: name, url, secret."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Calls the address now, with a body that says it is a test."""
        return [await tried(self._caller, account, clock.now())]

    def hook(self, account: Account) -> str | None:
        """None: it is we who call."""
        return None

    async def check(self) -> list[Health]:
        """Whether each address can be called from here; none is called."""
        async with self._room.db.transaction(WORKER) as tx:
            mine = [account for account in await accounts.active(tx, clock.now()) if account.channel == self.name]
        return [await address_health(account, self._caller.allowed) for account in mine]

    async def listen(self, stop: asyncio.Event) -> None:
        """Returns at once."""
        await listen(stop)

    async def send(self, message: OutboundMessage) -> Sent:
        """One call."""
        return await self._caller.send(message)

    @cached_property
    def _caller(self) -> Caller:
        return Caller(self._room.db, Seal.of(self._room.settings), allowed(self._room.settings))


def channel(room: Room) -> Webhook:
    """The channel in this house."""
    return Webhook(room)
