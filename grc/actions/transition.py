"""An agent moves a ticket along its definition: close, reopen, wait for the citizen…"""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey


async def transition(tx: Transaction, agent: SignedIn, ticket: TicketKey, name: str, now: datetime, *, text: str = "") -> None:
    """Makes the transition. Conflict when the state no longer allows it, Forbidden when his role does not."""
    case = await take(tx, agent, ticket, now)
    case.allow(agent, name)
    case.happen(f"transition:{name}", {"text": text})
    await case.write(tx)
