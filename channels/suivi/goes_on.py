"""Where a request goes on that is a duplicate of another, as far as whoever holds the link of the duplicate may know."""

from __future__ import annotations

from dataclasses import dataclass

from grc.db import sql
from grc.db.transaction import WORKER, Database
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "goes_on.sql")


@dataclass(frozen=True, slots=True)
class GoesOn:
    """It goes on with another request; which one and by which link, where both are proved to be the same person's."""

    reference: str | None
    token: str | None


async def goes_on(db: Database, key: TicketKey) -> GoesOn | None:
    """Where the duplicate goes on; None for a request that is no duplicate. His role reads one request, so the worker's looks."""
    async with db.transaction(WORKER) as tx:
        row = await _queries.kept(tx.conn, collectivity_id=key.collectivity_id, id=key.id)
    return GoesOn(row["reference"], row["token"]) if row else None
