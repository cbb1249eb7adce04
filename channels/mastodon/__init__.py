"""The channel of Mastodon: mentions and private messages of an account, answered where they were written, never more publicly."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from channels.mastodon import parse as reading
from channels.mastodon.check import account_health, standing
from channels.mastodon.fetch import fetched
from channels.mastodon.parse import KIND
from channels.mastodon.receive import Pace, Reader
from channels.mastodon.send import CHANNEL, Sender
from channels.mastodon.settings import instance, read_account
from channels.mastodon.status import PRIVATE
from grc import clock
from grc.db.transaction import WORKER
from grc.errors import Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room, WayNote
from grc.messages.kept import KeptAccounts
from grc.messages.listening import Listening
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.messages.provider import Limits
from grc.messages.seal import Seal

if TYPE_CHECKING:
    from grc.web.route import Route


class Mastodon:
    """Mastodon, and what speaks its language."""

    name = CHANNEL
    label = "Mastodon"
    icon = "at-sign"
    answers_by = CHANNEL
    kinds: Sequence[str] = (KIND,)

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """None: it is we who ask."""
        return ()

    def parse(self, received: Received) -> InboundMessage:
        """The message in a status."""
        return reading.parse(received)

    async def fetch(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with the files of its status."""
        account = await self._kept.get(received.account)
        if account is None:
            raise Unavailable("le compte Mastodon n’est pas (ou plus) réglé")
        return await fetched(instance(account, Seal.of(self._room.settings), self._room.settings), message)

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """A private message; where all could read what it answers, an agent may choose that all read the answer."""
        label = "message de Mastodon réservé aux abonnés" if post.get("visibility") == PRIVATE else "message privé de Mastodon"
        return WayNote(label, public=bool(post.get("public")))

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that an operator's KEY=VALUE pairs describe."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Asks the instance whose the token is, now."""
        return [await standing(account, self._room.settings)]

    def account_health(self, account: Account, now: datetime) -> Health:
        """How an account is, by what its reader wrote down."""
        return account_health(account, now)

    def hook(self, account: Account) -> str | None:
        """None: nobody calls."""
        return None

    async def check(self) -> list[Health]:
        """How each account is, by what was written down."""
        now = clock.now()
        async with self._room.db.transaction(WORKER) as tx:
            return [account_health(account, now) for account in await accounts.active(tx, now) if account.channel == CHANNEL]

    async def listen(self, stop: asyncio.Event) -> None:
        """Reads the accounts until `stop`."""
        room = self._room
        reader = Reader(room.db, room.settings, room.accept, clock.now, Pace(), Limits())
        await Listening(room.db, CHANNEL, reader.listen, clock.now).run(stop)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt to say it."""
        return await self._sender.send(message)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self._room.db, self._room.settings)

    @cached_property
    def _kept(self) -> KeptAccounts:
        return KeptAccounts(self._room.db, CHANNEL)


def channel(room: Room) -> Mastodon:
    """The channel in this house."""
    return Mastodon(room)
