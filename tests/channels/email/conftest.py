"""A collectivity with its address, mailboxes on a real Dovecot, and the collection of mail running beside the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

import pytest

from channels.email.collect import House
from channels.email.pace import Pace
from channels.email.receive import receive
from channels.email.settings import read_account
from grc import clock
from grc.actions.accept import accept
from grc.db.transaction import WORKER, Database
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.model import Accepted, Arrival, Rejected, TryLater
from grc.messages.seal import Seal
from tests.makers.dovecot import BINARY, Dovecot
from tests.support.stories import house, relay, world

__all__ = ["house", "relay", "world"]

INSEE = "40088"
SOON = 10.0  # seconds after which a test fails instead of hanging
QUICK = Pace(connect=2.0, silence=1.0, first_pause=0.05, longest_pause=0.3, turn=0.1, alive=2.0, poll=0.2)

Answer = Accepted | Rejected | TryLater
Seen = TypeVar("Seen")


@pytest.fixture
async def collectivity(db: Database) -> int:
    """A commune that uses the service; its number."""
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into collectivity (id, kind, insee, name, slug, active, email) values (1, 'commune', $1, 'Dax', 'dax', true, $2)",
            INSEE,
            f"mairie@{INSEE}.example",
        )
        await tx.conn.execute("insert into address (collectivity_id, address) values (1, $1)", f"mairie@{INSEE}.example")
    return 1


@pytest.fixture
def seal() -> Seal:
    return Seal(b"k" * 32)


@pytest.fixture
async def dovecot() -> AsyncIterator[Dovecot]:
    if BINARY is None:
        pytest.skip("no Dovecot on this machine: apt install dovecot-imapd")
    async with Dovecot() as running:
        yield running


@dataclass
class Intake:
    """The one way in, as the program has it, with what it answered to hear; `answers` are given before it is asked at all."""

    db: Database
    taken: asyncio.Queue[tuple[Arrival, Answer]] = field(default_factory=asyncio.Queue)
    answers: list[Answer] = field(default_factory=list)
    refuse: Callable[[Arrival], bool] = lambda arrival: False

    async def accept(self, arrival: Arrival) -> Answer:
        if self.refuse(arrival):
            answer: Answer = TryLater("le disque est plein")
        else:
            answer = self.answers.pop(0) if self.answers else await accept(self.db, arrival, clock.now())
        self.taken.put_nowait((arrival, answer))
        return answer

    async def next_new(self) -> Arrival:
        """The next arrival that was not known before."""
        async with asyncio.timeout(SOON):
            while True:
                arrival, answer = await self.taken.get()
                if isinstance(answer, Accepted) and answer.new:
                    return arrival


@pytest.fixture
def intake(db: Database) -> Intake:
    return Intake(db)


@dataclass
class Post:
    """Mailboxes of the collectivity, and workers that read them."""

    db: Database
    seal: Seal
    intake: Intake

    async def account(self, address: str, **values: str) -> Account:
        """Registers a mailbox."""
        new = read_account({"address": address, **values})
        async with self.db.transaction(WORKER) as tx:
            number = await accounts.add(tx, "email", INSEE, new, self.seal.close(new.secrets))
        return await self.state(number)

    async def remove(self, number: int) -> None:
        async with self.db.transaction(WORKER) as tx:
            assert await accounts.remove(tx, number)

    async def state(self, number: int) -> Account:
        """An account as doctor sees it."""
        async with self.db.transaction(WORKER) as tx:
            return next(one for one in await accounts.active(tx, clock.now()) if one.id == number)

    async def until(self, number: int, seen: Callable[[Account], bool]) -> Account:
        """Looks at an account until it is as wanted."""
        return await until(lambda: self.state(number), seen)

    async def rows(self) -> list[str]:
        """The sources of all that is in the ledger."""
        async with self.db.transaction(WORKER) as tx:
            return [row["source_id"] for row in await tx.conn.fetch("select source_id from received order by id")]

    async def progress(self, number: int) -> tuple[int, int]:
        async with self.db.transaction(WORKER) as tx:
            row = await tx.conn.fetchrow("select uidvalidity, last_uid from mailbox_progress where account_id = $1", number)
        return (row["uidvalidity"], row["last_uid"]) if row else (0, 0)

    @asynccontextmanager
    async def reading(self, pace: Pace = QUICK, most_bytes: int = 1_000_000) -> AsyncIterator[None]:
        """A worker that reads the mailboxes."""
        stop = asyncio.Event()
        house = House(self.db, self.intake.accept, clock.now, most_bytes, asyncio.Semaphore(pace.large))
        task = asyncio.create_task(receive(house, self.seal, pace, stop))
        try:
            yield
        finally:
            stop.set()
            await task


@pytest.fixture
async def post(db: Database, collectivity: int, seal: Seal, intake: Intake) -> Post:
    return Post(db, seal, intake)


async def until(look: Callable[[], Awaitable[Seen]], wanted: Callable[[Seen], bool]) -> Seen:
    """Looks at what another process of the same database would see, until it is as wanted: nothing announces it."""
    async with asyncio.timeout(SOON):
        while not wanted(seen := await look()):
            await asyncio.sleep(0.02)
    return seen
