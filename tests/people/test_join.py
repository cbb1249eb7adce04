"""One person on several channels: joined, parted, and nothing lost either way."""

from __future__ import annotations

import asyncpg
import pytest

from grc import clock
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.errors import NotFound, Refused
from grc.people import find
from grc.people.alike import alike, street
from grc.people.join import PROGRAM, By, history, join, joinings, part
from grc.tickets import person
from tests.support.arrivals import form, opened, row, rows, ticket, told
from tests.support.world import BOISVERT, SAINTE_MER, World

CLAIRE = By("Claire Lartigue")


async def of(house: House, name: str, address: str, **more: str) -> tuple[int, str]:
    """Somebody who wrote: his number, and the reference of his request."""
    found = await ticket(house, await opened(house, form({"nom": name, "courriel": address, **more})))
    return found["requester_id"], found["reference"]


async def seen(world: World, one: int, by: str = "claire") -> list[str]:
    async with world.acting(by) as (tx, _):
        return sorted(request.reference for request in await person.requests(tx, SAINTE_MER, one))


async def test_two_joined_are_one_with_one_line_and_parted_they_are_two_again(house: House, world: World) -> None:
    jeanne, first = await of(house, "Jeanne Duport", "jeanne@habitants.example")
    jd, second = await of(house, "J. Duport", "jd@travail.example")
    before = await rows(house, "select collectivity_id, kind, value, person_id, verified_at from identity order by 1, 2, 3")
    async with world.acting("claire") as (tx, _):
        joining = await join(tx, SAINTE_MER, jeanne, jd, CLAIRE, "Elle l’a dit au guichet.", clock.now())
        assert joining is not None
        assert await join(tx, SAINTE_MER, jd, jeanne, CLAIRE, "", clock.now()) is None, "they are one already"
    assert await seen(world, jeanne) == await seen(world, jd) == sorted([first, second])
    async with world.acting("claire") as (tx, _):
        (whole,) = await find.find(tx, SAINTE_MER, "duport", 10)
        assert (whole.id, whole.name, whole.open) == (jeanne, "Jeanne Duport", 2)
        assert {a.value for a in whole.addresses} == {"jeanne@habitants.example", "jd@travail.example"}
        line = await person.line(tx, SAINTE_MER, jeanne)
        assert {said.reference for said in line.said} == {first, second}

    # Meanwhile each of the two addresses writes again.
    _, third = await of(house, "Jeanne Duport", "jeanne@habitants.example")
    _, fourth = await of(house, "J. Duport", "jd@travail.example")
    assert await seen(world, jeanne) == sorted([first, second, third, fourth])

    async with world.acting("claire") as (tx, _):
        (standing,) = await joinings(tx, SAINTE_MER, jd)
        assert (standing.id, standing.name) == (joining, "J. Duport")
        assert await part(tx, SAINTE_MER, joining, CLAIRE, "Ce sont deux sœurs.", clock.now()) == jd
        with pytest.raises(Refused):
            await part(tx, SAINTE_MER, joining, CLAIRE, "", clock.now())
    assert await seen(world, jeanne) == sorted([first, third])
    assert await seen(world, jd) == sorted([second, fourth])
    assert await rows(house, "select collectivity_id, kind, value, person_id, verified_at from identity order by 1, 2, 3") == before
    async with world.acting("claire") as (tx, _):
        assert [one.what for one in await history(tx, SAINTE_MER, jeanne)] == ["parted", "joined"]
        assert [one.what for one in await history(tx, SAINTE_MER, jd)] == ["parted_from", "joined_into"]
    key = await row(house, "select collectivity_id, id from ticket where reference = $1", second)
    events = await rows(house, "select what, why from event where ticket_id = $1 and what like 'person%' order by id", key["id"])
    assert [tuple(one) for one in events] == [("person_joined", "Elle l’a dit au guichet."), ("person_parted", "Ce sont deux sœurs.")]


