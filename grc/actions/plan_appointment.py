"""An agent plans an appointment: somebody comes, calls, or takes the screen."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.actions.assign import colleague
from grc.actions.case import Case, take
from grc.actions.invite import invite, span
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.people.agents import SignedIn
from grc.tickets import appointments
from grc.tickets.appointments import KINDS, Appointment, queries
from grc.tickets.model import TicketKey

LONGEST, LONGEST_PLACE = timedelta(hours=24), 300
FURTHEST = timedelta(days=730)


async def plan_appointment(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, with_id: int, kind: str, starts_at: datetime, ends_at: datetime, place: str,
    now: datetime, *, tell: bool,
) -> Appointment:  # fmt: skip
    """Plans it for an agent who sees the ticket; `tell`: whoever asked gets it by mail, with a calendar file.

    BadInput names what is wrong: `kind`, `assignee`, `starts`, `ends` or `place`. That he has something else in these hours is no fault:
    `appointments.overlapping` says so.
    """
    if kind not in KINDS:
        raise BadInput("kind", "Choisissez dans la liste.")
    case = await take(tx, agent, ticket, now)
    await may_be(tx, case, with_id, starts_at, ends_at, place)
    number = await queries.add(
        tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, agent_id=with_id, kind=kind, starts_at=starts_at,
        ends_at=ends_at, place=place, now=now,
    )  # fmt: skip
    return await told(tx, agent, case, number, "appointment", tell=tell)


async def may_be(tx: Transaction, case: Case, with_id: int, starts_at: datetime, ends_at: datetime, place: str) -> None:
    """Whether an appointment may be at this time and place, with this agent."""
    await colleague(tx, case.ticket, with_id)
    if not case.draft.now - timedelta(days=1) <= starts_at <= case.draft.now + FURTHEST:
        raise BadInput("starts", "Choisissez un jour à venir, dans les deux ans.")
    if not starts_at < ends_at <= starts_at + LONGEST:
        raise BadInput("ends", "L’heure de fin doit suivre celle du début.")
    if len(place) > LONGEST_PLACE:
        raise BadInput("place", f"Cette adresse est trop longue : {LONGEST_PLACE} signes au plus.")


async def told(tx: Transaction, agent: SignedIn, case: Case, number: int, what: str, *, tell: bool) -> Appointment:
    """The appointment as it stands now, told to the timeline and, where the agent says so, to whoever asked; then written."""
    one = await appointments.one(tx, case.ticket.key, number)
    reached = await invite(tx, agent, case, one) if tell else False
    case.draft.tell(what, when=span(one), kind=one.kind, told=reached, number=number, **{"with": one.agent})
    await case.write(tx)
    return one
