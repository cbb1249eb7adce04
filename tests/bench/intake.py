"""Mails a second, from the bytes to a committed ticket with its acknowledgement: the real pipeline, with real worker processes."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from typing import Any

from grc import clock
from grc.actions.accept import accept
from grc.db.transaction import WORKER, Database
from grc.demo.load import ensure
from grc.messages.model import Accepted, Arrival
from grc.queue.database import open_database
from tests.bench.insert_limit import insert_limit
from tests.bench.installation import Installation, installation, say
from tests.bench.parse_limit import parse_limit
from tests.bench.sink import sink
from tests.makers.letters import Letter, letters

MAILS, WARM = 6_000, 300
TAKERS = 8
AHEAD = 400  # how many may lie accepted and undecided: a mailbox hands over no faster than it is emptied for long
STALLED = 20.0
COLLECTIVITIES = (40192, 40088, 40046, 40279, 40312)
WORKERS = max(1, os.cpu_count() or 1)


async def intake(mails: int = MAILS) -> dict[str, Any]:
    """The rate of the pipeline and the two it is held against, on one machine, one after the other."""
    say(f"intake: making {mails} mails")
    made = list(letters(40, WARM + mails, [f"mairie@{code}.example" for code in COLLECTIVITIES]))
    parsed = parse_limit([letter.raw for letter in made[WARM:]])
    say(f"intake: the standard library parses {parsed:.0f} a second on one core")
    async with installation() as here, sink() as relay:
        here.env["GRC_RELAY"] = f"smtp://127.0.0.1:{relay}"
        here.env["GRC_DAILY_CAP"] = "1000"  # whoever writes often in a benchmark is owed his acknowledgement all the same
        async with open_database(here.settings, "bench") as (db, _):
            await ensure(db, here.settings, clock.now())
            rate = await _through(here, db, made)
        inserted = await insert_limit(here)
        say(f"intake: bare inserts {inserted:.0f} a second")
    return {"intake": {"per_second": round(rate, 1), "parse_limit": round(parsed, 1), "insert_limit": round(inserted, 1)}}


async def _through(here: Installation, db: Database, made: Sequence[Letter]) -> float:
    async with AsyncExitStack() as stack:
        for _ in range(WORKERS):
            await stack.enter_async_context(here.running("worker", "--only", "intake"))
        await _take_in(db, made[:WARM])
        began = time.perf_counter()
        await _take_in(db, made[WARM:])
        taken = time.perf_counter() - began
    outcomes = await _outcomes(db)
    say(f"intake: {len(made) - WARM} mails in {taken:.1f} s, {outcomes}")
    if outcomes.get("quarantined", 0) > 1 or outcomes.get("opened", 0) + outcomes.get("appended", 0) < len(made):
        raise RuntimeError(f"not every mail became a ticket: {outcomes}")
    return (len(made) - WARM) / taken


async def _take_in(db: Database, some: Sequence[Letter]) -> None:
    """Accepts these mails, a few at once, and returns when each of them is decided."""
    waiting: Iterator[Letter] = iter(some)
    room = asyncio.Event()
    room.set()

    async def taker() -> None:
        for letter in waiting:
            await room.wait()
            answer = await accept(db, _arrival(letter), clock.now())
            if not isinstance(answer, Accepted):
                raise RuntimeError(str(answer))

    async def watch() -> None:
        before, since = -1, time.monotonic()
        while True:
            pending = await _pending(db)
            if pending != before:
                before, since = pending, time.monotonic()
            elif time.monotonic() - since > STALLED:
                raise TimeoutError(f"{pending} arrivals wait and none was decided for {STALLED:.0f} s")
            (room.clear if pending > AHEAD else room.set)()
            if pending == 0 and all(task.done() for task in takers):
                return
            await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        takers = [group.create_task(taker()) for _ in range(TAKERS)]
        group.create_task(watch())


def _arrival(letter: Letter) -> Arrival:
    meta = {"by": "lmtp", "mail_from": letter.sender, "rcpt_to": [letter.recipient], "helo": "mx.example", "peer": "127.0.0.1"}
    collectivity = int(letter.recipient.partition("@")[2].partition(".")[0])
    return Arrival("email", letter.recipient, letter.message_id, letter.raw, collectivity, meta)


async def _pending(db: Database) -> int:
    async with db.transaction(WORKER) as tx:
        return int(await tx.conn.fetchval("select count(*) from received where outcome = 'pending'"))


async def _outcomes(db: Database) -> dict[str, int]:
    """What became of the mails; the demonstration's own rows are older."""
    query = "select outcome, count(*) as n from received where meta ->> 'helo' = 'mx.example' group by outcome"
    async with db.transaction(WORKER) as tx:
        return {row["outcome"]: row["n"] for row in await tx.conn.fetch(query)}
