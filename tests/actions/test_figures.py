"""Figures: each measure by each grouping, over a period and a member, within the reach of who asks, judged as conditions are elsewhere."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.reply import reply
from grc.db.transaction import WORKER
from grc.tickets.model import TicketKey
from grc.types import figures, store
from grc.types.figures import Asked, Bar
from tests.makers.majors import becomes
from tests.makers.types import document, publish
from tests.support.arrivals import form, opened
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World
from workflows.condition import conditions, hold, reader
from workflows.definition import Definition
from workflows.parts.words import Figure

NOW = clock.now()
PERIOD = Asked([SAINTE_MER], NOW - timedelta(days=30), NOW + timedelta(days=1))

COUNTED = document(
    """
name: essai_chiffres
version: 1
title: Essai de chiffres
summary: Pour les essais.
fields:
  - {name: sorte, kind: text, label: Sorte, required: false}
  - {name: prix, kind: number, label: Prix, required: false}
  - name: couleurs
    kind: choice
    many: true
    label: Couleurs
    required: false
    choices: [{value: rouge, label: Rouge}, {value: vert, label: Vert}]
  - {name: logiciel, kind: record, of: logiciel, label: Logiciel, required: false}
  - {name: lignes, kind: group, label: Lignes, required: false, fields: [{name: prix, kind: number, label: Prix}]}
