"""A year of requests with the real worker: everything that the law makes happen happens on its day, once, also after days of downtime."""

from __future__ import annotations

import pytest

from grc.actions.house import House
from tests.campaigns.legal_year import Plan, born, live
from tests.support.arrivals import rows
from tests.support.world import World


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(tickets=60, days=130, down=frozenset({70, 71, 72})), id="sixty requests"),
        pytest.param(
            Plan(tickets=10_000, days=365, down=frozenset({100, 101, 102, 230, 231, 232})),
            id="ten thousand requests",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_every_legal_event_of_a_year_happens_on_its_day_once(house: House, world: World, plan: Plan) -> None:
    year = await live(house, world, plan)
    print(f"{plan.tickets} requests, {plan.days} days, {year.fired} deadlines, {dict(year.acts)}, refused {dict(year.refused)}")

    due, recorded = await born(house, year)
    assert set(recorded) == set(due), "silence has decided where it must, and nowhere else"
    assert all(len(moments) == 1 for moments in recorded.values()), "once"
    assert {ticket: moments[0] for ticket, moments in recorded.items()} == {ticket: year.first_run(at) for ticket, at in due.items()}
    assert len(due) > plan.tickets / 10

    fired = await rows(house, "select due_at, fired_at from deadline where fired_at is not null")
    assert [(row["due_at"], row["fired_at"]) for row in fired if row["fired_at"] != year.first_run(row["due_at"])] == []
    unheard = "select count(*) as n from deadline where met_at is null and fired_at is null and paused_at is null and due_at <= $1"
    assert (await rows(house, unheard, year.end))[0]["n"] == 0

    attested = """
        select t.id, count(m.id) as n from ticket t left join message m on m.ticket_id = t.id and m.kind = 'attestation'
        where t.type = 'etal_essai' group by t.id
    """
    assert {row["id"]: row["n"] for row in await rows(house, attested)} == {
        row["id"]: int(row["id"] in due) for row in await rows(house, "select id from ticket where type = 'etal_essai'")
    }, "each acceptance has its attestation, ready the same day"
    twice = """
        select ticket_id, what, data ->> 'kind' as kind from event
        where what in ('late', 'told_above', 'legal_reminder', 'items_missing', 'appeal_over') group by 1, 2, 3 having count(*) > 1
    """
    again = {row["ticket_id"] for row in await rows(house, twice)}
    replaced = {row["ticket_id"] for row in await rows(house, "select ticket_id from event where what = 'reckoned'")}
    assert again <= replaced, "what was told twice was due twice: its date had moved"
