"""The telephone: calls as they happen and as switchboards record them, the card of who calls, missed calls to call back, the call log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from channels.phone import book, recording
from channels.phone import parse as reading
from channels.phone import settings as accounting
from channels.phone.check import line_health
from channels.phone.follow import Follower
from channels.phone.overhear import overhear
from channels.phone.weigh import weigh
from grc import clock
from grc.db.transaction import WORKER
from grc.errors import Unavailable
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent, Settled
from grc.messages.seal import Seal

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.db.transaction import Transaction
    from grc.messages.accounts import Account, NewAccount
    from grc.people.agents import SignedIn
    from grc.web.module import Corner, Way
    from grc.web.route import Route

log = structlog.get_logger()

LOOK_SECONDS = 2.0  # how late a line that was written to a file is read
PURGE_SECONDS = 600.0


class Phone:
    """The channel of the telephone."""

    name = "phone"
    label = "téléphone"
    icon = "phone"
    answers_by = "sms"  # to who calls one answers by calling, or in writing by a text message
    kinds = ("tel",)

    def __init__(self, room: Room) -> None:
        self._room = room
        self.accept = room.accept

    def routes(self) -> Iterable[Route]:
        """The door of switchboards, the card of a call with its sheet, the log."""
        from channels.phone.routes import routes

        return routes(self._room)

    def ways(self) -> Iterable[Way]:
        """The log, in the trunk of agents."""
        from grc.web.module import Way
        from grc.web.route import Who

        return (Way("/agent/appels", "Appels", self.icon, Who.AGENT),)

    def corner(self, agent: SignedIn) -> Corner | None:
        """The card of who calls, for whoever has said which lines are his."""
        from channels.phone.routes import CORNER
        from grc.web.module import Corner

        return Corner(CORNER, "appel", "Appels téléphoniques") if agent.preferences.get("lines") else None

    def parse(self, received: Received) -> InboundMessage:
        """What an arrival says, without its calls: they are noted by `weigh`."""
        return reading.parse(received)

    async def weigh(
        self, tx: Transaction, house: House, received: Received, message: InboundMessage, now: datetime
    ) -> InboundMessage | Settled:
        """Notes the calls of an arrival: nothing of it is decided elsewhere."""
        return await weigh(tx, received, now)

    async def overhear(self, tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | None:
        """A voice message that a switchboard sends by mail belongs to the call that left it."""
        return await overhear(tx, received, message, now)

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The line that an operator's KEY=VALUE pairs describe."""
        return accounting.read_account(values, self._room.settings.key("hooks"))

    async def test_account(self, account: Account) -> Sequence[Health]:
        """How a line is: nobody can be asked to call it."""
        return [health for line, found in await self._health() if line == account.id for health in found]

    def hook(self, account: Account) -> str | None:
        """The address that its switchboard is to call."""
        from grc.web.hook import path

        return path(account, Seal.of(self._room.settings), "cti")

    async def check(self) -> list[Health]:
        """How each line is."""
        return [health for _, found in await self._health() for health in found]

    async def _health(self) -> list[tuple[int, Sequence[Health]]]:
        now = clock.now()
        found = []
        async with self._room.db.transaction(WORKER) as tx:
            for line, settings in await book.lines(tx):
                given = {"collectivity_id": line.collectivity_id, "account_id": line.account_id}
                last_at = await book.queries.last(tx.conn, **given)
                read = await book.queries.followed(tx.conn, **given)
                found.append((line.account_id, line_health(line, settings, last_at, read["read_lines"] if read else 0, now)))
        return found

    async def listen(self, stop: asyncio.Event) -> None:
        """Follows the files of the lines that have one, and forgets recordings whose time is over, until `stop`."""
        followers: dict[int, Follower] = {}
        purge_at = 0.0
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            try:
                await self._follow(followers)
                if loop.time() >= purge_at:
                    await recording.purge(self._room.db, clock.now())
                    purge_at = loop.time() + PURGE_SECONDS
            except Unavailable as error:
                log.warning("phone.put_off", error=str(error))
            try:
                await asyncio.wait_for(stop.wait(), LOOK_SECONDS)
            except TimeoutError:
                pass

    async def _follow(self, followers: dict[int, Follower]) -> None:
        async with self._room.db.transaction(WORKER) as tx:
            wanted = [(line, str(settings["follow"])) for line, settings in await book.lines(tx) if settings.get("follow")]
        for line, path in wanted:
            follower = followers.get(line.account_id)
            if follower is None or (follower.line, str(follower.path)) != (line, path):
                follower = followers[line.account_id] = Follower(line, Path(path))
            try:
                await follower.step(self._room.db, self._room.accept)
            except OSError as error:  # doctor tells it; the other lines go on
                log.warning("phone.file_not_read", line=line.name, error=str(error))

    async def send(self, message: OutboundMessage) -> Sent:
        """Nothing leaves by telephone: somebody calls."""
        return Sent("permanent-failure", "on ne répond pas par téléphone : appelez, ou choisissez une autre voie")


def channel(room: Room) -> Phone:
    """The channel in this house."""
    return Phone(room)
