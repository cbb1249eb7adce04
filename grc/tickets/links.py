"""The tickets that belong together with one: above, below or beside it, its duplicates, and those that may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grc.db import sql
from grc.db.transaction import Transaction
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "links.sql")
MOST, MOST_ALIKE = 300, 40
RECENT = timedelta(days=60)  # how old a ticket may be that is proposed as being about the same


@dataclass(frozen=True, slots=True)
class Linked:
    """A ticket on the other side of a link. `visible`: the reader may open it."""

    kind: str  # above, below, beside
    key: TicketKey
    reference: str
    title: str
    place: str
    waits: bool
    closed: bool
    visible: bool


@dataclass(frozen=True, slots=True)
class Duplicate:
    """`kept`: the ticket that this one is a duplicate of; else a duplicate of this one."""

    reference: str
    title: str
    kept: bool
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """A ticket that a message named without a right to it, and who asked there."""

    key: TicketKey
    reference: str
    title: str
    requester_name: str
    closed: bool


@dataclass(frozen=True, slots=True)
class Telling:
    """How far the last word to all tickets below has come. `failed`: reference and why, of those where it could not be done whole."""

    begun: bool
    message: str
    tickets: int
    done: int
    failed: Sequence[tuple[str, str]]

    @property
    def over(self) -> bool:
        """Whether nothing of it is still to be done."""
        return self.begun and self.done == self.tickets


@dataclass(frozen=True, slots=True)
class Alike:
    """A ticket that may be about the same thing."""

    id: int
    reference: str
    subject: str
    requester_name: str
    opened_at: datetime
    older: bool  # than the one it is like
    same_person: bool


async def standing(tx: Transaction, key: TicketKey) -> list[Linked]:
    """The links of a ticket, open ones first, the latest first."""
    rows = _queries.standing(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, most=MOST)
    return [
        Linked(
            row["kind"], TicketKey(row["other_collectivity_id"], row["other_ticket_id"]), row["other_reference"], row["title"],
            row["other_place"], row["waits"], row["closed"], row["visible"],
        )
        async for row in rows
    ]  # fmt: skip


async def below(tx: Transaction, key: TicketKey) -> tuple[int, int]:
    """How many tickets stand below this one, and how many of them are open."""
    row = await _queries.counts(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return row["below"], row["open"]


async def named(tx: Transaction, references: Collection[str]) -> Mapping[str, TicketKey]:
    """The tickets of these references, as far as the reader sees them."""
    rows = _queries.named(tx.conn, references=list(references))
    return {row["reference"]: TicketKey(row["collectivity_id"], row["id"]) async for row in rows}


async def duplicates(tx: Transaction, key: TicketKey) -> list[Duplicate]:
    """What is merged with this ticket."""
    rows = _queries.duplicates(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    return [Duplicate(row["reference"], row["subject"], row["kept"], row["merged_at"]) async for row in rows]


async def claimed(tx: Transaction, key: TicketKey) -> Claimed | None:
    """The ticket that the first message of this one named without a right to it; None where there is none, where the reader does not see
    it, and once somebody has seen to that."""
    row = await _queries.claimed(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    if row is None:
        return None
    return Claimed(TicketKey(key.collectivity_id, row["id"]), row["reference"], row["subject"], row["requester_name"], row["closed"])


async def telling(tx: Transaction, key: TicketKey) -> Telling | None:
    """The last word to all tickets below; None where there was none."""
    row = await _queries.told(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)
    if row is None:
        return None
    failed = [(one["reference"] or "", one["why"]) for one in row["failed"]]
    return Telling(row["begun"], row["message"], row["tickets"], row["done"], failed)


async def alike(tx: Transaction, key: TicketKey, now: datetime) -> list[Alike]:
    """Open, recent tickets of the same person, or of the same type about the same line of a register, not linked yet."""
    rows = _queries.alike(tx.conn, collectivity_id=key.collectivity_id, id=key.id, since=now - RECENT, most=MOST_ALIKE)
    return [
        Alike(row["id"], row["reference"], row["subject"], row["requester_name"], row["opened_at"], row["older"], row["same_person"])
        async for row in rows
    ]
