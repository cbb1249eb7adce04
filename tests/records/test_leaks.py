"""What another's lines never show, whatever one asks by whatever number: the database decides."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import pytest

from grc.db.transaction import Scope
from grc.errors import NotFound
from grc.records import store
from grc.records.model import Write
from grc.records.reach import reach
from tests.records.conftest import BOISVERT, CONTRACTS, KEYS, NOW, SAINTE_MER, added
from tests.support.world import AGENCY, World
from tests.support.world import BOISVERT as BOISVERT_ID
from tests.support.world import SAINTE_MER as SAINTE_MER_ID


async def lines(world: World) -> tuple[int, int]:
    """A line about Sainte-Mer and one about Boisvert."""
    async with world.acting("odile") as (tx, odile):
        return await added(tx, odile, "C-1", membre=SAINTE_MER), await added(tx, odile, "C-2", membre=BOISVERT)


async def test_a_member_sees_the_lines_about_himself_alone(world: World) -> None:
    mine, other = await lines(world)
    async with world.acting("claire") as (tx, _):
        assert (await store.line(tx, AGENCY, CONTRACTS, mine)).key == "C-1"
        with pytest.raises(NotFound):
            await store.line(tx, AGENCY, CONTRACTS, other)
        assert [line.key for line in (await store.page(tx, AGENCY, CONTRACTS)).lines] == ["C-1"]
        assert (await store.page(tx, AGENCY, CONTRACTS, members=[BOISVERT_ID])).lines == []
        assert await store.by_keys(tx, AGENCY, CONTRACTS, ["C-2"]) == {}
        assert [line.key for line in await store.everything(tx, AGENCY, CONTRACTS)] == ["C-1"]
        assert (await store.counts_of(tx, AGENCY, ["contrat"], [SAINTE_MER_ID, BOISVERT_ID])) == {"contrat": 1}
        assert await tx.conn.fetchval("select count(*) from record") == 1


async def test_search_leaks_no_line_and_no_word(world: World) -> None:
    await lines(world)
    async with world.acting("claire") as (tx, _):
        assert [line.key for line in await store.search(tx, AGENCY, CONTRACTS, "facturation")] == ["C-1"]
        assert await store.search(tx, AGENCY, CONTRACTS, "boisvert") == []
        assert await tx.conn.fetch("select * from search_records(1, 'contrat', '{boisvert}', null, true, 50)") == []
        assert await tx.conn.fetch("select * from search_records(1, 'contrat', '{boisvert}', 3, true, 50)") == []
        assert await tx.conn.fetch("select * from search_records(1, 'contrat'' | ''x', '{b}', null, true, 50)") == []


async def test_the_history_belongs_to_whoever_keeps_the_register(world: World) -> None:
    mine, _ = await lines(world)
    async with world.acting("claire") as (tx, _agent):
        assert await store.history(tx, AGENCY, mine) == []
        assert await tx.conn.fetchval("select count(*) from record_change") == 0


async def test_a_line_of_another_cannot_be_written_by_its_number(world: World) -> None:
    mine, _ = await lines(world)
    forged = Write(mine, "C-1", "Pris", {}, SAINTE_MER_ID, True, "changed")
    async with world.acting("claire") as (tx, claire):
        assert await store.write(tx, AGENCY, CONTRACTS, [forged], claire.name, claire.id, NOW) == {}
        here = await reach(tx, claire, KEYS)
        assert await store.write(tx, here.owner, CONTRACTS, [forged], claire.name, claire.id, NOW) == {}  # as if his own had that number
    async with world.acting("odile") as (tx, _agent):
        assert (await store.line(tx, AGENCY, CONTRACTS, mine)).title == "Facturation de l’eau, Sainte-Mer"


async def test_a_line_cannot_be_added_to_another_s_register(world: World) -> None:
    async with world.acting("claire") as (tx, claire):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await store.write(tx, AGENCY, CONTRACTS, [Write(None, "X", "X", {}, SAINTE_MER_ID, True, "added")], claire.name, claire.id, NOW)


async def test_nobody_rewrites_the_history(world: World) -> None:
    await lines(world)
    async with world.acting("odile") as (tx, _):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await tx.conn.execute("update record_change set who = 'Personne'")


@pytest.mark.parametrize("role", ["grc_citizen", "grc_intake", "grc_member"])
async def test_only_what_is_public_is_there_for_everybody(world: World, role: str) -> None:
    await lines(world)
    async with world.db.transaction(Scope(role, (BOISVERT_ID if role == "grc_member" else AGENCY,))) as tx:  # type: ignore[arg-type]
        seen = [row["key"] for row in await tx.conn.fetch("select key from record")]
    assert seen == (["C-2"] if role == "grc_member" else [])


async def test_what_a_register_says_of_who_sees_it_holds_for_lines_already_there(world: World) -> None:
    mine, _ = await lines(world)
    narrowed = replace(CONTRACTS, shown_to="owner")
    async with world.db.transaction(Scope("grc_worker")) as tx:
        await store.align(tx, {"contrat": narrowed})
    async with world.acting("claire") as (tx, _):
        with pytest.raises(NotFound):
            await store.line(tx, AGENCY, CONTRACTS, mine)
