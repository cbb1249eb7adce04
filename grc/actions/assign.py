"""Who takes care of a ticket."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.people.agents import SignedIn
from grc.tickets.model import Ticket, TicketKey

_queries = sql.load(__file__, "assign.sql")


async def assign(tx: Transaction, agent: SignedIn, ticket: TicketKey, assignee_id: int | None, now: datetime) -> None:
    """Gives the ticket to an agent who can see it, or to nobody. BadInput when he cannot see it."""
    case = await take(tx, agent, ticket, now)
    if assignee_id == case.ticket.assignee_id:
        return
    if assignee_id is None:
        case.draft.tell("unassigned")
    else:
        case.draft.tell("assigned", to=await colleague(tx, case.ticket, assignee_id), to_id=assignee_id)
    case.draft.columns["assignee_id"] = assignee_id
    await case.write(tx)


async def colleague(tx: Transaction, ticket: Ticket, agent_id: int) -> str:
    """The name of an agent who sees this ticket. BadInput where he does not."""
    row = await _queries.colleague(
        tx.conn, agent_id=agent_id, collectivity_id=ticket.key.collectivity_id, service_id=ticket.service_id
    )  # fmt: skip
    if row is None:
        raise BadInput("assignee", "Cette personne n’a pas accès aux demandes de ce service : choisissez un autre agent.")
    name: str = row["name"]
    return name
