"""An agent takes away a line of time that he noted by mistake, the same day."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.clock import PARIS
from grc.db.transaction import Transaction
from grc.errors import Conflict, NotFound
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey
from grc.tickets.work_times import queries


async def unspend(tx: Transaction, agent: SignedIn, ticket: TicketKey, line: int, now: datetime) -> None:
    """Takes it away. NotFound where it is none of his own, Conflict on a later day: figures may have been drawn from it."""
    case = await take(tx, agent, ticket, now)
    row = await queries.own(tx.conn, collectivity_id=ticket.collectivity_id, ticket_id=ticket.id, id=line, agent_id=agent.id)
    if row is None:
        raise NotFound("Cette ligne n’existe pas, ou n’est pas la vôtre.")
    if row["made_at"].astimezone(PARIS).date() != now.astimezone(PARIS).date():
        raise Conflict("Une ligne se retire le jour où elle a été notée. Ajoutez-en une autre pour corriger.")
    await queries.remove(tx.conn, collectivity_id=ticket.collectivity_id, id=line)
    case.draft.tell("unspent", minutes=row["minutes"], km=row["km"])
    await case.write(tx)
