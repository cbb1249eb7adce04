"""A database filled with very many tickets of one collectivity, fast: without indexes, keys and policies while it fills.

For tests of cost and for benchmarks. Everything that was taken away is put back as it was, then vacuumed and analysed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from random import Random
from typing import Any

from grc.db import sql
from grc.demo.situations import situations
from grc.fold import fold
from grc.tickets import reference

_queries = sql.load(__file__, "bulk.sql")

TABLES = ("person", "identity", "ticket", "message", "event", "deadline", "legal_event", "outgoing", "delivery_attempt")
_WORKING_TABLES = """
    create temporary table bulk_number (n bigint, reference text);
    create temporary table bulk_text (rank int, body text, words tsvector);
    create temporary table bulk_plan (
        n bigint, id bigint, opened_at timestamptz, text int, service_id int, open boolean, assignee_id int, person bigint)
"""
_INDEXES = """
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index x
    where indrelid::regclass::text = any($1) and not indisprimary
      and not exists (select from pg_constraint k where k.conindid = x.indexrelid)
"""
_FOREIGN_KEYS = """
    select conname as name, conrelid::regclass::text as on_table, pg_get_constraintdef(oid) as definition from pg_constraint
    where contype = 'f' and conrelid::regclass::text = any($1)
"""
_SEQUENCES = {"ticket": "ticket_number", "person": "person_id_seq", "message": "message_id_seq", "outgoing": "outgoing_id_seq"}


async def fill(conn: Any, collectivity_id: int, count: int, me: int, now: datetime, say: Callable[[str], None] = lambda _: None) -> None:
    """Adds `count` tickets to a collectivity that has services; some are given to agent `me`. `conn` owns the tables."""
    async with _bare_tables(conn, say):
        await conn.execute(
            "set synchronous_commit = off; set work_mem = '128MB'; set maintenance_work_mem = '512MB'; set statement_timeout = 0"
        )
        first = {table: await _reserve(conn, name, count, table) for table, name in _SEQUENCES.items()}
        await conn.execute(_WORKING_TABLES)
        await conn.copy_records_to_table("bulk_number", records=((n + 1, reference.encode(first["ticket"] + n)) for n in range(count)))
        texts = _texts()
        await _queries.texts(conn, texts=texts, folded=[fold(text) for text in texts])
        await _queries.plan(conn, collectivity_id=collectivity_id, first=first["ticket"], count=count, now=now, me=me)
        await conn.execute("create index on bulk_plan (n); analyze bulk_plan; analyze bulk_number; analyze bulk_text")
        here = {"collectivity_id": collectivity_id}
        persons = here | {"persons": first["person"]}
        steps: tuple[tuple[str, dict[str, int]], ...] = (
            ("persons", here | {"first": first["person"]}),
            ("identities", here | {"first": first["person"]}),
            ("tickets", persons),
            ("messages", persons | {"first": first["message"]}),
            ("events", here),
            ("deadlines", here),
            ("facts", here),
            ("outgoing", persons | {"messages": first["message"], "first": first["outgoing"]}),
            ("attempts", here | {"first": first["outgoing"]}),
        )
        for step, values in steps:
            say(f"{count} tickets: {step}")
            await getattr(_queries, step)(conn, **values)
        await conn.execute("drop table bulk_number, bulk_text, bulk_plan")
    say("vacuum")
    for table in TABLES:
        await conn.execute(f"vacuum (analyze) {table}")
    await conn.execute("reset all")


def _texts() -> list[str]:
    """Three hundred texts of the demonstration, doubled up to the length of a usual letter."""
    random = Random("bulk")
    written = [s.message + "\n\n" + s.answer for s in situations()]
    return [f"{a}\n\n{b}" for a, b in (random.sample(written, 2) for _ in range(300))]


async def _reserve(conn: Any, sequence: str, count: int, table: str) -> int:
    """The first of a run of numbers that nobody else will get."""
    each = 3 if table == "message" else 1
    first: int = await conn.fetchval(f"select nextval('{sequence}')")
    await conn.execute(f"select setval('{sequence}', {first + each * count + 1})")
    return first + 1


@asynccontextmanager
async def _bare_tables(conn: Any, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Takes indexes, foreign keys and forced row-level security away from the tables, and puts all of it back."""
    tables = list(TABLES)
    indexes = await conn.fetch(_INDEXES, tables)
    keys = await conn.fetch(_FOREIGN_KEYS, tables)
    for key in keys:
        await conn.execute(f"alter table {key['on_table']} drop constraint {key['name']}")
    for index in indexes:
        await conn.execute(f"drop index {index['name']}")
    for table in tables:
        await conn.execute(f"alter table {table} no force row level security")
    try:
        yield
    finally:
        for index in indexes:
            say(f"index {index['name']}")
            await conn.execute(index["definition"])
        say("foreign keys")
        for key in keys:
            await conn.execute(f"alter table {key['on_table']} add constraint {key['name']} {key['definition']}")
        for table in tables:
            await conn.execute(f"alter table {table} force row level security")
