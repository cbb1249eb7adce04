"""Which collectivity is which: of what kind (that never changes, so each is read once a process), called how, by which code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "kinds.sql")
_known: dict[int, str] = {}


async def kinds(tx: Transaction, ids: Iterable[int]) -> Mapping[int, str]:
    """The kind of each of these collectivities."""
    wanted = tuple(ids)
    unknown = [id for id in wanted if id not in _known]
    if unknown:
        _known.update({row["id"]: row["kind"] async for row in _queries.kinds(tx.conn, ids=unknown)})
    return {id: _known[id] for id in wanted if id in _known}


async def names(tx: Transaction, ids: Iterable[int]) -> Mapping[int, str]:
    """What each of these collectivities is called."""
    return {row["id"]: row["name"] async for row in _queries.names(tx.conn, ids=list(ids))}


async def agency(tx: Transaction) -> int | None:
    """The collectivity that serves the others, or None where there is none."""
    number: int | None = await _queries.agency(tx.conn)
    return number


async def by_code(tx: Transaction, code: str) -> int | None:
    """The collectivity of this INSEE code or SIREN, or None."""
    number: int | None = await _queries.by_code(tx.conn, code=code)
    return number
