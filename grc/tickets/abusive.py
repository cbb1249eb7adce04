"""Sources that a collectivity holds to be abusive, so that no acknowledgement is sent to them (L112-11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "abusive.sql")


@dataclass(frozen=True, slots=True)
class Source:
    """What somebody is known by; `until`: it is marked already, and until when."""

    kind: str
    value: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A source that is marked."""

    collectivity_id: int
    id: int
    kind: str
    value: str
    reference: str  # of the request by which it was found
    until: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A source as the list shows it. `messages`: how many came since, a thousand at most, of the requests that the reader may see."""

    id: int
    kind: str
    value: str
    reason: str
    reference: str
    made_at: datetime
    made_by: str
    until: datetime
    told_at: datetime | None
    review_at: datetime
    lifted_at: datetime | None
    lifted_by: str
    lifted_why: str
    messages: int


async def sources(tx: Transaction, key: TicketKey, now: datetime) -> Sequence[Source]:
    """What whoever asked is known by; our own addresses are not among it."""
    rows = _queries.sources(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, now=now)
    return [Source(row["kind"], row["value"], row["until"]) async for row in rows]


async def put(
    tx: Transaction, collectivity_id: int, source: Source, reason: str, reference: str, agent_id: int, *,
    until: datetime, review_at: datetime, told_at: datetime | None, now: datetime,
) -> int:  # fmt: skip
    """Marks a source; its number. Raised as Raced where another marked it meanwhile."""
    number: int = await _queries.put(
        tx.conn, collectivity_id=collectivity_id, kind=source.kind, value=source.value, reason=reason, reference=reference,
        agent_id=agent_id, until=until, review_at=review_at, told_at=told_at, now=now,
    )  # fmt: skip
    return number


async def listed(tx: Transaction, collectivity_id: int, now: datetime) -> Sequence[Line]:
    """All sources of a collectivity, those that stand first."""
    return [_line(row) async for row in _queries.listed(tx.conn, collectivity_id=collectivity_id, now=now)]


async def hold(tx: Transaction, collectivity_id: int, number: int, now: datetime) -> Marked:
    """A source that stands, held. NotFound where there is none of this number here."""
    row = await _queries.hold(tx.conn, collectivity_id=collectivity_id, id=number, now=now)
    if row is None:
        raise NotFound("Ce signalement n’existe pas, ou il a pris fin.")
    return Marked(collectivity_id, row["id"], row["kind"], row["value"], row["reference"], row["until"])


async def prolong(tx: Transaction, marked: Marked, until: datetime, review_at: datetime) -> None:
    """Another day until which it stands."""
    await _queries.prolong(tx.conn, collectivity_id=marked.collectivity_id, id=marked.id, until=until, review_at=review_at)


async def lift(tx: Transaction, marked: Marked, agent_id: int, why: str, now: datetime) -> None:
    """It no longer stands."""
    await _queries.lift(tx.conn, collectivity_id=marked.collectivity_id, id=marked.id, now=now, agent_id=agent_id, why=why)


async def to_review(tx: Transaction, now: datetime, most: int) -> Sequence[Marked]:
    """Takes sources whose end comes near, each once; nobody else takes them."""
    rows = _queries.to_review(tx.conn, now=now, most=most)
    return [Marked(r["collectivity_id"], r["id"], r["kind"], r["value"], r["reference"], r["until"]) async for r in rows]


async def request(tx: Transaction, marked: Marked) -> TicketKey | None:
    """The request by which it was found, where its collectivity still has it and this transaction may see it."""
    number = await _queries.request(tx.conn, collectivity_id=marked.collectivity_id, reference=marked.reference)
    return TicketKey(marked.collectivity_id, number) if number is not None else None


async def to_look_at(tx: Transaction, marked: Marked) -> TicketKey | None:
    """The request on which whoever leads is asked about it: an open one where there is one. None: its collectivity has none any more."""
    number = await _queries.to_look_at(
        tx.conn, collectivity_id=marked.collectivity_id, kind=marked.kind, value=marked.value, reference=marked.reference
    )
    return TicketKey(marked.collectivity_id, number) if number is not None else None


def _line(row: Any) -> Line:
    return Line(
        row["id"], row["kind"], row["value"], row["reason"], row["reference"], row["made_at"], row["made_by"], row["until"],
        row["told_at"], row["review_at"], row["lifted_at"], row["lifted_by"] or "", row["lifted_why"], row["messages"],
    )  # fmt: skip
