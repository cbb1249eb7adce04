"""An appointment is moved: to another time, another agent, another place."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import Case, take
from grc.actions.plan_appointment import may_be, told
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets import appointments
from grc.tickets.appointments import Appointment, queries
from grc.tickets.model import TicketKey


async def move_appointment(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, number: int, with_id: int, starts_at: datetime, ends_at: datetime, place: str,
    now: datetime, *, tell: bool,
) -> Appointment:  # fmt: skip
    """Moves it. Conflict where it is over or called off; BadInput as when it is planned."""
    case = await take(tx, agent, ticket, now)
    await planned(tx, case, number)
    await may_be(tx, case, with_id, starts_at, ends_at, place)
    await queries.move(
        tx.conn, collectivity_id=ticket.collectivity_id, id=number, agent_id=with_id, starts_at=starts_at, ends_at=ends_at, place=place
    )  # fmt: skip
    return await told(tx, agent, case, number, "appointment_moved", tell=tell)


async def planned(tx: Transaction, case: Case, number: int) -> Appointment:
    """The appointment, still to come. NotFound where it is none of this ticket's, Conflict where it is over or called off."""
    one = await appointments.one(tx, case.ticket.key, number)
    if one.state != "planned":
        raise Conflict("Ce rendez-vous a déjà été tenu ou annulé.")
    return one
