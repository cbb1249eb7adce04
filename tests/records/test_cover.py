"""Whether a member has a line for what he asks: said when the request opens, on that day, about him alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from grc.db.transaction import WORKER
from grc.records.cover import cover
from grc.records.keep import keep, move
from grc.records.reach import reach
from grc.tickets.model import TicketKey
from tests.records.conftest import BOISVERT, NOW, SAINTE_MER, TODAY
from tests.support.tickets import begun
from tests.support.world import BOISVERT as BOISVERT_ID
from tests.support.world import SAINTE_MER as SAINTE_MER_ID
from tests.support.world import World
from workflows.catalogue import catalogue
from workflows.register import registers

INCIDENT = catalogue().get("incidents")


async def subscribed(world: World, numero: str = "A-1", **values: Any) -> int:
    """A line of the register of subscriptions: Sainte-Mer's help at the telephone, from 2026 on."""
    given = {"numero": numero, "membre": SAINTE_MER, "service": "assistance", "depuis": "2026-01-01", **values}
    async with world.acting("odile") as (tx, odile):
        return await keep(tx, await reach(tx, odile, registers()["adhesion"]), odile, None, given, NOW)


async def is_covered(world: World, member: int = SAINTE_MER_ID, day: date = TODAY) -> bool:
    async with world.db.transaction(WORKER) as tx:
        found = await cover(tx, INCIDENT, member, day)
    assert found is not None
    return found.subscribed


async def test_a_member_is_covered_by_his_own_line_for_this_service(world: World) -> None:
    assert not await is_covered(world)
    await subscribed(world, "A-1", service="wifi")
    await subscribed(world, "A-2", membre=BOISVERT)
    assert not await is_covered(world)
    await subscribed(world, "A-3")
    assert await is_covered(world)
    assert await is_covered(world, BOISVERT_ID)


@pytest.mark.parametrize(
    ("since", "until", "covered"),
    [("2026-03-02", None, True), ("2026-03-03", None, False), ("2025-01-01", "2026-03-02", True), ("2025-01-01", "2026-03-01", False)],
)
async def test_a_line_covers_from_its_first_day_to_its_last(world: World, since: str, until: str | None, covered: bool) -> None:
    await subscribed(world, depuis=since, jusqu_au=until)
    assert await is_covered(world) is covered


async def test_a_line_that_was_put_away_covers_nothing(world: World) -> None:
    id = await subscribed(world)
    async with world.acting("odile") as (tx, odile):
        await move(tx, await reach(tx, odile, registers()["adhesion"]), odile, id, NOW, active=False)
    assert not await is_covered(world)


async def test_nothing_is_asked_where_no_member_asks_or_the_type_needs_none(world: World) -> None:
    async with world.db.transaction(WORKER) as tx:
        assert await cover(tx, INCIDENT, None, TODAY) is None
        assert await cover(tx, catalogue().get("general"), SAINTE_MER_ID, TODAY) is None


async def events(world: World, key: TicketKey) -> dict[str, Any]:
    async with world.db.transaction(WORKER) as tx:
        rows = await tx.conn.fetch("select what, why, data from event where ticket_id = $1", key.id)
        alarm = await tx.conn.fetchval("select alarm from ticket where id = $1", key.id)
    return {row["what"]: row["data"] | {"why": row["why"]} for row in rows} | {"alarm": alarm}


async def test_the_opening_of_a_request_says_whether_the_member_subscribes(world: World) -> None:
    fields = {"impact": "poste", "urgence": "gene", "description": "L’écran reste noir."}
    without = await events(world, await begun(world.db, 1, "incidents", fields, member=(SAINTE_MER_ID, "Sainte-Mer"), now=NOW))
    assert without["alarm"] == "not_covered"
    assert without["not_covered"]["why"] == "Sainte-Mer n’y a pas de ligne à ce jour."
    await subscribed(world)
    key = await begun(world.db, 1, "incidents", fields, member=(SAINTE_MER_ID, "Sainte-Mer"), now=NOW)
    covered = await events(world, key)
    assert covered["alarm"] is None
    assert covered["covered"]["title"] == "Assistance informatique, Sainte-Mer"
    async with world.acting("odile") as (tx, _):
        found = await cover(tx, INCIDENT, SAINTE_MER_ID, TODAY)
    assert found is not None
    assert (found.title, found.since, found.until) == ("Assistance informatique, Sainte-Mer", "2026-01-01", "")


async def test_the_member_himself_is_told_before_he_asks(world: World) -> None:
    await subscribed(world)
    async with world.acting("claire") as (tx, _):
        own = await cover(tx, INCIDENT, SAINTE_MER_ID, TODAY)
        other = await cover(tx, INCIDENT, BOISVERT_ID, TODAY)
    assert own is not None
    assert own.subscribed
    assert other is not None
    assert not other.subscribed, "another's line is not there for her"
