"""What fills a database for the benchmarks: the right numbers of rows, and a schema left as it was found."""

from __future__ import annotations

from typing import Any

import asyncpg

from grc.db.transaction import Database
from grc.tickets import reference
from tests.demo.conftest import NOW, template, world
from tests.makers.bulk import fill

__all__ = ["template", "world"]

_SCHEMA = """
    select 'index', indexdef from pg_indexes where schemaname = 'public'
    union all select 'constraint', conname || ' ' || pg_get_constraintdef(oid) from pg_constraint
    where connamespace = 'public'::regnamespace and contype <> 'n'
    union all select 'forced', relname || relforcerowsecurity from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
    order by 1, 2
"""


async def test_a_thousand_tickets_with_all_that_belongs_to_them(world: Database, database_url: str) -> None:
    conn: Any = await asyncpg.connect(database_url)
    before = await conn.fetch(_SCHEMA)
    me = 3
    await fill(conn, 40192, 1000, me, NOW)
    assert await conn.fetch(_SCHEMA) == before

    await conn.execute("set role grc_worker")
    made = "ticket_id in (select id from ticket where tracking_token like 'bulk-%')"
    tables = ("message", "event", "deadline", "legal_event", "outgoing")
    counts = [await conn.fetchval(f"select count(*) from {table} where {made}") for table in tables]
    opened = await conn.fetchval(
        "select count(*) from ticket where tracking_token like 'bulk-%' and phase = 'open' and legal_due_at is not null"
    )
    assert counts == [3000, 6000, 1000 + opened, 3000 - opened, 1000]
    assert (
        await conn.fetchval("select count(*) from ticket where tracking_token like 'bulk-%' and phase = 'open' and assignee_id = $1", me)
        > 10
    )
    assert all(reference.read(row[0]) for row in await conn.fetch("select reference from ticket"))
    assert (
        await conn.fetchval(
            "select count(*) from message where search @@ (to_tsquery('french', 'eclairage') && quote_literal('c:40192')::tsquery)"
        )
        > 0
    )
    next_id = await conn.fetchval("select nextval('message_id_seq')")
    assert next_id > await conn.fetchval("select max(id) from message")
    await conn.close()
