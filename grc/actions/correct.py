"""A date that counts in law was wrong: it is corrected with its reason, everything follows, and the timeline keeps both."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions.legal_act import begin, moment, words
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday

NAMES = {
    "received": "Réception de la demande",
    "transferred": "Réception par l’organisme compétent",
    "registered": "Accusé d’enregistrement",
    "acknowledged": "Accusé de réception",
    "incomplete": "Demande de pièces",
    "completed": "Réception des pièces",
    "decided": "Décision",
    "notified": "Notification de la décision",
    "withdrawn": "Retrait de la demande",
    "reasons_asked": "Demande des motifs",
    "reasons_given": "Communication des motifs",
}


async def correct(
    tx: Transaction, agent: SignedIn, key: TicketKey, number: int, day: date | None, why: str, now: datetime, *, void: bool = False
) -> None:
    """Puts the fact of this number on another day, or takes it back (`void`). Conflict where it no longer stands."""
    said = words(why, "pourquoi", "Dites pourquoi cette date est corrigée\u00a0: l’historique garde les deux.")
    act = await begin(tx, agent, key, now)
    fact = next((one for one in act.case.ticket.legal if one.id == number), None)
    if fact is None:
        raise Conflict("Cette date a déjà été corrigée. Rechargez la page.")
    if void and fact.kind == "received":
        raise Conflict("La réception ne peut pas être retirée\u00a0: corrigez sa date.")
    at = fact.at if void else moment(day, now)
    act.happened(
        fact.kind, at, days=fact.days, indispensable=fact.indispensable, items=fact.items, decision=fact.decision, why=said[:2000],
        supersedes=fact.id, void=void,
    )  # fmt: skip
    was = with_weekday(fact.at.astimezone(PARIS).date())
    now_is = "n’a pas eu lieu" if void else f"le {with_weekday(at.astimezone(PARIS).date())}"
    act.case.draft.tell("corrected", f"{NAMES[fact.kind]}\u00a0: {was} → {now_is}. {said}", kind=fact.kind, was=fact.at.isoformat())
    await act.done(tx)
