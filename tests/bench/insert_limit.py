"""How many tickets a second plain asyncpg inserts: the rows that the pipeline made, one statement and one transaction a ticket.

The same tables with the same indexes, without row-level security and foreign keys; eight connections, fsync on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from typing import Any

import asyncpg

from tests.bench.installation import Installation, say

CONNECTIONS = 8
MOST = 3_000

# Which rows belong to a ticket that one mail opened.
_OF = {
    "received": "ticket_collectivity_id = $1 and ticket_id = $2",
    "person": "collectivity_id = $1 and id = (select requester_id from public.ticket where collectivity_id = $1 and id = $2)",
    "identity": "collectivity_id = $1 and person_id = (select requester_id from public.ticket where collectivity_id = $1 and id = $2)",
    "ticket": "collectivity_id = $1 and id = $2",
    "message": "collectivity_id = $1 and ticket_id = $2",
    "blob": "collectivity_id = $1 and digest in (select digest from public.attachment where collectivity_id = $1 and ticket_id = $2)",
    "attachment": "collectivity_id = $1 and ticket_id = $2",
    "event": "collectivity_id = $1 and ticket_id = $2",
    "deadline": "collectivity_id = $1 and ticket_id = $2",
    "outgoing": "collectivity_id = $1 and ticket_id = $2",
}
_OPENED_BY_ONE_MAIL = """
    select ticket_collectivity_id as collectivity_id, ticket_id from received
    where meta ->> 'helo' = 'mx.example' group by 1, 2 having count(*) = 1 order by 2 desc limit $1
"""


async def insert_limit(here: Installation) -> float:
    """Tickets a second. The rows are read first, so that only inserting is measured."""
    conn: Any = await asyncpg.connect(here.superuser_url)
    try:
        statement = await _prepare(conn)
        tickets = await conn.fetch(_OPENED_BY_ONE_MAIL, MOST)
        say(f"insert: reading the rows of {len(tickets)} tickets")
        rows = [await _rows(conn, ticket) for ticket in tickets]
        await conn.execute("checkpoint")
    finally:
        await conn.close()
    return await _insert(here, statement, rows)


async def _prepare(conn: Any) -> str:
    """Copies of the tables in a schema of their own, a row type for each, and the one statement that fills them all."""
    await conn.execute("create schema bare")
    parts = []
    for position, table in enumerate(_OF, 1):
        await conn.execute(f"create table bare.{table} (like public.{table} including defaults including indexes including storage)")
        columns = await conn.fetch(
            """select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
               where attrelid = ('bare.' || $1)::regclass and attnum > 0 and not attisdropped order by attnum""",
            table,
        )
        # the driver has no binary form of a tsvector: it travels as text
        fields = ", ".join(f'"{c["name"]}" {"text" if c["type"] == "tsvector" else c["type"]}' for c in columns)
        await conn.execute(f"create type bare.{table}_row as ({fields})")
        values = ", ".join(f'r."{c["name"]}"::{c["type"]}' for c in columns)
        parts.append(f"{table}_in as (insert into bare.{table} select {values} from unnest(${position}::bare.{table}_row[]) r)")
    return f"with {', '.join(parts)} select 1"


async def _rows(conn: Any, ticket: Mapping[str, Any]) -> list[list[tuple[Any, ...]]]:
    found = []
    for table, where in _OF.items():
        rows = await conn.fetch(f"select * from public.{table} where {where}", ticket["collectivity_id"], ticket["ticket_id"])
        found.append([tuple(row) for row in rows])
    return found


async def _insert(here: Installation, statement: str, rows: list[list[list[tuple[Any, ...]]]]) -> float:
    left: Iterator[list[list[tuple[Any, ...]]]] = iter(rows)
    connections: list[Any] = [await asyncpg.connect(here.superuser_url) for _ in range(CONNECTIONS)]

    async def insert(conn: Any) -> None:
        prepared = await conn.prepare(statement)
        for one in left:
            await prepared.fetchval(*one)

    try:
        await connections[0].execute("set synchronous_commit = on")
        began = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for conn in connections:
                group.create_task(insert(conn))
        return len(rows) / (time.perf_counter() - began)
    finally:
        for conn in connections:
            await conn.close()
