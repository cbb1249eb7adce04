"""An agent moves a ticket along its definition: close, reopen, wait for the citizen…"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.case import take
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey


async def transition(
    tx: Transaction,
    agent: SignedIn,
    ticket: TicketKey,
    name: str,
    now: datetime,
    *,
    text: str = "",
    fields: Mapping[str, Any] | None = None,
) -> None:
    """Makes the transition, with the fields it asks for. Conflict when state or guard do not allow it, Forbidden when his role does not."""
    case = await take(tx, agent, ticket, now)
    case.allow(agent, name)
    await case.happen(tx, f"transition:{name}", {"text": text}, fields)
    await case.write(tx)
