"""The sums of the ledger are those of its rows at every instant, whoever writes, fails or folds meanwhile."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime, timedelta
from importlib import import_module

import asyncpg
import pytest

from grc.db.transaction import OPERATOR, WORKER, Database, Scope, Transaction
from grc.errors import Unavailable
from grc.messages import arrivals, ledger
from grc.messages.model import Arrival
from tests.support.world import BOISVERT, SAINTE_MER, World, found

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
INTAKE = Scope("grc_intake")
REGISTRAR = Scope("grc_registrar", collectivities=(SAINTE_MER,))
BY_ROWS = "select channel, outcome, count(*) as n from received group by channel, outcome"
BY_COUNT = "select channel, outcome, sum(n)::bigint as n from received_count group by channel, outcome having sum(n) <> 0"
APART = f"select count(*) from (({BY_ROWS} except {BY_COUNT}) union all ({BY_COUNT} except {BY_ROWS})) d"  # one instant for both


@pytest.fixture
async def world(db: Database) -> World:
    return await found(db)


async def _take(tx: Transaction, number: int) -> None:
    channel, place = ("email", SAINTE_MER) if number % 3 else ("form", BOISVERT)
    await ledger.insert(tx, Arrival(channel, "x", f"n{number}", b"x", place), b"d", NOW)


async def _decide(tx: Transaction, dice: random.Random) -> None:
    for one in await ledger.claim(tx, LATER, LATER, 4):
        await ledger.finish(tx, one.received, dice.choice(["opened", "appended", "filtered", "quarantined"]), "", NOW)


async def _write(db: Database, seed: int) -> None:
    """Citizens, workers and operators at once; one transaction in five fails, and its connection with it half of those times."""
    dice = random.Random(seed)
    for step in range(40):
        try:
            async with db.transaction(WORKER) as tx:
                await _take(tx, dice.randrange(1000))  # some were offered before
                await _decide(tx, dice)
                if step % 4 == 0 and (kept := await ledger.quarantined(tx, 1)):
                    await ledger.replay(tx, kept[0].id, NOW)
                if step % 5 == 0:
                    if dice.random() < 0.5:
                        tx.conn.terminate()  # what the database sees of a process that is killed
                    raise Unavailable("essai")
        except Unavailable:
            pass


async def test_they_hold_at_every_instant_under_writers_failures_and_folding(db: Database, world: World) -> None:
    writers = [asyncio.create_task(_write(db, seed)) for seed in range(4)]
    while not all(one.done() for one in writers):
        await asyncio.gather(arrivals.fold_sums(db), arrivals.fold_sums(db))
        async with db.transaction(WORKER) as tx:
            assert await tx.conn.fetchval(APART) == 0
    await asyncio.gather(*writers)
    await arrivals.fold_sums(db)
    async with db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select count(*) from received") > 50
        assert await tx.conn.fetchval(APART) == 0
        assert sorted(await arrivals.sums(tx, None)) == sorted(await ledger.sums(tx))
        rows = await tx.conn.fetchval("select count(*) from received_count")
        assert rows == await tx.conn.fetchval("select count(distinct (collectivity_id, channel, outcome)) from received_count")
        assert rows <= 2 * 6, "two collectivities, six outcomes: what is read is small, whatever ever came"
        await tx.conn.execute("delete from received where outcome = 'filtered'")
        assert await tx.conn.fetchval(APART) == 0


async def test_each_sees_the_sums_of_his_own_and_nobody_counts_by_himself(db: Database, world: World) -> None:
    async with db.transaction(INTAKE) as tx:
        for number in range(6):
            await _take(tx, number)
    async with db.transaction(OPERATOR) as tx:
        assert sum(n for _, _, n in await arrivals.sums(tx, None)) == 6
    async with db.transaction(REGISTRAR) as tx:
        assert await arrivals.sums(tx, (SAINTE_MER,)) == [("email", "pending", 4)]
        assert await arrivals.sums(tx, (BOISVERT,)) == []
    for scope in (INTAKE, OPERATOR, REGISTRAR):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction(scope) as tx:
                await tx.conn.execute(
                    "insert into received_count (collectivity_id, channel, outcome, n) values ($1, 'x', 'x', 1)", SAINTE_MER
                )


async def test_what_came_before_the_sums_were_kept_is_counted(db: Database, database_url: str, world: World) -> None:
    async with db.transaction(WORKER) as tx:
        for number in range(5):
            await _take(tx, number)
        await _decide(tx, random.Random(1))
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute("drop table received_count; drop function count_received() cascade")
        await owner.execute(import_module("migrations.versions.0019_counts").SQL)
    finally:
        await owner.close()
    async with db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select count(*) from received_count") > 1
        assert await tx.conn.fetchval(APART) == 0
