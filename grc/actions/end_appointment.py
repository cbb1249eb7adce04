"""An appointment was kept: it is done, and the time it took is noted with it."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.actions.move_appointment import planned
from grc.actions.plan_appointment import told
from grc.actions.spend import noted
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.appointments import queries
from grc.tickets.model import TicketKey


async def end_appointment(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, number: int, minutes: int, km: int, note: str, now: datetime
) -> None:
    """Marks it as done. With minutes or kilometres, they are noted as the agent's, on its day (or today, where it is still to come)."""
    case = await take(tx, agent, ticket, now)
    one = await planned(tx, case, number)
    await queries.end(tx.conn, collectivity_id=ticket.collectivity_id, id=number, state="done")
    if minutes or km:
        day = min(one.starts_at, now).astimezone(PARIS).date()
        await noted(tx, agent, case, minutes, one.kind, km, note, day)
    await told(tx, agent, case, number, "appointment_done", tell=False)
