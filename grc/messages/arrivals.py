"""The ledger as its pages show it: what arrived, found again, looked at, corrected. Who may see what, the transaction's role decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc import files
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import BadInput, Conflict, NotFound

_queries = sql.load(__file__, "arrivals.sql")

PAGE = 50
NEWEST = 2**62  # a number no arrival has: pages that begin at the latest are read before it
CORRECTABLE = ("quarantined", "filtered")


@dataclass(frozen=True, slots=True)
class Line:
    """An arrival in a list."""

    collectivity_id: int
    id: int
    channel: str
    account: str
    at: datetime
    outcome: str
    reason: str
    size: int
    corrects: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of arrivals, the latest first; `older` is what the next page comes before, None on the last."""

    lines: Sequence[Line]
    older: int | None


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever looks: written down beside what he does."""

    id: int
    name: str


async def page(tx: Transaction, scope: tuple[int, ...] | None, channels: Sequence[str], outcomes: Sequence[str], before: int) -> Found:
    """The latest arrivals of these channels and outcomes, of the collectivities of `scope`, or of all where it is None."""
    given = {"channels": list(channels), "outcomes": list(outcomes), "before": before, "most": PAGE + 1}
    rows = _queries.page(tx.conn, **given) if scope is None else _queries.page_of(tx.conn, collectivities=list(scope), **given)
    return _found([row async for row in rows])


async def search(tx: Transaction, asked: str, before: int) -> Found:
    """The arrivals with this Message-ID, address, digest (64 hexadecimal signs) or number. The exact one, not a part of it."""
    plain = asked.strip().strip("<>").lower()
    given = {"before": before, "most": PAGE + 1}
    if len(plain) == 64 and set(plain) <= set("0123456789abcdef"):
        return _found([row async for row in _queries.by_digest(tx.conn, digest=bytes.fromhex(plain), **given)])
    number = plain.removeprefix("n°").strip()
    if number.isascii() and number.isdigit() and len(number) < 19:
        row = await _queries.one(tx.conn, id=int(number))
        return _found([row] if row is not None else [])
    return _found([row async for row in _queries.by_key(tx.conn, key=plain, **given)])


def _found(rows: Sequence[Any]) -> Found:
    lines = [
        Line(
            r["collectivity_id"], r["id"], r["channel"], r["account"], r["received_at"], r["outcome"], r["reason"], r["size"], r["corrects"]
        )
        for r in rows[:PAGE]
    ]  # fmt: skip
    return Found(lines, lines[-1].id if len(rows) > PAGE else None)


async def sums(tx: Transaction, scope: tuple[int, ...] | None) -> Sequence[tuple[str, str, int]]:
    """(channel, outcome, how many) for all that ever arrived, there or anywhere, as kept while it changed; `ledger.sums` counts anew."""
    rows = _queries.sums(tx.conn) if scope is None else _queries.sums_of(tx.conn, collectivities=list(scope))
    return [(row["channel"], row["outcome"], row["n"]) async for row in rows]


async def fold_sums(db: Database) -> int:
    """Makes few rows of the many that the ledger's changes left; how many there were. What the sums say stays the same."""
    async with db.transaction(WORKER) as tx:
        return int(await _queries.fold_sums(tx.conn))


async def names(tx: Transaction, ids: Sequence[int]) -> Mapping[int, str]:
    """The names of collectivities by their numbers."""
    return {row["id"]: row["name"] async for row in _queries.names(tx.conn, ids=list(set(ids)))}


async def one(tx: Transaction, number: int) -> Mapping[str, Any]:
    """All that the ledger says of an arrival, without its bytes where they are large. NotFound."""
    row = await _queries.one(tx.conn, id=number)
    if row is None:
        raise NotFound("Cette arrivée n’existe pas, ou ne vous est pas accessible.")
    return dict(row)


async def raw(tx: Transaction, row: Mapping[str, Any]) -> bytes:
    """The bytes of an arrival, as they came."""
    return row["raw"] if row["raw"] is not None else await files.get(tx, row["collectivity_id"], row["digest"])


async def corrections(tx: Transaction, row: Mapping[str, Any]) -> Sequence[int]:
    """The numbers of its corrected copies."""
    return [r["id"] async for r in _queries.corrections(tx.conn, collectivity_id=row["collectivity_id"], id=row["id"])]


async def correct(tx: Transaction, row: Mapping[str, Any], content: bytes, who: Who, now: datetime) -> int:
    """A corrected copy of an arrival goes in line; its number. The original keeps its bytes for ever and is set aside.

    Conflict where the arrival became a request; BadInput where nothing was corrected.
    """
    if row["outcome"] not in CORRECTABLE:
        raise Conflict("Cette arrivée est déjà traitée : elle ne se corrige plus.")
    digest = await files.keep(tx.store, content)
    if not content or digest == bytes(row["digest"]):
        raise BadInput("texte", "Rien n’a été corrigé : ces octets sont ceux de l’arrivée.")
    small = len(content) <= files.SMALL
    if not small:
        await files.record(tx, row["collectivity_id"], [(digest, content)])
    new = await _queries.insert_corrected(
        tx.conn, collectivity_id=row["collectivity_id"], corrects=row["id"], source_id=f"{row['source_id']}#{digest.hex()}", digest=digest,
        size=len(content), raw=content if small else None, meta={**row["meta"], "corrects": row["id"], "corrected_by": who.name}, now=now,
    )  # fmt: skip
    if new is None:
        raise Conflict("Cette correction existe déjà : cherchez-la par son empreinte.")
    told = f"{row['reason']}\nRemplacée par l’arrivée n° {new}, corrigée par {who.name}.".strip()
    await _queries.replace(tx.conn, collectivity_id=row["collectivity_id"], id=row["id"], reason=told)
    await looked(tx, row["collectivity_id"], who, "corrected", now, received=row["id"], detail=f"n° {new}")
    tx.wake("received")
    return int(new)


async def looked(
    tx: Transaction, collectivity_id: int, who: Who, what: str, now: datetime, *, received: int | None = None, outgoing: int | None = None,
    detail: str = "",
) -> None:  # fmt: skip
    """Writes down who did what: shown, fetched, corrected, replayed, retried, redirected."""
    await _queries.looked(
        tx.conn, collectivity_id=collectivity_id, now=now, agent_id=who.id, who=who.name, what=what, received_id=received,
        outgoing_id=outgoing, detail=detail,
    )  # fmt: skip


async def looks(tx: Transaction, row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Who did what to an arrival, the latest first: at, who, what, detail."""
    return [dict(r) async for r in _queries.looks(tx.conn, collectivity_id=row["collectivity_id"], received_id=row["id"])]
