"""The requests of one person, and all that was said on them as one line over all channels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "person.sql")

MOST_REQUESTS = 200  # the latest; whoever has more is an institution, and its requests are searched for
PAGE = 30
_NEWEST = 2**62


@dataclass(frozen=True, slots=True)
class Request:
    """A request of his. The state is the word of its definition, which (type, version, variant) names."""

    id: int
    reference: str
    subject: str
    type: str
    version: int
    variant: int
    state: str
    phase: str
    channel: str
    service: str
    opened_at: datetime
    last_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class Said:
    """One message of one of his requests. `delivery`: how it left, a state of the ledger of deliveries, None where it did not."""

    id: int
    at: datetime
    direction: str
    kind: str
    channel: str
    author: str
    audience: str
    subject: str
    text: str
    reference: str
    request: str
    phase: str
    files: int
    delivery: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """A page of that line; `before` is where the next one begins, None at its end."""

    said: Sequence[Said]
    before: int | None


async def requests(tx: Transaction, collectivity_id: int, person_id: int) -> Sequence[Request]:
    """His requests, open ones first, as far as the asker may see them."""
    rows = _queries.requests(tx.conn, collectivity_id=collectivity_id, person_id=person_id, most=MOST_REQUESTS)
    return [Request(*row.values()) async for row in rows]


async def line(tx: Transaction, collectivity_id: int, person_id: int, before: int | None = None) -> Line:
    """What was said, the latest first, as far as the asker may see it."""
    rows = _queries.line(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, before=before or _NEWEST, most=PAGE + 1, most_requests=MOST_REQUESTS
    )
    said = [Said(*row.values()) async for row in rows]
    return Line(said[:PAGE], said[PAGE - 1].id if len(said) > PAGE else None)


async def channels(tx: Transaction, collectivity_id: int, person_id: int) -> Mapping[str, Sequence[str]]:
    """By which channels each of his addresses (`kind:value`, a mail address as it is) has come."""
    rows = _queries.channels(tx.conn, collectivity_id=collectivity_id, person_id=person_id, most_requests=MOST_REQUESTS)
    return {row["address"]: row["channels"] async for row in rows}
