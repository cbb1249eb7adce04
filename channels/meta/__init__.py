"""The channel of Meta: Messenger, comments on a page's posts, Instagram and WhatsApp, by the Graph API and its webhooks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from channels.meta.check import tried
from channels.meta.fetch import Fetching
from channels.meta.graph import Graph
from channels.meta.parse import parse as read
from channels.meta.receive import MOST_BYTES, Reception
from channels.meta.send import CHANNEL, Sender
from channels.meta.settings import read_account
from channels.meta.weigh import weigh
from channels.meta.window import way
from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.channel import WayNote
from grc.messages.seal import Seal
from grc.web import hook
from grc.web.route import Route, Who

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.db.transaction import Transaction
    from grc.messages.accounts import Account, NewAccount
    from grc.messages.channel import Health, Room
    from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent, Settled


class Meta:
    """Messenger, Facebook comments, Instagram, WhatsApp."""

    name = CHANNEL
    label = "Messenger, Instagram ou WhatsApp"
    icon = "message-circle"
    answers_by = CHANNEL
    kinds = ("messenger", "facebook", "instagram", "whatsapp")

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """What Meta calls: once to verify the address, then for everything that happens."""
        reception, path = Reception(self._room.accept), hook.pattern(CHANNEL)
        return (
            Route("GET", path, reception.verify, Who.LINK, "meta_verify"),
            Route("POST", path, reception.receive, Who.LINK, "meta_hook", max_body=MOST_BYTES),
        )

    def parse(self, received: Received) -> InboundMessage:
        """What one event says."""
        return read(received)

    async def fetch(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with the files that lie at Meta."""
        return await self._fetching.files(received, message)

    async def weigh(
        self, tx: Transaction, house: House, received: Received, message: InboundMessage, now: datetime
    ) -> InboundMessage | Settled:
        """The message to go on with, or what became of an event that is none."""
        return await weigh(tx, received, message, now)

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """How an answer would leave now, and until when it can."""
        return way(address, post, last_in_at, now)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that an operator's KEY=VALUE pairs describe."""
        return read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Whether its tokens open what they should, asked now."""
        return await tried(self._graph, account, self._seal, clock.now())

    def hook(self, account: Account) -> str | None:
        """What Meta is to call for this account."""
        return hook.path(account, self._seal)

    async def check(self) -> list[Health]:
        """The same for every account."""
        now = clock.now()
        async with self._room.db.transaction(WORKER) as tx:
            mine = await accounts.of_channel(tx, CHANNEL)
        found = await asyncio.gather(*(tried(self._graph, account, self._seal, now) for account in mine))
        return [health for one in found for health in one]

    async def listen(self, stop: asyncio.Event) -> None:
        """Returns at once: Meta calls."""

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt to send."""
        return await self._sender.send(message)

    @cached_property
    def _seal(self) -> Seal:
        return Seal.of(self._room.settings)

    @cached_property
    def _graph(self) -> Graph:
        return Graph(self._room.settings.meta_base_url)

    @cached_property
    def _sender(self) -> Sender:
        return Sender(self._room.db, self._seal, self._graph, clock.now)

    @cached_property
    def _fetching(self) -> Fetching:
        return Fetching(self._room.db, self._seal, self._graph, self._room.settings.max_message_bytes, clock.now)


def channel(room: Room) -> Meta:
    """The channel in this house."""
    return Meta(room)
