"""Whoever asked has taken his request back: no deadline of the law runs any more."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions.legal_act import begin, moment, words
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday


async def withdraw(tx: Transaction, agent: SignedIn, key: TicketKey, day: date | None, why: str, now: datetime) -> None:
    """Notes that it was taken back that day, and how that is known. Conflict where it has ended already."""
    said = words(why, "pourquoi", "Dites comment le demandeur a retiré sa demande\u00a0: un message, un appel…")
    act = await begin(tx, agent, key, now)
    if act.clock.ended is not None:
        raise Conflict("Cette demande est déjà terminée.")
    at = moment(day, now)
    act.happened("withdrawn", at, why=said[:2000])
    act.case.draft.tell("withdrawn", f"Retirée le {with_weekday(at.date())}. {said}")
    await act.done(tx)
