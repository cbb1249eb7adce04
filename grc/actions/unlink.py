"""Two tickets no longer belong together. The link stays in the history of both."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.actions.link import queries
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.people.agents import SignedIn
from grc.tickets.model import NewErrand, TicketKey


async def unlink(tx: Transaction, agent: SignedIn, ticket: TicketKey, other: TicketKey, now: datetime) -> None:
    """Ends this side now and the other, which may be out of his reach, by an errand. Conflict where they are not linked (any more)."""
    case = await take(tx, agent, ticket, now)
    row = await queries.untie(
        tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, other_collectivity_id=other.collectivity_id,
        other_ticket_id=other.id, now=now,
    )  # fmt: skip
    if row is None:
        raise Conflict("Ces demandes ne sont plus liées.")
    case.draft.tell("unlinked", reference=row["other_reference"])
    there = {"collectivity_id": other.collectivity_id, "ticket_id": other.id, "who": agent.name}
    case.draft.errands.append(NewErrand("unlinked", there))
    await case.write(tx)
