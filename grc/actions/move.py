"""Which service of the collectivity takes care of a ticket."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "move.sql")


async def move(tx: Transaction, agent: SignedIn, ticket: TicketKey, service_id: int, now: datetime) -> None:
    """Gives the ticket to another service of the same collectivity; whoever had it there no longer does."""
    case = await take(tx, agent, ticket, now)
    if service_id == case.ticket.service_id:
        return
    row = await _queries.destination(
        tx.conn, collectivity_id=ticket.collectivity_id, service_id=service_id, assignee_id=case.ticket.assignee_id
    )
    if row is None:
        raise BadInput("service", "Ce service n’existe pas dans cette collectivité : choisissez-en un autre dans la liste.")
    case.draft.tell("moved", f"Confié au service {row['name']}.", **{"from": case.ticket.service_name, "to": row["name"]})
    case.draft.columns["service_id"] = service_id
    if not row["assignee_follows"]:
        case.draft.columns["assignee_id"] = None
    # A row may only be changed into one that the transaction still sees: for this one act its scope takes in the destination.
    await _queries.widen(tx.conn, services=[*agent.services, service_id])
    await case.write(tx)
