"""What has passed is acted on once: by any number of workers, none of whom waits for another, whatever one of the deadlines does."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from grc import clock
from grc.actions import fire
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.tickets import store
from grc.tickets.model import TicketKey
from tests.makers.timers import timers
from tests.support.arrivals import form, opened, rows, ticket
from tests.support.processes import until
from tests.support.world import SAINTE_MER, World

NOW = clock.now()
PATIENCE = 20.0


async def due(world: World, count: int) -> list[TicketKey]:
    """So many requests of Sainte-Mer whose acknowledgement is late."""
    async with world.db.transaction(WORKER) as tx:
        made = await timers(tx.conn, SAINTE_MER, world.services[SAINTE_MER, "accueil"], count, NOW - timedelta(hours=1))
    return [TicketKey(SAINTE_MER, number) for number in made]


async def alarmed(house: House) -> Counter[int]:
    """How often each ticket was told that it is late."""
    return Counter(row["ticket_id"] for row in await rows(house, "select ticket_id from event where what = 'late'"))


async def break_type(house: House, key: TicketKey) -> None:
    """From now on this ticket runs on a version that nobody has: whatever happens to it fails."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set version = 99 where collectivity_id = $1 and id = $2", key.collectivity_id, key.id)


@pytest.mark.parametrize("place", [0, 120, 249])
async def test_one_that_cannot_be_acted_on_among_250_stops_none_of_them(house: House, world: World, place: int) -> None:
    keys = await due(world, 250)
    await break_type(house, keys[place])
    assert await fire.fire(house.db, NOW) == 249
    assert await alarmed(house) == Counter(key.id for key in keys if key != keys[place])
    unfired = await rows(house, "select ticket_id from deadline where fired_at is null")
    assert [row["ticket_id"] for row in unfired] == [keys[place].id], "it is not lost: it is acted on once it can be"


async def test_what_failed_is_put_aside_for_a_while_and_acted_on_once_it_can_be(house: House, world: World) -> None:
    bad, good = await due(world, 2)
    await break_type(house, bad)
    aside: fire.Aside = {}
    assert await fire.fire(house.db, NOW, aside=aside) == 1
    assert set(aside) == {bad}
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set version = 1 where id = $1", bad.id)
    assert await fire.fire(house.db, NOW + timedelta(seconds=5), aside=aside) == 0
    assert await fire.fire(house.db, NOW + fire.AGAIN, aside=aside) == 1
    assert await alarmed(house) == Counter([bad.id, good.id])


async def test_two_workers_share_what_is_due_and_act_on_each_once(house: House, world: World) -> None:
    keys = await due(world, 700)
    shares = await asyncio.gather(fire.fire(house.db, NOW), fire.fire(house.db, NOW))
    assert sum(shares) + await fire.fire(house.db, NOW) == 700
    assert min(shares) > 0, "the second did not stand behind the first"
    assert await alarmed(house) == Counter(key.id for key in keys)


async def test_a_worker_goes_on_while_another_is_in_the_midst_of_a_batch(house: House, world: World) -> None:
    keys = await due(world, 150)
    async with house.db.transaction(WORKER) as tx:  # it has done all that follows and has not yet committed
        assert await fire._act(tx, await store.hold_free(tx, keys[::2]), NOW) == 75
        async with asyncio.timeout(PATIENCE):
            assert await fire.fire(house.db, NOW) == 75
    assert await fire.fire(house.db, NOW) == 0
    assert await alarmed(house) == Counter(key.id for key in keys)


async def test_a_ticket_in_an_agents_hands_is_passed_over_and_comes_later(house: House, world: World) -> None:
    first, second = await due(world, 2)
    async with world.acting("paul") as (tx, _):
        await store.lock(tx, first)
        async with asyncio.timeout(PATIENCE):
            assert await fire.fire(house.db, NOW) == 1
        assert (await ticket(house, second))["alarm"] == "ack_late"
    assert await fire.fire(house.db, NOW) == 1


async def test_all_that_has_passed_of_a_ticket_follows_at_once_in_its_order(house: House) -> None:
    key = await opened(house, form())
    assert await fire.fire(house.db, clock.now() + timedelta(days=200)) == 8, "four deadlines, and two reminders before and two after"
    late = await rows(house, "select why from event where ticket_id = $1 and what in ('late', 'implicit_decision') order by id", key.id)
    assert [line["why"].split()[0] for line in late] == ["L’accusé", "L’objectif", "Le", "Faute"]


async def test_who_waits_for_a_ticket_sees_what_was_done_to_it_meanwhile(house: House) -> None:
    key = await opened(house, form())

    async def wait_for_it() -> list[str]:
        async with house.db.transaction(WORKER) as tx:
            return [deadline.kind for deadline in (await store.lock(tx, key)).open_deadlines]

    async def waits() -> bool | None:
        async with house.db.transaction(WORKER) as tx:
            return await tx.conn.fetchval("select true from pg_locks where not granted limit 1") or None

    async with house.db.transaction(WORKER) as tx:
        await store.lock(tx, key)
        await tx.conn.execute("update deadline set met_at = now() where ticket_id = $1 and kind <> 'answer'", key.id)
        waiting = asyncio.create_task(wait_for_it())
        await until(waits, PATIENCE, lambda: "it waits")
    assert await waiting == ["answer"]
