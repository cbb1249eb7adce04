"""Appointments of tickets: when somebody comes, calls, or takes the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import NotFound
from grc.tickets.model import TicketKey

queries = sql.load(__file__, "appointments.sql")
KINDS = ("visit", "remote", "phone")


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment with what it is about. `changes`: how often it was moved or cancelled. `member`: the collectivity it is for."""

    id: int
    key: TicketKey
    agent_id: int
    agent: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: str  # planned, done, cancelled
    changes: int
    made_at: datetime
    reference: str
    subject: str
    requester_name: str
    member: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """Another appointment of the same agent, in the same hours."""

    reference: str
    starts_at: datetime
    ends_at: datetime


async def of_ticket(tx: Transaction, key: TicketKey) -> Sequence[Appointment]:
    """The appointments of a ticket, the latest first."""
    return [appointment(row) async for row in queries.of_ticket(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)]


async def one(tx: Transaction, key: TicketKey, number: int) -> Appointment:
    """An appointment of a ticket. NotFound where there is none."""
    row = await queries.one(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, id=number)
    if row is None:
        raise NotFound("Ce rendez-vous n’existe pas, ou ne vous est pas accessible.")
    return appointment(row)


async def between(tx: Transaction, collectivities: Sequence[int], since: datetime, until: datetime) -> Sequence[Appointment]:
    """All that begins in a span of time in these collectivities, as far as the reader sees their tickets."""
    rows = queries.between(tx.conn, collectivities=list(collectivities), since=since, until=until)
    return [appointment(row) async for row in rows]


async def overlapping(
    tx: Transaction, collectivity_id: int, agent_id: int, starts_at: datetime, ends_at: datetime, apart: int = 0
) -> Sequence[Overlap]:
    """What an agent has planned already in these hours, `apart` from one appointment."""
    rows = queries.overlapping(
        tx.conn, collectivity_id=collectivity_id, agent_id=agent_id, starts_at=starts_at, ends_at=ends_at, apart=apart
    )
    return [Overlap(row["reference"], row["starts_at"], row["ends_at"]) async for row in rows]


async def where_to(tx: Transaction, key: TicketKey) -> str:
    """Where whoever asked is, on one line; empty where it is not known."""
    row = await queries.where_to(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return ", ".join(line.strip() for line in (row["place"] if row else "").splitlines() if line.strip())


def appointment(row: Any) -> Appointment:
    """The appointment of a row."""
    return Appointment(
        row["id"], TicketKey(row["collectivity_id"], row["ticket_id"]), row["agent_id"], row["agent"], row["kind"], row["starts_at"],
        row["ends_at"], row["place"], row["state"], row["changes"], row["made_at"], row["reference"], row["subject"],
        row["requester_name"], row["member"],
    )  # fmt: skip