async def test_three_joined_in_turn_part_in_any_order(house: House, world: World) -> None:
    a, b, c = [(await of(house, name, f"{name}@habitants.example"))[0] for name in ("anne", "benoit", "chloe")]
    for first in (True, False):
        async with world.acting("claire") as (tx, _):
            one = await join(tx, SAINTE_MER, a, b, CLAIRE, "", clock.now())
            two = await join(tx, SAINTE_MER, c, b, CLAIRE, "", clock.now())  # with b comes a, whom he is joined into
            assert one is not None
            assert two is not None
            order = [one, two] if first else [two, one]
            await part(tx, SAINTE_MER, order[0], CLAIRE, "", clock.now())
            kept = dict(await tx.conn.fetch("select id, joined_into from person"))
            assert kept == ({a: c, b: None, c: None} if first else {a: None, b: a, c: None})
            await part(tx, SAINTE_MER, order[1], CLAIRE, "", clock.now())
            assert dict(await tx.conn.fetch("select id, joined_into from person")) == {a: None, b: None, c: None}


async def test_nobody_is_joined_across_towns_nor_by_an_agent_of_another(house: House, world: World) -> None:
    here, _ = await of(house, "Jeanne Duport", "jeanne@habitants.example")
    async with house.db.transaction(WORKER) as tx:
        there = await tx.conn.fetchval(
            "insert into person (collectivity_id, name, created_at) values (3, 'Jeanne Duport', now()) returning id"
        )
    for by, place in (("claire", SAINTE_MER), ("bea", BOISVERT), ("bea", SAINTE_MER)):
        with pytest.raises(NotFound):
            async with world.acting(by) as (tx, _):
                await join(tx, place, here, there, CLAIRE, "", clock.now())
    async with house.db.transaction(WORKER) as tx:
        with pytest.raises(NotFound):
            await join(tx, SAINTE_MER, here, there, PROGRAM, "", clock.now())


async def test_what_was_written_down_of_a_joining_stays(house: House, world: World) -> None:
    a, b = [(await of(house, name, f"{name}@habitants.example"))[0] for name in ("anne", "benoit")]
    async with house.db.transaction(WORKER) as tx:
        await join(tx, SAINTE_MER, a, b, PROGRAM, "Une même adresse, prouvée.", clock.now())
    for verb in ("update person_event set at = now()", "delete from person_event"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with world.acting("claire") as (tx, _):
                await tx.conn.execute(verb)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update person_event set at = now()")


async def test_who_may_be_the_same_is_proposed_and_said_why(house: House, world: World) -> None:
    jeanne, _ = await of(
        house, "Jeanne Duport", "jeanne@habitants.example", adresse="12, rue des Pins\n40200 Sainte-Mer", telephone="0639980100"
    )
    namesake, _ = await of(house, "DUPORT Jeanne", "jd@travail.example", adresse="12 R. des pins, 40200 SAINTE MER")
    await of(house, "Jeanne Duport", "autre@habitants.example", adresse="3 avenue du Lac")
    await of(house, "Paul Duport", "paul@habitants.example", adresse="12 rue des Pins")
    phone = await of(house, "J. D.", "tel@habitants.example")
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into identity (collectivity_id, kind, value, person_id) values ($1, 'tel', '+33639980100', $2)", SAINTE_MER, phone[0]
        )
    async with world.acting("claire") as (tx, _):
        found = {one.id: list(one.why) for one in await alike(tx, SAINTE_MER, jeanne)}
    assert found == {namesake: ["même nom, même rue"], phone[0]: ["même téléphone, 06 39 98 01 00"]}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12, rue des Pins\n40200 Sainte-Mer", "12 R. des Pins 40200 Ste Mer", True), ("12 rue des Pins", "14 rue des Pins", False),
        ("3 av. du Gal de Gaulle", "3 avenue du Général de Gaulle", True), ("Rue des Pins", "rue des pins, Sainte-Mer", True),
        ("40200 Sainte-Mer", "40200 Sainte-Mer", False), ("", "", False),
    ],
)  # fmt: skip
def test_a_street_is_compared_as_people_write_it(one: str, other: str, same: bool) -> None:
    assert (bool(street(one)) and street(one) == street(other)) is same


async def test_each_ticket_says_that_its_requester_was_joined(house: House, world: World) -> None:
    key = await opened(house, form({"nom": "A", "courriel": "a@habitants.example"}))
    b, _ = await of(house, "B", "b@habitants.example")
    async with house.db.transaction(WORKER) as tx:
        await join(
            tx, SAINTE_MER, b, (await tx.conn.fetchval("select requester_id from ticket where id = $1", key.id)), PROGRAM, "", clock.now()
        )
    assert (await told(house, key))[-1] == "person_joined"
