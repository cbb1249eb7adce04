"""Named SQL from `.sql` files, loaded once beside the module that uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import aiosql
from aiosql.adapters.asyncpg import AsyncPGAdapter


class _OnConnection(AsyncPGAdapter):
    """aiosql's adapter without its guess, at each call, whether it was given a pool: here it is always a connection."""

    def _values(self, query_name: str, parameters: Any) -> Any:
        return self.maybe_order_params(query_name, parameters)  # type: ignore[no-untyped-call]

    async def select(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None) -> AsyncIterator[Any]:
        for row in await conn.fetch(sql, *self._values(query_name, parameters)):
            yield row

    async def select_one(self, conn: Any, query_name: str, sql: str, parameters: Any, record_class: Any = None) -> Any:
        return await conn.fetchrow(sql, *self._values(query_name, parameters))

    async def select_value(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.fetchval(sql, *self._values(query_name, parameters))

    async def each(self, conn: Any, query_name: str, sql: str, parameters: Sequence[Any]) -> None:
        await conn.executemany(sql, [self._values(query_name, given) for given in parameters])

    async def insert_update_delete(self, conn: Any, query_name: str, sql: str, parameters: Any) -> Any:
        return await conn.execute(sql, *self._values(query_name, parameters))


aiosql.register_adapter("grc", cast(Any, _OnConnection))


def load(beside: str, name: str) -> Any:
    """The queries of file `name` in the folder of `beside` (pass `__file__`), each an async function of a connection.

    They take keywords and are untyped here; a `store.py` wraps each in a typed function. A test prepares every one of them.
    """
    return aiosql.from_path(Path(beside).parent / name, "grc")


async def many(conn: Any, queries: Any, name: str, parameters: Sequence[Mapping[str, Any]]) -> None:
    """Runs a query of a file once for each of these parameters, all sent in one round trip; what it returns is passed over."""
    query = getattr(queries, name)
    await queries.driver_adapter.each(conn, query.__name__, query.sql, parameters)
