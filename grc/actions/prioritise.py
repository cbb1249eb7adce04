"""How urgent a ticket is."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

PRIORITIES = {1: "urgente", 2: "normale", 3: "basse"}


async def prioritise(tx: Transaction, agent: SignedIn, ticket: TicketKey, priority: int, now: datetime) -> None:
    """Sets the priority: 1 urgent, 2 normal, 3 low."""
    if priority not in PRIORITIES:
        raise BadInput("priority", "Choisissez une priorité de la liste : urgente, normale ou basse.")
    case = await take(tx, agent, ticket, now)
    if priority == case.ticket.priority:
        return
    case.draft.tell("priority", to=PRIORITIES[priority], **{"from": PRIORITIES.get(case.ticket.priority, "")})
    case.draft.columns["priority"] = priority
    await case.write(tx)
