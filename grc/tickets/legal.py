"""What counts in law on a ticket, and the proof of its notices, as its page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "legal.sql")


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, as it was noted. `stands` is false for what was corrected since, or taken back."""

    id: int
    kind: str
    at: datetime
    days: int | None
    indispensable: bool
    items: Sequence[str]
    decision: str | None
    way: str
    why: str
    who: str
    void: bool
    made_at: datetime
    stands: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """A notice of the law and what became of it. No `state`: it was printed, or waits to be."""

    message_id: int
    kind: str
    direction: str
    at: datetime
    subject: str
    read_at: datetime | None
    state: str | None
    to_addr: str | None
    tried_at: datetime | None
    detail: str
    settled: bool  # a failure that was dealt with


async def facts(tx: Transaction, key: TicketKey) -> list[Fact]:
    """Everything noted for the law, in the order it happened."""
    rows = _queries.facts(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return [
        Fact(
            r["id"], r["kind"], r["at"], r["days"], r["indispensable"], r["items"], r["decision"], r["way"], r["why"], r["who"], r["void"],
            r["made_at"], r["stands"],
        )
        async for r in rows
    ]  # fmt: skip


async def region(tx: Transaction, collectivity_id: int) -> Any:
    """Whose public holidays count for a collectivity."""
    return await _queries.region(tx.conn, collectivity_id=collectivity_id)


async def proofs(tx: Transaction, key: TicketKey, kinds: Sequence[str]) -> list[Proof]:
    """The notices of these kinds in the conversation, with their proof."""
    rows = _queries.notices(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, kinds=list(kinds))
    return [
        Proof(
            r["id"], r["kind"], r["direction"], r["at"], r["subject"], r["first_read_at"], r["state"], r["to_addr"], r["tried_at"],
            r["detail"] or "", r["settled"],
        )
        async for r in rows
    ]  # fmt: skip
