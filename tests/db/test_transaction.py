"""A transaction leaves nothing behind it: no role, no scope, no half of its work, no unusable connection."""

from __future__ import annotations

import asyncio

import pytest

from grc.db.pool import close_pool, connect, open_pool
from grc.db.transaction import GATE, WORKER, Database, Scope
from grc.errors import Misconfigured, Raced, Unavailable

FAILURE = "insert into signin_failure (key, at) values ('k', now())"
COUNT = "select count(*) from signin_failure"


@pytest.fixture
async def narrow(database_url: str, db: Database) -> Database:
    """The same database through a pool of one connection, which all transactions of the test share."""
    narrow = Database(await open_pool(database_url, size=1), lambda wakes: None, db.store)
    return narrow


async def count(db: Database) -> object:
    async with db.transaction(WORKER) as tx:
        return await tx.conn.fetchval(COUNT)


async def test_what_fails_leaves_nothing(db: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with db.transaction(WORKER) as tx:
            await tx.conn.execute(FAILURE)
            raise ZeroDivisionError
    assert await count(db) == 0


async def test_what_is_cancelled_leaves_nothing_and_the_connection_serves_the_next(narrow: Database) -> None:
    begun = asyncio.Event()

    async def long() -> None:
        async with narrow.transaction(WORKER) as tx:
            await tx.conn.execute(FAILURE)
            begun.set()
            await tx.conn.execute("select pg_sleep(60)")

    task = asyncio.create_task(long())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(count(narrow), 10) == 0
    await close_pool(narrow.pool)


async def test_role_and_scope_end_with_the_transaction(narrow: Database) -> None:
    scoped = Scope("grc_web", collectivities=(1, 2), services=(3,), ticket=4)
    said = (
        "select concat_ws('|', current_user" + "".join(f", current_setting('grc.{n}', true)" for n in ("cols", "services", "ticket")) + ")"
    )
    async with narrow.transaction(scoped) as tx:
        assert await tx.conn.fetchval(said) == "grc_web|{1,2}|{3}|4"
    async with narrow.transaction(GATE) as tx:
        assert await tx.conn.fetchval(said) == "grc_gate|||"
    await close_pool(narrow.pool)


async def test_who_was_slower_is_told_so_and_may_do_it_again(db: Database) -> None:
    agent = "insert into agent (email, name) values ('a@b.example', 'A')"
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(agent)
    with pytest.raises(Raced):
        async with db.transaction(WORKER) as tx:
            await tx.conn.execute(agent)
    assert await count(db) == 0


async def test_json_goes_in_and_comes_out_as_values(db: Database) -> None:
    given = {"é": [1, 2.5, None, True, {"x": "«\u202f»"}]}
    async with db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select $1::jsonb", given) == given


async def test_a_connection_that_was_cut_is_told_as_unavailable_and_replaced(db: Database, database_url: str) -> None:
    other = await connect(database_url, name="test")
    with pytest.raises(Unavailable):
        async with db.transaction(WORKER) as tx:
            await other.execute("select pg_terminate_backend($1)", tx.conn.get_server_pid())
            await tx.conn.execute(FAILURE)
    await other.close()
    assert await count(db) == 0


async def test_a_database_that_is_not_there_is_told_apart_from_one_that_does_not_answer(database_url: str, tmp_path: object) -> None:
    with pytest.raises(Misconfigured, match="GRC_DATABASE_URL"):
        await open_pool(database_url.replace("/test_", "/no_such_"), size=1)
    with pytest.raises(Unavailable, match="ne répond pas"):
        await open_pool(f"postgresql://grc@/grc?host={tmp_path}", size=1)
