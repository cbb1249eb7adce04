"""An acknowledgement that waited leaves: an agent said so."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "release.sql")


async def release(tx: Transaction, agent: SignedIn, ticket: TicketKey, now: datetime) -> None:
    """Lets go the acknowledgement that waited because its address had its number of automatic mails for the day (it is owed: L112-12)."""
    case = await take(tx, agent, ticket, now)
    released = [row async for row in _queries.release(tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, now=now)]
    if not released:
        return
    case.draft.tell("ack_released", to=released[0]["to_addr"])
    case.draft.columns["alarm"] = None
    await case.write(tx)
    tx.wake("outgoing")
