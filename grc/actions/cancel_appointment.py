"""An appointment is called off."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.actions.move_appointment import planned
from grc.actions.plan_appointment import told
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.appointments import queries
from grc.tickets.model import TicketKey


async def cancel_appointment(tx: Transaction, agent: SignedIn, ticket: TicketKey, number: int, now: datetime, *, tell: bool) -> None:
    """Calls it off; `tell`: whoever asked is told, and his calendar takes it away. Conflict where it is over or called off already."""
    case = await take(tx, agent, ticket, now)
    await planned(tx, case, number)
    await queries.end(tx.conn, collectivity_id=ticket.collectivity_id, id=number, state="cancelled")
    await told(tx, agent, case, number, "appointment_cancelled", tell=tell)
