"""The ledger: one row for every thing that ever arrived. Received = the sum of outcomes, always."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc import files
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Overtaken
from grc.messages.model import Arrival, Received

_queries = sql.load(__file__, "ledger.sql")

OUTCOMES = ("pending", "opened", "appended", "duplicate", "filtered", "quarantined")


@dataclass(frozen=True, slots=True)
class Claimed:
    """An arrival leased to this worker. Its bytes may still lie in the store of files (`raw` is None)."""

    received: Received
    digest: bytes
    stored_apart: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An arrival that could not be read."""

    id: int
    channel: str
    account: str
    at: datetime
    reason: str
    size: int


async def insert(tx: Transaction, arrival: Arrival, digest: bytes, now: datetime) -> tuple[int, bool]:
    """The number of an arrival in the ledger, and whether it is new."""
    small = len(arrival.raw) <= files.SMALL
    key = {
        "collectivity_id": arrival.collectivity_id,
        "channel": arrival.channel,
        "account": arrival.account,
        "source_id": arrival.source_id,
    }
    new = await _queries.insert_received(
        tx.conn, **key, digest=digest, size=len(arrival.raw), raw=arrival.raw if small else None, meta=dict(arrival.meta), now=now,
        keys=list(arrival.keys), conversation=arrival.conversation, due=now + arrival.wait,
    )  # fmt: skip
    if new is not None:
        return int(new), True
    return int(await _queries.known(tx.conn, **key)), False


async def claim(tx: Transaction, now: datetime, until: datetime, most: int, *, again: bool = False) -> list[Claimed]:
    """Up to `most` pending arrivals, leased to the caller until `until`, in the order they came; `again`: those tried before."""
    rows = [row async for row in _queries.claim(tx.conn, now=now, until=until, most=most, again=again)]
    return sorted((_claimed(row) for row in rows), key=lambda c: (c.received.received_at, c.received.id))


async def claim_one(tx: Transaction, collectivity_id: int, received_id: int, now: datetime, until: datetime) -> Claimed | None:
    """One arrival, leased to the caller, or None where a worker has it or it is decided."""
    row = await _queries.claim_one(tx.conn, collectivity_id=collectivity_id, id=received_id, now=now, until=until)
    return _claimed(row) if row is not None else None


def _claimed(row: Mapping[str, Any]) -> Claimed:
    received = Received(
        id=row["id"], collectivity_id=row["collectivity_id"], channel=row["channel"], account=row["account"],
        source_id=row["source_id"], raw=row["raw"] or b"", meta=row["meta"], received_at=row["received_at"], tries=row["tries"],
        conversation=row["conversation"] or "",
    )  # fmt: skip
    return Claimed(received, digest=row["digest"], stored_apart=row["raw"] is None)


async def finish(
    tx: Transaction, received: Received, outcome: str, reason: str, now: datetime, ticket: tuple[int, int] | None = None
) -> None:
    """Writes the outcome of an arrival. Raises Overtaken where another decided it meanwhile: all of this transaction must go."""
    done = await _queries.finish(
        tx.conn,
        collectivity_id=received.collectivity_id,
        id=received.id,
        outcome=outcome,
        reason=reason,
        now=now,
        ticket_collectivity_id=ticket[0] if ticket else None,
        ticket_id=ticket[1] if ticket else None,
    )
    if done is None:
        raise Overtaken(f"arrival {received.id} was decided meanwhile")
    if received.conversation:
        tx.wake("received")  # the next of it may be decided now


async def postpone(tx: Transaction, received: Received, reason: str, due: datetime, *, counts: bool) -> None:
    """Gives an arrival back to be tried again at `due`; `counts` says whether this try was its own fault."""
    await _queries.postpone(tx.conn, collectivity_id=received.collectivity_id, id=received.id, reason=reason, due=due, counts=counts)


async def replay(tx: Transaction, received_id: int, now: datetime) -> bool:
    """Puts a quarantined arrival back in line; False where there is none of this number."""
    done = await _queries.replay(tx.conn, id=received_id, now=now) is not None
    if done:
        tx.wake("received")
    return done


async def sums(tx: Transaction) -> Sequence[tuple[str, str, int]]:
    """(channel, outcome, how many) for all that ever arrived, counted row by row: it costs what the ledger has."""
    return [(row["channel"], row["outcome"], row["n"]) async for row in _queries.sums(tx.conn)]


async def quarantined(tx: Transaction, most: int = 200) -> Sequence[Quarantined]:
    """What could not be read, the latest first."""
    return [
        Quarantined(row["id"], row["channel"], row["account"], row["received_at"], row["reason"], row["size"])
        async for row in _queries.quarantined(tx.conn, most=most)
    ]


async def pending_count(tx: Transaction) -> int:
    """How many arrivals wait for a decision."""
    return int(await _queries.pending_count(tx.conn))


async def outcome(tx: Transaction, collectivity_id: int, received_id: int) -> Mapping[str, Any] | None:
    """What became of one arrival: outcome, reason, ticket_collectivity_id, ticket_id, decided_at."""
    row = await _queries.outcome(tx.conn, collectivity_id=collectivity_id, id=received_id)
    return dict(row) if row is not None else None


async def content(tx: Transaction, received_id: int) -> tuple[Mapping[str, Any], bytes] | None:
    """An arrival and its bytes, or None where there is none that this transaction may see."""
    row = await _queries.content(tx.conn, id=received_id)
    if row is None:
        return None
    raw = row["raw"] if row["raw"] is not None else await files.get(tx, row["collectivity_id"], row["digest"])
    return dict(row), raw


async def summary(tx: Transaction, collectivity_id: int, received_id: int) -> dict[str, Any]:
    """What became of one arrival, as `grc ingest` prints it."""
    row = await _queries.summary(tx.conn, collectivity_id=collectivity_id, id=received_id)
    return {
        "outcome": row["outcome"],
        "ticket": row["reference"],
        "message": row["message"],
        "collectivity": row["collectivity"],
        "service": row["service"],
        "reasons": [line for line in row["reason"].split("\n") if line],
    }
