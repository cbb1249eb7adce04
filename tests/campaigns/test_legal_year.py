"""A year of requests with the real worker: everything that the law makes happen happens on its day, once, also after days of downtime."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest

from grc.actions.house import House
from grc.clock import PARIS
from tests.campaigns.legal_year import TOWNS, Plan, Year, born, by_law, live
from tests.support.arrivals import rows
from tests.support.relay import Relay
from tests.support.world import World
from tests.workflows import by_hand

# What the timeline says of a deadline that passed; the others make no line.
LINES = {"aee": "late", "are": "late", "notify": "late", "reasons": "late", "implicit_decision": "implicit_decision",
         "complete": "items_missing", "appeal": "appeal_over"}  # fmt: skip
ALERTS = {"late": "late", "legal_reminder": "reminder", "told_above": "above", "implicit_decision": "implicit_decision",
          "items_missing": "items_missing"}  # fmt: skip

# Lines of the law: a service's own aim may be late as well, and says no kind.
EVENTS = "select ticket_id, what, data ->> 'kind' as kind, at from event where what = any($1) and (what <> 'late' or data ? 'kind')"


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
async def test_every_legal_event_of_a_year_happens_on_its_day_once(house: House, world: World, relay: Relay, plan: Plan) -> None:
    year = await live(house, world, plan)
    dates = await by_law(house)

    await _silence(house, plan, year, dates)
    await _deadlines(house, year, dates)
    told = await _timeline(house, year)
    mails = await _mails(house, world, relay, year)
    print(
        f"{plan.tickets} requests, {plan.days} days, {len(year.runs)} runs, {year.fired} deadlines and reminders; "
        f"acts {dict(year.acts)}, refused {dict(year.refused)}; told {dict(told)}; {mails}"
    )  # fmt: skip


async def _silence(house: House, plan: Plan, year: Year, dates: dict[int, dict[str, Any]]) -> None:
    """Silence decides where it must and nowhere else, once, at the first run after midnight; each acceptance has its attestation."""
    due = born(year, dates)
    recorded: dict[int, list[datetime]] = {}
    for row in await rows(house, "select ticket_id, at from event where what = 'implicit_decision'"):
        recorded.setdefault(row["ticket_id"], []).append(row["at"])
    assert recorded == {ticket: [year.first_run(at)] for ticket, at in due.items()}
    assert len(due) > plan.tickets / 10
    attested = """
        select t.id, count(m.id) as n from ticket t left join message m on m.ticket_id = t.id and m.kind = 'attestation'
        where t.type = 'etal_essai' group by t.id
    """
    found = {row["id"]: row["n"] for row in await rows(house, attested)}
    assert found == {ticket: int(ticket in due) for ticket in found}


async def _deadlines(house: House, year: Year, dates: dict[int, dict[str, Any]]) -> None:
    """Each deadline is on the day reckoned by hand, and was acted on at the first run after it; nothing that passed was left."""
    query = "select ticket_id, kind, due_at, fired_at, met_at, reminds from deadline"
    for row in await rows(house, query):
        said = (row["ticket_id"], row["kind"], row["due_at"])
        if row["fired_at"] is not None:
            assert row["fired_at"] == year.first_run(row["due_at"]), said
        elif row["met_at"] is None:
            assert row["due_at"] > year.end, said
        law = dates[row["ticket_id"]]
        day = {"are": law["are_due"], "notify": law["notify_by"], "appeal": law["appeal_until"]}.get(row["kind"])
        if day is not None and row["reminds"] is None and row["met_at"] is None:
            assert row["due_at"].astimezone(PARIS).date().isoformat() == day, said


async def _timeline(house: House, year: Year) -> Counter[str]:
    """What passed stands in the timeline, once, at that run: the reminder before, the alarm after, then the head of the service told."""
    due = {(row["ticket_id"], row["kind"]): row["due_at"] for row in await rows(house, "select * from deadline where reminds is null")}
    expected = set()
    for row in await rows(house, "select ticket_id, kind, due_at, fired_at, reminds from deadline where fired_at is not null"):
        passes = due[row["ticket_id"], row["kind"]]
        if row["reminds"] is None and row["kind"] in LINES:
            expected.add((row["ticket_id"], LINES[row["kind"]], row["kind"], row["fired_at"]))
        elif row["reminds"] is not None and (row["due_at"] > passes or row["fired_at"] < passes):
            expected.add((row["ticket_id"], "told_above" if row["due_at"] > passes else "legal_reminder", row["kind"], row["fired_at"]))
    told: Counter[tuple[int, str, str, datetime]] = Counter()
    for row in await rows(house, EVENTS, [*set(LINES.values()), "told_above", "legal_reminder"]):
        kind = row["kind"] or next(kind for kind, what in LINES.items() if what == row["what"])
        told[row["ticket_id"], row["what"], kind, row["at"]] += 1
    assert [one for one, times in told.items() if times > 1] == []
    answered = {
        (row["ticket_id"], row["at"]) for row in await rows(house, "select ticket_id, at from event where what = 'implicit_decision'")
    }
    untold = {one for one in expected - told.keys() if (one[0], one[3]) not in answered}  # silence decided in the same run: that is told
    assert untold == set()
    moved = {row["ticket_id"] for row in await rows(house, "select ticket_id from event where what = 'reckoned'")}
    assert {one[0] for one in told.keys() - expected} <= moved, "what was told besides was due: its date moved afterwards"
    return Counter(what for _, what, _, _ in told)


async def _mails(house: House, world: World, relay: Relay, year: Year) -> str:
    """Each of these reached somebody by his mail of the day: one a day, on working days; nothing twice, nothing left."""
    written = await rows(
        house, "select d.*, o.state, a.email from digest d join outgoing o on o.digest_id = d.id join agent a on a.id = d.agent_id"
    )
    assert len(written) == year.digests == len({(row["collectivity_id"], row["agent_id"], row["day"]) for row in written})
    assert {row["state"] for row in written} == {"sent"}
    caught = Counter(mail.rcpt_to for mail in relay.mails if mail.mail["Auto-Submitted"] == "auto-generated")
    assert caught == Counter(row["email"] for row in written)
    for row in written:
        assert row["day"].isoweekday() < 6
        assert row["day"] not in by_hand.holidays(row["day"].year, TOWNS[row["collectivity_id"]])
        assert (row["day"] - year.plan.begins).days not in year.plan.down
    alerts = await rows(house, "select * from alert")
    assert max(Counter((a["agent_id"], a["ticket_id"], a["what"], a["kind"], a["due_at"]) for a in alerts).values()) == 1
    events = await rows(house, EVENTS, list(ALERTS))
    assert {(a["ticket_id"], a["what"], a["made_at"]) for a in alerts} == {(e["ticket_id"], ALERTS[e["what"]], e["at"]) for e in events}
    last = max(run for run in year.runs if run.astimezone(PARIS).date() in {row["day"] for row in written})
    assert [a["id"] for a in alerts if a["told_at"] is None and a["made_at"] < last] == []
    heads = {world.agents[name] for name in ("claire", "bea")}
    assert {a["agent_id"] for a in alerts if a["what"] == "above"} == heads
    return f"{len(alerts)} alerts in {len(written)} mails"
