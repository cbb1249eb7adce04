"""The lines of a register: written with their history, found by the beginnings of their words, put away and never lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grc.errors import BadInput, Forbidden, NotFound
from grc.records import store
from grc.records.keep import keep, move
from grc.records.reach import reach, reaches
from tests.records.conftest import BOISVERT, CONTRACTS, KEYS, NOW, SAINTE_MER, added
from tests.support.world import AGENCY, World
from tests.support.world import BOISVERT as BOISVERT_ID
from tests.support.world import SAINTE_MER as SAINTE_MER_ID


async def test_a_line_is_named_by_the_words_of_its_fields(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        id = await added(tx, odile, "C-1", membre=SAINTE_MER, prix=120)
        line = await store.line(tx, AGENCY, CONTRACTS, id)
    assert (line.key, line.title, line.member) == ("C-1", "Facturation de l’eau, Sainte-Mer", "Sainte-Mer")
    assert CONTRACTS.chosen(line.id, line.title, line.data) == {"id": id, "title": line.title, "objet": "eau", "prix": 120}


async def test_the_history_says_who_changed_what(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        here = await reach(tx, odile, CONTRACTS)
        id = await added(tx, odile, "C-1", membre=SAINTE_MER, prix=120)
        line = await store.line(tx, AGENCY, CONTRACTS, id)
        await keep(tx, here, odile, line, {**line.data, "prix": 150}, NOW)
        await keep(tx, here, odile, await store.line(tx, AGENCY, CONTRACTS, id), {**line.data, "prix": 150}, NOW)
        await move(tx, here, odile, id, NOW, active=False)
        history = await store.history(tx, AGENCY, id)
    assert [(change.what, dict(change.data)) for change in history] == [
        ("put_away", {}),
        ("changed", {"prix": (120, 150)}),
        ("added", {}),
    ]
    assert {change.who for change in history} == {"Odile Castets"}


async def test_no_two_lines_have_one_key(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        await added(tx, odile, "C-1")
        with pytest.raises(BadInput, match="nomme déjà") as refused:
            await added(tx, odile, "C-1", prix=3)
    assert refused.value.field == "numero"


async def test_a_line_is_found_by_the_beginnings_of_its_words(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        await added(tx, odile, "C-1", membre=SAINTE_MER, mots="Œuvres d’été")
        await added(tx, odile, "C-2", membre=BOISVERT, objet="paie")
        wanted = {"fact sain": ["C-1"], "OEUV": ["C-1"], "boisv paie": ["C-2"], "c-2": ["C-2"], "ontrat": [], "'": []}
        for asked, keys in wanted.items():
            assert [line.key for line in await store.search(tx, AGENCY, CONTRACTS, asked)] == keys, asked
        assert await store.search(tx, AGENCY, CONTRACTS, "fact", member=BOISVERT_ID) == []


async def test_what_was_put_away_is_found_among_what_was_put_away(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        here, id = await reach(tx, odile, CONTRACTS), await added(tx, odile, "C-1")
        await move(tx, here, odile, id, NOW, active=False)
        assert (await store.page(tx, AGENCY, CONTRACTS)).lines == []
        assert await store.search(tx, AGENCY, CONTRACTS, "fact") == []
        assert [line.key for line in await store.search(tx, AGENCY, CONTRACTS, "fact", active=False)] == ["C-1"]
        assert (await store.counts(tx, [AGENCY], ["contrat"]))[AGENCY, "contrat"] == 0
        await move(tx, here, odile, id, NOW, active=True)
        assert len((await store.page(tx, AGENCY, CONTRACTS)).lines) == 1


async def test_pages_follow_one_another_without_a_gap(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        for number in range(store.PAGE * 2 + 7):
            await added(tx, odile, f"C-{number:03}", membre=SAINTE_MER if number % 2 else BOISVERT)
        for members, wanted in ((None, store.PAGE * 2 + 7), ([SAINTE_MER_ID], store.PAGE + 3)):
            seen: list[str] = []
            after = ""
            while True:
                page = await store.page(tx, AGENCY, CONTRACTS, members=members, after=after)
                seen += [line.key for line in page.lines]
                if not (after := page.after):
                    break
            assert len(seen) == len(set(seen)) == wanted
        odd = await store.page(tx, AGENCY, CONTRACTS, after="x'.--")
        assert len(odd.lines) == store.PAGE


async def test_each_town_keeps_its_own_keys(world: World) -> None:
    async with world.acting("claire") as (tx, claire):
        await added(tx, claire, "K-1", KEYS)
    async with world.acting("bea") as (tx, bea):
        await added(tx, bea, "K-1", KEYS)
        assert len((await store.page(tx, BOISVERT_ID, KEYS)).lines) == 1
        assert (await store.page(tx, SAINTE_MER_ID, KEYS)).lines == []


async def test_who_writes_is_who_leads_where_the_register_is_kept(world: World) -> None:
    async with world.acting("odile") as (tx, odile):
        id = await added(tx, odile, "C-1", membre=SAINTE_MER)
    async with world.acting("claire") as (tx, claire):
        here = await reach(tx, claire, CONTRACTS)
        assert (here.ours, here.writes, here.members) == (False, False, (SAINTE_MER_ID,))
        with pytest.raises(Forbidden):
            await move(tx, here, claire, id, NOW, active=False)
    async with world.acting("paul") as (tx, paul):
        own = await reach(tx, paul, KEYS)
        assert own.ours
        with pytest.raises(Forbidden):
            await keep(tx, own, paul, None, {"code": "K-1"}, NOW)


async def test_a_register_of_the_agency_alone_is_not_there_for_members(world: World) -> None:
    alone = replace(KEYS, owner="agency")
    async with world.acting("claire") as (tx, claire):
        assert await reaches(tx, claire, [alone]) == []
        with pytest.raises(NotFound):
            await reach(tx, claire, alone)
