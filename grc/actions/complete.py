"""What was missing has come: the suspension ends, or the clock starts anew."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions import law
from grc.actions.legal_act import begin, moment
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday
from workflows.legal_due import missing


async def complete(tx: Transaction, agent: SignedIn, key: TicketKey, day: date | None, now: datetime) -> None:
    """Notes that the items came that day (None: now). Conflict where none are missing, BadInput for a day before they were asked for."""
    act = await begin(tx, agent, key, now)
    waited = missing(act.clock, law.events(law.facts(act.standing.facts)))
    if not waited:
        raise Conflict("Aucune pièce n’est attendue pour cette demande.")
    at = moment(day, now)
    if at.astimezone(PARIS).date() < max(asked.day for asked in waited):
        raise BadInput("jour", "Les pièces ne peuvent pas être arrivées avant d’avoir été demandées.")
    act.happened("completed", at)
    act.case.draft.tell("completed", f"Pièces reçues le {with_weekday(at.astimezone(PARIS).date())}.")
    if act.case.ticket.alarm == "items_missing":
        act.case.draft.columns["alarm"] = None
    await act.done(tx)
