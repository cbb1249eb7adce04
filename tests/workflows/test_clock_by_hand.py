"""`grc clock` against the same reckoning done by hand, on thousands of lives of requests that nobody would think of."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workflows import by_hand
from workflows.legal_case import answer
from workflows.working_days import holidays_of

PARIS = ZoneInfo("Europe/Paris")
KINDS = (
    "transferred", "incomplete", "incomplete", "completed", "completed", "notified", "withdrawn", "acknowledged", "decided",
    "reasons_asked", "reasons_given",
)  # fmt: skip
# Where reckoning goes wrong: ends of months and of years, leap days, the nights the clocks change, the days before holidays.
EDGES = (
    "2023-12-31", "2024-01-30", "2024-02-28", "2024-02-29", "2025-12-24", "2025-12-29", "2025-12-30", "2025-12-31", "2026-01-29",
    "2026-01-31", "2026-03-28", "2026-03-29", "2026-04-02", "2026-04-30", "2026-05-07", "2026-06-30", "2026-08-31", "2026-10-24",
    "2026-10-25", "2026-12-23", "2026-12-24", "2026-12-31", "2038-01-19", "2099-12-31", "2100-02-28", "2101-05-12", "2400-02-29",
)  # fmt: skip

days = st.one_of(st.sampled_from(EDGES).map(date.fromisoformat), st.dates(date(2008, 1, 1), date(2099, 12, 31)))
minutes = st.one_of(st.sampled_from([0, 59, 60, 119, 120, 121, 179, 180, 1320, 1380, 1439]), st.integers(0, 1439))
offsets = st.one_of(st.integers(0, 12), st.integers(0, 200))  # days after the receipt: many on the same days
zones = st.sampled_from([PARIS, UTC, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Cayenne")])


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A case in JSON: a receipt, and anything else in any order, often at the same instant."""
    received = draw(days)

    def at(after: int, minute: int) -> str:
        moment = datetime.combine(received + timedelta(days=after), time(), UTC) + timedelta(minutes=minute)
        return moment.astimezone(draw(zones)).isoformat()

    events: list[dict[str, Any]] = [{"at": at(0, draw(minutes)), "kind": "received"}]
    for kind in draw(st.lists(st.sampled_from(KINDS), max_size=8)):
        same = draw(st.booleans()) and draw(st.booleans())
        event: dict[str, Any] = {"at": events[-1]["at"] if same else at(draw(offsets), draw(minutes)), "kind": kind}
        if kind == "incomplete":
            event["days"] = draw(st.one_of(st.sampled_from([0, 1, 15, 30]), st.integers(0, 90)))
            if draw(st.booleans()):
                event["indispensable"] = draw(st.booleans())
        if kind == "notified" and draw(st.booleans()):
            event["decision"] = draw(st.sampled_from(["rejection", "acceptance"]))
        events.append(event)
    case: dict[str, Any] = {"regime": draw(st.sampled_from(["svr", "sva", "svr", "sva", "none"])), "events": draw(st.permutations(events))}
    if draw(st.booleans()):
        case["duration"] = draw(st.one_of(
            st.builds(lambda n: {"months": n}, st.integers(1, 14)), st.builds(lambda n: {"days": n}, st.integers(1, 400))
        ))  # fmt: skip
    if draw(st.booleans()):
        case["region"] = draw(st.sampled_from(["metropole", "alsace-moselle"]))
    return case


def told(case: dict[str, Any]) -> dict[str, Any]:
    """What the program answers, its steps left out."""
    found, computed = answer(json.dumps(case).encode())
    assert computed, found
    assert all(step["text"] and step.keys() == {"rule", "article", "from", "to", "text"} for step in found.pop("steps"))
    return found


@settings(max_examples=1500, deadline=None)
@given(cases())
def test_any_life_is_reckoned_as_by_hand(case: dict[str, Any]) -> None:
    assert told(case) == by_hand.reckon(case)


@pytest.mark.long
@settings(max_examples=20_000, deadline=None)
@given(cases())
def test_very_many_lives_are_reckoned_as_by_hand(case: dict[str, Any]) -> None:
    assert told(case) == by_hand.reckon(case)


@pytest.mark.parametrize("region", ["metropole", "alsace-moselle"])
def test_fifty_years_are_reckoned_as_by_hand(region: str) -> None:
    """A receipt every few days: acknowledgements, silence, and the appeal that it opens."""
    day = date(2008, 1, 1)
    for number in range(0, 50 * 365, 11):
        noon = datetime.combine(day + timedelta(days=number), time(11), UTC)
        case = {"regime": "svr", "region": region, "events": [{"at": noon.isoformat(), "kind": "received"}]}
        assert told(case) == by_hand.reckon(case), noon


@pytest.mark.parametrize("region", ["metropole", "alsace-moselle"])
@pytest.mark.parametrize("year", [*range(2008, 2110), 2399, 4099])
def test_the_holidays_are_those_of_the_calendar_by_hand(year: int, region: Any) -> None:
    assert holidays_of(region, year) == by_hand.holidays(year, region)
