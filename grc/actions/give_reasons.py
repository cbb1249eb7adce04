"""An agent gives the reasons of an implicit rejection; the period to appeal then ends two months after (L232-4)."""

from __future__ import annotations

from datetime import datetime

from grc.actions.legal_act import Signer, begin, words
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.dates import with_weekday


async def give_reasons(tx: Transaction, agent: SignedIn, key: TicketKey, reasons: str, by: str, signer: Signer, now: datetime) -> None:
    """Writes and sends them. Conflict where nobody asked, or they were given before."""
    said, signer = words(reasons, "motifs", "Écrivez les raisons de ce refus."), signer.checked()
    act = await begin(tx, agent, key, now)
    asked = act.fact("reasons_asked")
    if asked is None:
        raise Conflict("Personne n’a demandé les motifs de cette décision.")
    if act.fact("reasons_given") is not None:
        raise Conflict("Les motifs ont déjà été communiqués.")
    own = {
        "asked_on": with_weekday(asked.at.astimezone(PARIS).date()), "reasons": said, "signer_name": signer.name,
        "signer_capacity": signer.capacity,
    }  # fmt: skip
    await act.send(tx, "reasons", act.write("reasons", own), by, signer)
    act.happened("reasons_given", now, way=by)
    act.case.draft.tell("reasons_given", "Le délai de recours court de nouveau, deux mois francs.")
    if act.case.ticket.alarm == "reasons_late":
        act.case.draft.columns["alarm"] = None
    await act.done(tx)
