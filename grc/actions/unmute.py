"""An agent lets the service write by itself again to an address whose owner had reported a mail as unwanted."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.collectivities import replies
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey


async def unmute(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> None:
    """Lifts it for the address of this ticket, on its timeline. Conflict where that was done already."""
    case = await take(tx, agent, key, now)
    address = case.ticket.answer_addr.lower()
    if not await replies.lift(tx, key.collectivity_id, address, agent.id, now):
        raise Conflict("Les messages automatiques partent déjà à cette adresse.")
    case.draft.tell("unmuted", to=address)
    if case.ticket.alarm == "complained":
        case.draft.columns["alarm"] = None
    await case.write(tx)
