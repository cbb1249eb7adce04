"""A decision on paper reached whoever asked: when, and by which way."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions.legal_act import begin, moment
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday

WAYS = {
    "recommande": "lettre recommandée avec avis de réception",
    "main": "remise en main propre contre décharge",
    "lettre": "lettre simple",
    "autre": "autre moyen, dont la preuve est au dossier",
}


async def notify(tx: Transaction, agent: SignedIn, key: TicketKey, day: date | None, way: str, now: datetime) -> None:
    """Notes that the decision was notified that day. Conflict where none was taken, or it was notified before."""
    if way not in WAYS:
        raise BadInput("moyen", "Dites par quel moyen la décision a été notifiée.")
    act = await begin(tx, agent, key, now)
    decided = act.fact("decided")
    if decided is None:
        raise Conflict("Aucune décision n’a été prise sur cette demande.")
    if act.fact("notified") is not None:
        raise Conflict("Cette décision est déjà notifiée.")
    at = moment(day, now)
    if at.date() < decided.at.date():
        raise BadInput("jour", "Une décision ne peut pas être notifiée avant d’avoir été prise.")
    act.happened("notified", at, decision=decided.decision, way=WAYS[way])
    act.case.draft.tell("notified", f"Notifiée le {with_weekday(at.date())}, par {WAYS[way]}.")
    await act.done(tx)
