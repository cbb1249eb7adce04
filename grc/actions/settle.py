"""An agent has seen to what the alarm of a ticket was about."""

from __future__ import annotations

from datetime import datetime

from grc.actions.case import take
from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "settle.sql")


async def settle(tx: Transaction, agent: SignedIn, ticket: TicketKey, now: datetime) -> None:
    """Takes the alarm off. Nothing happens where there is none."""
    case = await take(tx, agent, ticket, now)
    alarm = await _queries.alarm(tx.conn, collectivity_id=ticket.collectivity_id, id=ticket.id)
    if alarm is None:
        return
    case.draft.tell("settled", alarm=alarm)
    case.draft.columns["alarm"] = None
    await case.write(tx)
