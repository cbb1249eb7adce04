"""The requests that a member made to the agency, as its agents read them. In transactions under the role `grc_member`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound

_queries = sql.load(__file__, "member.sql")

PAGE = 30  # requests of one page of the list


@dataclass(frozen=True, slots=True)
class Line:
    """A request in the list. `member`: on whose behalf it was made."""

    id: int
    reference: str
    subject: str
    type: str
    version: int
    variant: int
    state: str
    requester: str
    service: str
    member: str
    opened_at: datetime
    last_at: datetime
    rating: int | None


async def listing(
    tx: Transaction, agency: int, members: Sequence[int], phase: str, after: tuple[datetime, int] | None = None
) -> list[Line]:  # fmt: skip
    """A page of the requests of these members in this phase, the last spoken of first; `after` the last one of the page before."""
    before, before_id = after or (None, None)
    rows = _queries.listing(
        tx.conn, agency=agency, members=list(members), phase=phase, before=before, before_id=before_id, most=PAGE
    )  # fmt: skip
    return [
        Line(
            r["id"], r["reference"], r["subject"], r["type"], r["version"], r["variant"], r["state"], r["requester_name"], r["service"],
            r["member"], r["opened_at"], r["last_at"], r["rating"],
        )
        async for r in rows
    ]  # fmt: skip


async def open_count(tx: Transaction, agency: int, members: Sequence[int]) -> int:
    """How many of them are open."""
    count: int = await _queries.open_count(tx.conn, agency=agency, members=list(members))
    return count


async def request(tx: Transaction, agency: int, members: Sequence[int], reference: str) -> Mapping[str, Any]:
    """The row of one of them. NotFound where there is none, or none of these members'."""
    row: Mapping[str, Any] | None = await _queries.request(tx.conn, agency=agency, members=list(members), reference=reference)
    if row is None:
        raise NotFound("Cette demande n’existe pas, ou ne vous est pas accessible.")
    return row
