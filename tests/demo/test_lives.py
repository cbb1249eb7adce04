"""The catalogue alive in the demonstration: requests of many types, each lived by the real actions on days that suit their dates."""

from __future__ import annotations

from grc.db.transaction import WORKER, Database
from tests.demo.conftest import NOW
from workflows.catalogue import catalogue


async def test_requests_of_at_least_ten_types_live_their_own_lives(world: Database) -> None:
    async with world.transaction(WORKER) as tx:
        rows = await tx.conn.fetch("select type, state, fields, opened_at from ticket where fields <> '{}'::jsonb")
        late = await tx.conn.fetchval("select count(*) from deadline where kind = 'are' and met_at is null and due_at < $1", NOW)
    own = {row["type"] for row in rows if row["state"] not in catalogue().get("general").states}
    assert len({name for name in own if catalogue().get(name).audience == "citizen"}) >= 10, "they are in states of their own"
    assert late == 0, "each was acknowledged"
    planned = [row for row in rows if row["type"] == "street_light" and row["state"] == "planned"]
    assert planned
    assert all(row["fields"]["date_intervention"] > row["opened_at"].date().isoformat() for row in planned)


async def test_a_word_of_a_mail_gives_it_its_type(world: Database) -> None:
    async with world.transaction(WORKER) as tx:
        lights = await tx.conn.fetch(
            """
            select t.type, t.state, r.data ->> 'reasons' as why from ticket t
            join event r on r.collectivity_id = t.collectivity_id and r.ticket_id = t.id and r.what = 'routed'
            where t.channel = 'email' and t.subject like 'Lampadaire%'
            """
        )
    assert {row["type"] for row in lights} == {"street_light"}
    assert any("Lampadaire en panne" in row["why"] for row in lights), "the rule is told"
    assert any(row["state"] == "repaired" for row in lights)
