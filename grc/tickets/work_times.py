"""Time spent on a ticket, and the way driven for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets.model import TicketKey

queries = sql.load(__file__, "work_times.sql")
KINDS = ("desk", "phone", "remote", "visit")


@dataclass(frozen=True, slots=True)
class WorkTime:
    """A line. `minutes` and `km` are whole; `made_at` is when it was noted, `day` when it was spent."""

    id: int
    agent_id: int
    agent: str
    day: date
    minutes: int
    kind: str
    km: int
    note: str
    made_at: datetime


async def of_ticket(tx: Transaction, key: TicketKey) -> Sequence[WorkTime]:
    """The lines of a ticket, the latest first."""
    rows = queries.of_ticket(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return [
        WorkTime(
            row["id"], row["agent_id"], row["agent"] or "", row["day"], row["minutes"], row["kind"], row["km"], row["note"], row["made_at"]
        )
        async for row in rows
    ]  # fmt: skip


async def total(tx: Transaction, key: TicketKey) -> tuple[int, int]:
    """All the minutes spent on a ticket, and all the kilometres driven."""
    row = await queries.total(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return row["minutes"], row["km"]
