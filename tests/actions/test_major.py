"""A major incident: thirty tickets under one, all told and closed at once; each exactly once, whatever dies on the way."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta

import pytest

from grc import clock
from grc.actions import errands
from grc.actions.house import House
from grc.actions.put_under import put_under
from grc.actions.transition import transition
from grc.actions.unlink import unlink
from grc.db.transaction import WORKER
from grc.tickets import links
from grc.tickets.links import Telling
from grc.tickets.model import TicketKey
from tests.actions.test_links import run_errands
from tests.makers.majors import majors
from tests.support.arrivals import form, opened, rows, send_all, ticket, told
from tests.support.passing import let_pass
from tests.support.processes import Service, until
from tests.support.relay import Relay
from tests.support.stories import service
from tests.support.world import SAINTE_MER, World

__all__ = ["service"]

MANY = 30
WORDS = "Le serveur est réparé, vous pouvez reprendre."


@pytest.fixture
async def problem(house: House) -> TicketKey:
    """A problem of Sainte-Mer; what cites a breakdown is an incident."""
    await majors(house.db, SAINTE_MER)
    return await opened(house, form({"objet": "Incident majeur", "message": "Tout s’arrête."}))


async def incidents(house: House, world: World, problem: TicketKey, many: int) -> list[TicketKey]:
    """So many incidents, each of somebody else, put under the problem."""
    made = []
    for number in range(many):
        typed = {"objet": f"Panne {number}", "nom": f"Agent {number}", "courriel": f"agent{number}@mairies.example"}
        made.append(await opened(house, form(typed)))
    async with world.acting("paul") as (tx, agent):
        assert await put_under(tx, agent, problem, made, clock.now()) == many
    return made


async def say(world: World, problem: TicketKey, name: str, words: str = WORDS) -> None:
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, problem, name, clock.now(), text=words)


async def progress(world: World, problem: TicketKey) -> Telling:
    async with world.acting("paul") as (tx, _agent):
        found = await links.telling(tx, problem)
    assert found is not None
    return found


async def how_often(house: House) -> Counter[int]:
    """How often each ticket was told the words."""
    return Counter(row["ticket_id"] for row in await rows(house, "select ticket_id from message where body_text = $1", WORDS))


async def test_thirty_tickets_are_told_and_closed_within_seconds(house: House, world: World, relay: Relay, problem: TicketKey) -> None:
    made = await incidents(house, world, problem, MANY)
    await send_all(house)
    began = time.monotonic()
    await say(world, problem, "solve")
    assert set(await run_errands(house)) == {"done"}
    assert time.monotonic() - began < 10
    assert await how_often(house) == Counter({key.id: 1 for key in made})
    assert {(await ticket(house, key))["phase"] for key in made} == {"closed"}
    await send_all(house)
    assert Counter(one.rcpt_to for one in relay.mails if WORDS in one.text) == Counter(f"agent{n}@mairies.example" for n in range(MANY))
    mail = await relay.caught(lambda one: WORDS in one.text)
    assert "Paul Dubos" in mail.text, "who speaks is named (L111-2)"
    stands = await progress(world, problem)
    assert (stands.tickets, stands.done, stands.over, stands.failed) == (MANY, MANY, True, [])
    assert "told_below" in await told(house, problem)


async def test_how_far_it_has_come_is_known_at_every_moment_and_whom_it_did_not_reach(
    house: House, world: World, problem: TicketKey
) -> None:
    one, closed, gone, silent, moved = await incidents(house, world, problem, 5)
    await say(world, problem, "solve")
    assert not (await progress(world, problem)).begun
    claimed = await errands.claim(house.db, clock.now(), 50)
    for errand in claimed:
        await errands.run(house.db, errand, clock.now)
    assert (await progress(world, problem)).tickets == 5
    assert (await progress(world, problem)).done == 0
    # meanwhile each of four becomes something else
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, closed, "close", clock.now())
    async with world.acting("paul") as (tx, agent):
        await unlink(tx, agent, problem, gone, clock.now())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set answer_addr = '' where id = $1", silent.id)
        await tx.conn.execute("update ticket set state = 'unheard_of' where id = $1", moved.id)
    await run_errands(house)
    stands = await progress(world, problem)
    assert stands.over
    references = {key: (await ticket(house, key))["reference"] for key in (closed, gone, silent, moved)}
    assert dict(stands.failed) == {
        references[closed]: "Elle était déjà close.",
        references[gone]: "Elle n’est plus rattachée.",
        references[silent]: "Elle n’a pas d’adresse où écrire.",
        references[moved]: "« Clore » n’est pas possible dans son état.",
    }
    assert (await ticket(house, one))["phase"] == (await ticket(house, silent))["phase"] == "closed"
    assert await how_often(house) == Counter({one.id: 1, moved.id: 1})


async def test_a_word_to_all_is_an_answer_and_closes_nothing(house: House, world: World, problem: TicketKey) -> None:
    made = await incidents(house, world, problem, 2)
    await say(world, problem, "tell")
    await run_errands(house)
    await say(world, problem, "tell", "Encore une heure.")
    await run_errands(house)
    assert {(await ticket(house, key))["phase"] for key in made} == {"open"}
    assert await how_often(house) == Counter({key.id: 1 for key in made})
    stands = await progress(world, problem)
    assert (stands.message, stands.tickets, stands.done) == ("Encore une heure.", 2, 2), "the last one is shown"


async def test_who_died_in_the_midst_or_did_it_twice_told_nobody_twice(house: House, world: World, problem: TicketKey) -> None:
    made = await incidents(house, world, problem, 6)
    await say(world, problem, "solve")
    for errand in await errands.claim(house.db, clock.now(), 50):
        await errands.run(house.db, errand, clock.now)
    first = [errand for errand in await errands.claim(house.db, clock.now(), 50) if errand.kind == "tell_one"]
    for errand in first[:3]:
        assert await errands.run(house.db, errand, clock.now) == "done"
        assert await errands.run(house.db, errand, clock.now) == "overtaken"
    later = clock.now() + timedelta(minutes=3)  # the lease of whoever died has ended
    again = [errand for errand in await errands.claim(house.db, later, 50) if errand.kind == "tell_one"]
    assert len(again) == 3
    for errand in again:
        await errands.run(house.db, errand, clock.now)
    for errand in first:  # the one that was believed dead wakes up
        assert await errands.run(house.db, errand, clock.now) == "overtaken"
    assert await how_often(house) == Counter({key.id: 1 for key in made})


async def test_a_worker_killed_outright_in_the_midst_tells_everybody_once(
    house: House, world: World, problem: TicketKey, service: Service
) -> None:
    await service.stop()
    made = await incidents(house, world, problem, MANY)
    await say(world, problem, "solve")

    async def some() -> bool | None:
        return sum((await how_often(house)).values()) >= 3 or None

    async def all_done() -> bool | None:
        return (await progress(world, problem)).over or None

    service.start("worker")
    await until(some, 30, lambda: f"some are told; {service.told('worker')}")
    await service.kill("worker")
    await let_pass(house.db, errands.LEASE)
    service.start("worker")
    await until(all_done, 30, lambda: f"all are told; {service.told('worker')}")
    assert await how_often(house) == Counter({key.id: 1 for key in made})
