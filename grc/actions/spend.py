"""An agent notes the time he spent on a ticket."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grc.actions.case import Case, take
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from grc.tickets.work_times import KINDS, queries

MOST_MINUTES, MOST_KM, LONGEST_NOTE = 1440, 2000, 500
OLDEST = timedelta(days=366)


async def spend(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, minutes: int, kind: str, km: int, note: str, day: date, now: datetime
) -> None:
    """Keeps the line as his. BadInput names the field that is wrong: `minutes`, `kind`, `km`, `note` or `day`."""
    case = await take(tx, agent, ticket, now)
    await noted(tx, agent, case, minutes, kind, km, note, day)
    await case.write(tx)


async def noted(tx: Transaction, agent: SignedIn, case: Case, minutes: int, kind: str, km: int, note: str, day: date) -> None:
    """Keeps the line beside what the draft will write."""
    today = case.draft.now.astimezone(PARIS).date()
    if not 0 <= minutes <= MOST_MINUTES or not (minutes or km):
        raise BadInput("minutes", "Indiquez une durée entre une minute et un jour.")
    if not 0 <= km <= MOST_KM:
        raise BadInput("km", f"Indiquez une distance de {MOST_KM} km au plus.")
    if kind not in KINDS:
        raise BadInput("kind", "Choisissez dans la liste.")
    if len(note) > LONGEST_NOTE:
        raise BadInput("note", f"Cette précision est trop longue : {LONGEST_NOTE} signes au plus.")
    if not today - OLDEST <= day <= today:
        raise BadInput("day", "Indiquez un jour passé, de moins d’un an.")
    key = case.ticket.key
    await queries.add(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, agent_id=agent.id, day=day, minutes=minutes, kind=kind, km=km,
        note=note, now=case.draft.now,
    )  # fmt: skip
    case.draft.tell("spent", minutes=minutes, km=km)
