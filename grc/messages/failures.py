"""Deliveries that failed for good, by what the relay answered, and put back in line. Who may see what, the transaction's role decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.arrivals import Who

_queries = sql.load(__file__, "failures.sql")

PAGE = 50
MOST_RETRIED = 500  # at one click


@dataclass(frozen=True, slots=True)
class Group:
    """Failures that have their answer in common."""

    answer: str
    count: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A delivery that failed, with the words of its last attempt."""

    collectivity_id: int
    id: int
    channel: str
    to_addr: str
    at: datetime
    state: str
    detail: str


async def places(tx: Transaction, scope: tuple[int, ...] | None) -> tuple[int, ...]:
    """The collectivities a list is made of: those of `scope`, all where it is None."""
    return scope if scope is not None else tuple([row["id"] async for row in _queries.places(tx.conn)])


async def groups(tx: Transaction, scope: tuple[int, ...] | None) -> Sequence[Group]:
    """The answers by which deliveries failed, the most frequent first."""
    rows = _queries.groups(tx.conn) if scope is None else _queries.groups_of(tx.conn, collectivities=list(scope))
    return [Group(row["answer"], row["n"]) async for row in rows]


async def failed(tx: Transaction, scope: tuple[int, ...] | None, answer: str, before: int) -> tuple[Sequence[Failure], int | None]:
    """The latest deliveries that failed by an answer, and what the next page comes before, None on the last."""
    given = {"collectivities": list(await places(tx, scope)), "answer": answer, "before": before, "most": PAGE + 1}
    rows = [row async for row in _queries.failed(tx.conn, **given)]
    lines = [
        Failure(r["collectivity_id"], r["id"], r["channel"], r["to_addr"], r["created_at"], r["state"], r["detail"] or "")
        for r in rows[:PAGE]
    ]
    return lines, lines[-1].id if len(rows) > PAGE else None


async def retry(tx: Transaction, scope: tuple[int, ...] | None, ids: Sequence[int], answer: str, who: Who, now: datetime) -> int:
    """Puts failed deliveries back in line: those of these numbers, or, without any, those of this answer, so many at a time. How many."""
    given = {"collectivities": list(await places(tx, scope)), "ids": list(ids), "answer": answer, "now": now, "most": MOST_RETRIED}
    again = [row async for row in _queries.retry(tx.conn, **given, agent_id=who.id, who=who.name)]
    if again:
        tx.wake("outgoing")
    return len(again)
