"""An agent has looked: what came apart, since nothing proved it, is the same person's request after all."""

from __future__ import annotations

from datetime import datetime

from grc.actions.merge import merge
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets import links
from grc.tickets.model import TicketKey


async def rejoin(tx: Transaction, agent: SignedIn, key: TicketKey, now: datetime) -> None:
    """Merges the ticket with the one its first message named. Conflict where it names none any more."""
    named = await links.claimed(tx, key)
    if named is None:
        raise Conflict("Cette demande n’est plus à rapprocher d’une autre.")
    await merge(tx, agent, key, named.key, now, tell=False, same=True)
