"""Sample: messages that another program posts as JSON, answered by a call to it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room, WayNote
from grc.messages.kept import KeptAccounts
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.messages.seal import Seal
from grc.sample import parse as reading
from grc.sample.parse import NAME
from grc.sample.receive import Reception
from grc.sample.send import Sender
from grc.sample.settings import health, read_account
from grc.web import hook
from grc.web.route import Route, Who


class Sample:
    """The channel."""

    name = NAME
    label = "Sample"
    icon = "message-square"
    answers_by = NAME
    kinds: Sequence[str] = (NAME,)

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """The hook that the other program calls."""
        return (Route("POST", hook.pattern(NAME), Reception(self._room.accept).receive, Who.LINK, f"{NAME}-hook"),)

    def parse(self, received: Received) -> InboundMessage:
        """The message in a call."""
        return reading.parse(received)

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """An answer may leave at any time."""
        return WayNote(self.label)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that an operator's KEY=VALUE pairs describe: name, url."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """What can be said of the account without sending anything."""
        return [health(account)]

    def hook(self, account: Account) -> str | None:
        """What the other program is to call."""
        return hook.path(account, Seal.of(self._room.settings))

    async def check(self) -> list[Health]:
        """A line for each account."""
        async with self._room.db.transaction(WORKER) as tx:
            return [health(account) for account in await accounts.active(tx, clock.now()) if account.channel == NAME]

    async def listen(self, stop: asyncio.Event) -> None:
        """Returns at once: the other program calls."""

    async def send(self, message: OutboundMessage) -> Sent:
        """One call with an answer."""
        return await self._sender.send(message)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(KeptAccounts(self._room.db, NAME))


def channel(room: Room) -> Sample:
    """The channel in this house."""
    return Sample(room)
