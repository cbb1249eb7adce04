"""Persons are found by whatever an agent has in hand: name, mail, telephone, reference; and those of other services are not."""

from __future__ import annotations

import pytest

from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.people import find
from grc.people.find import Found
from tests.support.arrivals import form, opened, ticket
from tests.support.world import BOISVERT, SAINTE_MER, World

NAMES = ("Jeanne Duport", "Éloïse Bérard-Lafitte", "Jean-Œdipe Ménard")


@pytest.fixture
async def known(house: House) -> dict[str, int]:
    """Three persons of the reception of Sainte-Mer, by name, with a telephone; and how many tickets they have: one."""
    persons = {}
    for number, name in enumerate(NAMES):
        key = await opened(house, form({"nom": name, "courriel": f"{'abc'[number]}.{name.split()[-1].lower()[:3]}@habitants.example"}))
        persons[name] = (await ticket(house, key))["requester_id"]
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute(
                "insert into identity (collectivity_id, kind, value, person_id, label) values ($1, 'tel', $2, $3, $4)",
                SAINTE_MER, f"+3363998010{number}", persons[name], f"06 39 98 01 0{number}",
            )  # fmt: skip
    return persons


async def found(world: World, words: str, by: str = "paul", collectivity_id: int = SAINTE_MER) -> list[Found]:
    async with world.acting(by) as (tx, _):
        return list(await find.find(tx, collectivity_id, words, 10))


async def names(world: World, words: str, by: str = "paul") -> set[str]:
    return {one.name for one in await found(world, words, by)}


TYPED = {
    "Jeanne Duport": NAMES[0], "dup jea": NAMES[0], "Mme DUPORT": NAMES[0], "eloise ber": NAMES[1], "bérard-laf": NAMES[1],
    "oedipe": NAMES[2], "a.dup@habitants.example": NAMES[0], "a.dup": NAMES[0], "A.Dup@hab": NAMES[0],
    "06 39 98 01 01": NAMES[1], "0639980101": NAMES[1], "+33 6 39 98 01 01": NAMES[1], "06.39.98.01.02": NAMES[2],
}  # fmt: skip


async def test_as_he_types_the_agent_finds(world: World, known: dict[str, int]) -> None:
    for typed, name in TYPED.items():
        assert await names(world, typed) == {name}, typed


async def test_what_begins_alike_is_found_together_and_nothing_finds_nobody(world: World, known: dict[str, int]) -> None:
    assert await names(world, "jea") == {NAMES[0], NAMES[2]}
    assert await names(world, "06 39") == set(NAMES)
    for typed in ("", "   ", "z", "j", "Duport Bérard", "%", "_", "c:2", "' | 'c:3", "🦔", "0", "@"):
        assert await names(world, typed) == set(), typed


async def test_by_the_reference_of_a_request(house: House, world: World) -> None:
    reference = (await ticket(house, await opened(house, form())))["reference"]
    async with world.acting("paul") as (tx, _):
        assert [one.name for one in await find.find(tx, SAINTE_MER, "", 10, reference)] == ["Jeanne Duport"]


async def test_another_service_does_not_browse_them_but_is_told_that_a_whole_address_is_known(world: World, known: dict[str, int]) -> None:
    assert await names(world, "jeanne", by="luc") == set()
    assert await names(world, "06 39", by="luc") == set()
    for whole in ("a.dup@habitants.example", "06 39 98 01 00"):
        (stranger,) = await found(world, whole, by="luc")
        assert stranger == Found(known[NAMES[0]], NAMES[0], within=False), "his name, and nothing more"


async def test_another_town_finds_nobody(world: World, known: dict[str, int]) -> None:
    for typed in ("jeanne", "a.dup@habitants.example", "06 39 98 01 00"):
        assert await found(world, typed, by="bea") == []
        assert await found(world, typed, by="bea", collectivity_id=BOISVERT) == []


async def test_who_calls_is_known_with_what_he_waits_for(house: House, world: World, known: dict[str, int]) -> None:
    async with world.acting("paul") as (tx, _):
        (caller,) = await find.by_phone(tx, SAINTE_MER, "+33639980100")
        assert (caller.name, caller.open) == (NAMES[0], 1)
        assert [(a.kind, a.label) for a in caller.addresses] == [("email", ""), ("tel", "06 39 98 01 00")]
        (waits,) = await find.open_requests(tx, SAINTE_MER, caller.id)
        assert waits.subject == "Lampadaire éteint"
        assert await find.by_phone(tx, SAINTE_MER, "") == []
        assert await find.by_phone(tx, BOISVERT, "+33639980100") == []
    async with world.acting("luc") as (tx, _):
        assert await find.open_requests(tx, SAINTE_MER, known[NAMES[0]]) == [], "of the roads, who deal with nothing of his"
