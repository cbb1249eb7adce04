"""An agent has looked at a ticket: it is no longer new."""

from __future__ import annotations

from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "look.sql")


async def look(tx: Transaction, agent: SignedIn, ticket: TicketKey, now: datetime) -> None:
    """Marks the ticket as seen. Nothing is written when it already was."""
    seen = await _queries.seen(tx.conn, collectivity_id=ticket.collectivity_id, id=ticket.id)
    if seen is not None:
        tx.wake("ticket", f"{ticket.collectivity_id}:{ticket.id}:seen")
