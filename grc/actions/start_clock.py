"""An agent starts the clock of the law on a request that came by a way that does not start it by itself: telephone, counter, network."""

from __future__ import annotations

from datetime import date, datetime

from grc.actions.legal_act import begin, moment, words
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday
from workflows.definition import LEGAL_KINDS


async def start_clock(tx: Transaction, agent: SignedIn, key: TicketKey, day: date | None, why: str, now: datetime) -> None:
    """The request counts as received that day, and an acknowledgement is due. Conflict where the clock runs already."""
    said = words(why, "pourquoi", "Dites comment la demande a été reçue\u00a0: au guichet, par téléphone…")
    act = await begin(tx, agent, key, now)
    if act.fact("received") is not None:
        raise Conflict("Le délai légal court déjà sur cette demande.")
    if act.case.definition.audience != "citizen" or act.case.ticket.on_behalf_of is not None:
        raise Conflict("Aucun délai légal ne court pour ce type de demande.")
    at = moment(day, now)
    act.case.draft.begun |= set(LEGAL_KINDS)
    act.happened("received", at, why=said[:2000])
    act.case.draft.tell("clock_started", f"Demande reçue le {with_weekday(at.date())}. {said}")
    await act.done(tx)
