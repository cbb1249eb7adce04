"""Whoever asked wants to know why silence refused his request: the reasons are owed within a month (L232-4)."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions.legal_act import begin, moment
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import in_words, with_weekday


async def ask_reasons(tx: Transaction, agent: SignedIn, key: TicketKey, day: date | None, now: datetime) -> None:
    """Notes that he asked for them that day. BadInput where that was not within the appeal period, Conflict where nothing was refused."""
    act = await begin(tx, agent, key, now)
    clock = act.clock
    if act.case.definition.legal.regime != "svr" or clock.implicit_decision_on is None or clock.appeal_until is None:
        raise Conflict("Aucune décision implicite de rejet n’est née sur cette demande.")
    if act.fact("reasons_asked") is not None:
        raise Conflict("Les motifs ont déjà été demandés.")
    at = moment(day, now)
    asked = at.astimezone(PARIS).date()
    if not clock.implicit_decision_on < asked <= clock.appeal_until:
        told = f"après le {in_words(clock.implicit_decision_on)} et au plus tard le {in_words(clock.appeal_until)}"
        raise BadInput("jour", f"Les motifs se demandent dans le délai de recours\u00a0: {told} (L232-4).")
    act.happened("reasons_asked", at)
    act.case.draft.tell("reasons_asked", f"Demandés le {with_weekday(asked)}. Ils sont dus dans le mois (L232-4).")
    await act.done(tx)
