"""The third party's own reference is kept with the ticket: from then on our mails to it carry theirs beside ours."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.actions.escalate import THEIR_REFERENCE
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.messages.foreign_reference import LONGEST
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from workflows.computed import computed


async def keep_reference(tx: Transaction, agent: SignedIn, ticket: TicketKey, reference: str, now: datetime) -> None:
    """Keeps it. BadInput where there is none, it is too long, or the type of the ticket has no room for one."""
    kept = " ".join(reference.split())
    if not kept or len(kept) > LONGEST:
        raise BadInput("reference", f"Une référence a de 1 à {LONGEST} signes.")
    case = await take(tx, agent, ticket, now)
    if THEIR_REFERENCE not in case.definition.by_field:
        raise BadInput("reference", "Ce type de demande ne garde pas de référence d’un tiers : notez-la dans une note interne.")
    if case.ticket.fields.get(THEIR_REFERENCE) == kept:
        return
    case.draft.columns["fields"] = dict(computed(case.definition, {**case.ticket.fields, THEIR_REFERENCE: kept}))
    case.draft.tell("third_reference", reference=kept)
    await case.write(tx)
