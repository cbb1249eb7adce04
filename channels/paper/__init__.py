"""Letters: what a copier scans comes in and is read, what is answered by letter is printed and posted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cached_property

from channels.paper import check, routes, settings
from channels.paper import parse as reading
from channels.paper.reading import Reader
from channels.paper.receive import watch
from channels.paper.send import Printer
from grc import clock
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account, NewAccount
from grc.messages.channel import Health, Room
from grc.messages.marks import Marks
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.web.module import Way
from grc.web.route import Route


class Paper:
    """The channel of letters."""

    name = "paper"
    label = "lettre"
    icon = "mail-open"
    answers_by = "paper"
    kinds: Sequence[str] = ()  # a letter proves no address

    def __init__(self, room: Room) -> None:
        self._room = room

    def routes(self) -> Iterable[Route]:
        """The desk where letters are confirmed, cover sheets, and the letters that leave."""
        return routes.routes(self._room, self._marks)

    def ways(self) -> Iterable[Way]:
        """Its links in the trunk of agents."""
        return routes.WAYS

    def parse(self, received: Received) -> InboundMessage:
        """The message of a letter."""
        return reading.parse(received)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The folder that an operator's KEY=VALUE pairs describe."""
        return settings.read_account(values)

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Whether letters can be taken out of the folder, and read."""
        return [check.folder(account), await check.characters()]

    def account_health(self, account: Account, now: datetime) -> Health:
        """How a folder is, by what the worker that watches it wrote down."""
        trouble = str(account.state.get("trouble") or "")
        return Health(account.name, not trouble, trouble or "dossier surveillé", "vérifiez le dossier" if trouble else "")

    def hook(self, account: Account) -> str | None:
        """None: nobody calls for a folder."""
        return None

    async def check(self) -> list[Health]:
        """The reader of characters, and each folder."""
        async with self._room.db.transaction(WORKER) as tx:
            mine = [account for account in await accounts.active(tx, clock.now()) if account.channel == self.name]
        return [await check.characters(), *(check.folder(account) for account in mine)]

    async def listen(self, stop: asyncio.Event) -> None:
        """Watches the folders, cuts, reads and gives letters until `stop`."""
        await watch(self._room.db, Reader(self._room.db, self._marks, clock.now), clock.now, stop)

    async def send(self, message: OutboundMessage) -> Sent:
        """Writes the letter and puts it among those to print."""
        return await Printer(self._room.db, self._marks, clock.now).send(message)

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self._room.settings.key("paper"))


def channel(room: Room) -> Paper:
    """The channel of letters."""
    return Paper(room)
