"""Very many tickets whose deadline is due, for tests and benchmarks of what fires them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from grc.db import sql
from grc.tickets import reference

_queries = sql.load(__file__, "timers.sql")
PART = 10_000


async def timers(conn: Any, collectivity_id: int, service_id: int, count: int, due_at: datetime, kind: str = "are") -> list[int]:
    """Opens so many general requests, each with one deadline that is due then; the numbers of the tickets, the first due first.

    `conn` may write all of it: a transaction of the worker's.
    """
    person = await _queries.asker(conn, collectivity_id=collectivity_id, now=due_at)
    made: list[int] = []
    for first in range(0, count, PART):
        ids = [row["id"] async for row in _queries.numbers(conn, count=min(PART, count - first))]
        references = [reference.encode(number) for number in ids]
        await _queries.tickets(
            conn, collectivity_id=collectivity_id, person=person, service=service_id, ids=ids, references=references, now=due_at
        )
        await _queries.deadlines(conn, collectivity_id=collectivity_id, ids=ids, kind=kind, due_at=due_at)
        made += ids
    return made
