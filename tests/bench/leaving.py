"""Deliveries a second, from a full outbox to the evidence that each was taken: real workers, a relay that takes all."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from typing import Any

from grc import clock
from grc.db.transaction import WORKER, Database
from grc.demo.load import ensure
from grc.queue.database import open_database
from tests.bench.installation import installation, say
from tests.bench.sink import sink

MAILS = 6_000
STALLED = 300.0
WORKERS = max(1, os.cpu_count() or 1)


async def deliveries_per_second(mails: int = MAILS) -> dict[str, Any]:
    """The rate at which an outbox of so many mails, of all collectivities that have sent some, empties."""
    async with installation() as here, sink() as relay:
        here.env["GRC_RELAY"] = f"smtp://127.0.0.1:{relay}"
        async with open_database(here.settings, "bench") as (db, _):
            await ensure(db, here.settings, clock.now())
            await _fill(db, mails)
            async with AsyncExitStack() as stack:
                for _ in range(WORKERS):
                    await stack.enter_async_context(here.running("worker", "--only", "deliver"))
                while (first := await _left(db)) == mails:  # they start
                    await asyncio.sleep(0.02)
                began = time.perf_counter()
                async with asyncio.timeout(STALLED):
                    while await _left(db):
                        await asyncio.sleep(0.02)
                taken = time.perf_counter() - began
    say(f"deliveries: {first} mails in {taken:.1f} s")
    return {"deliveries_per_second": round(first / taken, 1)}


async def _fill(db: Database, mails: int) -> None:
    """So many deliveries more of messages that left before, all due, a little of each collectivity."""
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("update outgoing set state = 'sent' where state in ('created', 'sending', 'temporary-failure')")
        await tx.conn.execute(
            "insert into outgoing (collectivity_id, ticket_id, message_id, channel, to_addr, automatic, state, due, created_at)"
            " select o.collectivity_id, o.ticket_id, o.message_id, o.channel, o.to_addr, false, 'created', now(), now()"
            " from (select * from outgoing where message_id is not null and channel = 'email' order by id limit 100) o,"
            " generate_series(1, $1)", mails // 100,
        )  # fmt: skip
        await tx.conn.execute("analyze outgoing")


async def _left(db: Database) -> int:
    async with db.transaction(WORKER) as tx:
        count = "select count(*) from outgoing where state in ('created', 'sending', 'temporary-failure')"
        return int(await tx.conn.fetchval(count))