"""
)


@pytest.fixture
async def definition(house: House) -> Definition:
    """A type with figures to reckon; what cites a lamp is of it."""
    await publish(house.db, SAINTE_MER, COUNTED)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "essai_chiffres"})
    async with house.db.transaction(WORKER) as tx:
        return await store.definition(tx, "essai_chiffres", 1)


async def ticket(house: House, fields: Mapping[str, Any], **columns: Any) -> TicketKey:
    """A ticket of the type with these fields; `columns` are set straight."""
    key = await opened(house, form({"service": columns.pop("service", "")}))
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set fields = $2 where id = $1", key.id, dict(fields))
        for column, value in columns.items():
            await tx.conn.execute(f"update ticket set {column} = $2 where id = $1", key.id, value)
    return key


async def reckoned(world: World, definition: Definition, *, who: str = "claire", asked: Asked = PERIOD, **figure: Any) -> Sequence[Bar]:
    """The bars of a figure as an agent sees them."""
    async with world.acting(who) as (tx, _agent):
        return await figures.reckon(tx, definition, Figure.model_validate({"name": "x", "label": "X", **figure}), asked)


def told(bars: Sequence[Bar]) -> dict[Any, float | None]:
    """The bars by their place."""
    return {bar.bucket: None if bar.value is None else round(bar.value, 3) for bar in bars}


async def test_each_measure_of_a_field(house: House, world: World, definition: Definition) -> None:
    for price in (10, 20, 60, None):
        await ticket(house, {} if price is None else {"prix": price})
    for measure, value in (("count", 3.0), ("sum", 90.0), ("mean", 30.0), ("median", 20.0)):
        (bar,) = await reckoned(world, definition, measure=measure, of="fields.prix")
        assert (bar.bucket, bar.value, bar.tickets) == (None, value, 4), measure
    (bar,) = await reckoned(world, definition, measure="count")
    assert bar.value == 4
    (bar,) = await reckoned(world, definition, measure="share", when={"fields.prix": {"min": 20}})
    assert bar.value == 0.5
    (bar,) = await reckoned(world, definition, measure="sum", of="fields.prix", when={"fields.prix": {"max": 20}})
    assert bar.value == 30


async def test_by_what_a_ticket_is_and_has(house: House, world: World, definition: Definition) -> None:
    await ticket(house, {"sorte": "a", "couleurs": ["rouge", "vert"]}, state="doing", rating=5)
    await ticket(house, {"sorte": "a", "couleurs": ["rouge"], "logiciel": {"id": 1, "title": "Paie"}}, rating=5)
    await ticket(house, {"sorte": "b"}, service="voirie", on_behalf_of=BOISVERT, rating=2)
    assert told(await reckoned(world, definition, by="fields.sorte")) == {"a": 2, "b": 1}
    assert told(await reckoned(world, definition, by="fields.couleurs")) == {"rouge": 2, "vert": 1, None: 1}
    assert told(await reckoned(world, definition, by="fields.logiciel")) == {"Paie": 1, None: 2}
    assert told(await reckoned(world, definition, by="state")) == {"received": 2, "doing": 1}
    assert told(await reckoned(world, definition, by="service")) == {"Accueil": 2, "Voirie": 1}
    assert told(await reckoned(world, definition, by="member")) == {"Boisvert": 1, None: 2}
    assert told(await reckoned(world, definition, by="rating")) == {"5": 2, "2": 1}
    assert told(await reckoned(world, definition, by="rating", measure="share")) == {"5": 0.667, "2": 0.333}
    assert told(await reckoned(world, definition, by="fields.sorte", measure="share", when={"rating": {"min": 4}})) == {"a": 1, "b": 0}
    assert sum(bar.value or 0 for bar in await reckoned(world, definition, by="month")) == 3
    (bar,) = await reckoned(world, definition, measure="mean", of="rating")
    assert bar.value == 4


async def test_what_took_how_long_and_how_far(house: House, world: World, definition: Definition) -> None:
    first = await ticket(house, {}, opened_at=NOW - timedelta(hours=10))
    second = await ticket(house, {}, opened_at=NOW - timedelta(hours=4), phase="closed", closed_at=NOW)
    async with world.acting("paul") as (tx, agent):
        await reply(tx, agent, first, "Bonjour.", (), NOW)
    async with house.db.transaction(WORKER) as tx:
        for key, minutes, km in ((first, 30, 12), (first, 15, 0), (second, 5, 8)):
            await tx.conn.execute(
                "insert into work_time (collectivity_id, ticket_id, agent_id, day, minutes, kind, km, made_at) "
                "values ($1, $2, $3, current_date, $4, 'visit', $5, now())", key.collectivity_id, key.id, world.agents["paul"], minutes, km,
            )  # fmt: skip
    for measure, of, value in (
        ("sum", "minutes", 50), ("mean", "minutes", 25), ("sum", "km", 20), ("median", "hours_to_close", 4),
        ("mean", "hours_to_answer", 10),
    ):  # fmt: skip
        (bar,) = await reckoned(world, definition, measure=measure, of=of)
        assert bar.value == pytest.approx(value, abs=0.01), of
    (bar,) = await reckoned(world, definition, measure="share", when={"answered": [True]})
    assert bar.value == 0.5


async def test_a_column_of_a_group_is_added_up(house: House, world: World, definition: Definition) -> None:
    await ticket(house, {"lignes": [{"prix": 10}, {"prix": 5.5}, {"prix": "rien"}]})
    (bar,) = await reckoned(world, definition, measure="sum", of="fields.lignes.prix")
    assert bar.value == 15.5


async def test_only_what_was_opened_in_the_period_for_that_member_and_no_duplicate(
    house: House, world: World, definition: Definition
) -> None:
    kept = await ticket(house, {})
    await ticket(house, {}, on_behalf_of=BOISVERT)
    await ticket(house, {}, opened_at=NOW - timedelta(days=90))
    await ticket(house, {}, merged_into=kept.id)
    assert told(await reckoned(world, definition)) == {None: 2}
    one = Asked(PERIOD.collectivities, PERIOD.since, PERIOD.until, member=BOISVERT)
    assert told(await reckoned(world, definition, asked=one)) == {None: 1}
    long = Asked(PERIOD.collectivities, NOW - timedelta(days=365), PERIOD.until)
    assert told(await reckoned(world, definition, asked=long)) == {None: 3}
    assert await reckoned(world, definition, when={"fields.sorte": ["jamais"]}) == []
    async with world.acting("claire") as (tx, _agent):
        assert [member.name for member in await figures.members(tx, definition, PERIOD)] == ["Boisvert"]


async def test_a_head_of_service_counts_what_his_services_have_and_a_stranger_nothing(
    house: House, world: World, definition: Definition
) -> None:
    await ticket(house, {})
    await ticket(house, {}, service="voirie")
    assert told(await reckoned(world, definition)) == {None: 2}
    assert told(await reckoned(world, definition, who="luc", by="service")) == {"Voirie": 1}
    everywhere = Asked([AGENCY, SAINTE_MER, BOISVERT], PERIOD.since, PERIOD.until)
    assert await reckoned(world, definition, who="bea", asked=everywhere) == []


async def test_types_with_figures_are_those_that_had_tickets_here(house: House, world: World) -> None:
    text = COUNTED + "figures: [{name: n, label: Demandes}]\n"
    await publish(house.db, SAINTE_MER, text)
    async with world.acting("claire") as (tx, agent):
        assert "essai_chiffres" not in {one.definition.name for one in await figures.types(tx, agent.collectivities)}
    await becomes(house.db, SAINTE_MER, {"lampadaire": "essai_chiffres"})
    await opened(house, form())
    async with world.acting("claire") as (tx, agent):
        assert "essai_chiffres" in {one.definition.name for one in await figures.types(tx, agent.collectivities)}
    async with world.acting("luc") as (tx, agent):
        assert "essai_chiffres" not in {one.definition.name for one in await figures.types(tx, agent.collectivities)}


VALUES: tuple[Any, ...] = (
    None, "", [], {}, "a", "b", "2", 2, 2.5, -3, True, False, ["a"], ["a", "b"], ["b", ""], [""], [2], {"id": 1}, "2026-01-15",
    "2026-11-01", "é",
)  # fmt: skip
TESTS: tuple[Any, ...] = (
    ["a"], ["a", "b"], ["2"], [2], [True], [False], {"not": ["a"]}, {"not": [2, True]}, {"is": ["a"], "not": ["b"]}, {"filled": True},
    {"filled": False}, {"min": 2}, {"max": 2}, {"min": 2, "max": 3}, {"min": "2026-02-01"}, {"max": "2026-02-01"},
    {"filled": True, "min": -5},
)  # fmt: skip


async def test_the_database_judges_a_condition_as_the_engine_does(house: House, world: World, definition: Definition) -> None:
    key = await ticket(house, {})
    for value, test in itertools.product(VALUES, TESTS):
        fields = {"sorte": value}
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update ticket set fields = $2 where id = $1", key.id, fields)
            figure = Figure.model_validate({"name": "x", "label": "X", "when": {"fields.sorte": test}})
            found = await figures.reckon(tx, definition, figure, PERIOD)
        assert bool(found) == hold(conditions(figure.when), reader(fields)), (value, test)
