"""Deadlines run while the service is open: over week-ends, public holidays and the nights on which the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from time import perf_counter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from grc.clock import PARIS
from grc.errors import BadInput
from workflows.calendar import DEFAULT, Calendar, add_days, add_hours, add_minutes, parse, worked_minutes
from workflows.working_days import Region, holidays_of

ALWAYS = Calendar((((time(0), time(0)),),) * 7)
MINUTE = timedelta(minutes=1)


def at(text: str) -> datetime:
    """A moment on the clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-06-02T09:00", 1, "2026-06-02T10:00"),
        ("2026-06-02T11:00", 2, "2026-06-02T14:30"),  # over lunch
        ("2026-06-02T11:00", 1, "2026-06-02T12:00"),  # at the closing, not at the opening after it
        ("2026-06-02T12:00", 1, "2026-06-02T14:30"),
        ("2026-06-02T12:45", 1, "2026-06-02T14:30"),
        ("2026-06-02T22:00", 1, "2026-06-03T09:30"),
        ("2026-06-02T08:30", Decimal("7.5"), "2026-06-02T17:30"),
        ("2026-06-05T17:29", 4, "2026-06-08T13:59"),  # Friday evening
        ("2026-06-06T10:00", 4, "2026-06-08T14:00"),  # Saturday
        ("2026-06-07T23:59", 4, "2026-06-08T14:00"),  # Sunday
        ("2026-04-30T17:29", 4, "2026-05-04T13:59"),  # 1 May is a Friday
        ("2026-05-01T10:00", 1, "2026-05-04T09:30"),
        ("2026-12-24T16:30", 2, "2026-12-28T09:30"),  # Christmas is a Friday
        ("2026-12-31T17:00", 1, "2027-01-04T09:00"),  # 1 January, a Friday, and another year
        ("2026-03-27T17:00", 1, "2026-03-30T09:00"),  # the clocks go forward on Sunday
        ("2026-10-23T17:00", 1, "2026-10-26T09:00"),  # and back
        ("2026-06-02T09:00", 0, "2026-06-02T09:00"),
        ("2026-06-02T12:00", 0, "2026-06-02T12:00"),
        ("2026-06-02T12:01", 0, "2026-06-02T13:30"),
        ("2026-06-05T17:31", 0, "2026-06-08T08:30"),
        ("2026-01-05T08:30", Decimal("1882.5"), "2026-12-31T17:30"),  # 251 working days of 7.5 hours
    ],
)
def test_hours_pass_while_the_service_is_open(start: str, hours: Decimal | int, end: str) -> None:
    found = add_hours(DEFAULT, at(start), hours)
    assert found.isoformat() == at(end).isoformat()
    assert found.tzinfo is PARIS
    assert worked_minutes(DEFAULT, at(start), found) == hours * 60


def test_seconds_are_kept_and_only_whole_minutes_counted() -> None:
    start = at("2026-06-05T17:29:30")
    assert add_minutes(DEFAULT, start, 1) == at("2026-06-08T08:30:30")
    assert worked_minutes(DEFAULT, start, at("2026-06-08T08:30:29")) == 0
    assert worked_minutes(DEFAULT, start, at("2026-06-08T08:30:30")) == 1
    assert add_hours(DEFAULT, at("2026-06-05T09:00"), Decimal("0.33")) == at("2026-06-05T09:20")  # 19.8 minutes


def test_nothing_is_worked_back_in_time() -> None:
    assert worked_minutes(DEFAULT, at("2026-06-03T10:00"), at("2026-06-02T10:00")) == 0
    assert worked_minutes(DEFAULT, at("2026-01-05T10:00"), at("2025-12-31T10:00")) == 0


def test_alsace_and_moselle_rest_on_good_friday_and_the_day_after_christmas() -> None:
    east = Calendar(DEFAULT.week, "alsace-moselle")
    assert add_hours(DEFAULT, at("2026-04-02T17:00"), 1) == at("2026-04-03T09:00")
    assert add_hours(east, at("2026-04-02T17:00"), 1) == at("2026-04-07T09:00")


def test_a_day_the_service_is_closed_does_not_count() -> None:
    closed = Calendar(DEFAULT.week, closed=frozenset({date(2026, 12, 24)}))
    assert add_hours(closed, at("2026-12-23T17:00"), 1) == at("2026-12-28T09:00")
    assert add_days(closed, at("2026-12-23T10:00"), 1) == at("2026-12-28T23:59:59")
    assert worked_minutes(closed, at("2026-12-24T00:00"), at("2026-12-26T00:00")) == 0


def test_one_who_is_always_there_works_the_hour_the_clocks_repeat_and_not_the_one_they_skip() -> None:
    assert worked_minutes(ALWAYS, at("2026-03-29T00:00"), at("2026-03-30T00:00")) == 23 * 60
    assert worked_minutes(ALWAYS, at("2026-10-25T00:00"), at("2026-10-26T00:00")) == 25 * 60
    assert add_hours(ALWAYS, at("2026-03-29T01:30"), 1) == at("2026-03-29T03:30")
    assert add_hours(ALWAYS, at("2026-10-25T01:30"), 1).isoformat() == "2026-10-25T02:30:00+02:00"
    assert add_hours(ALWAYS, at("2026-10-25T01:30"), 2).isoformat() == "2026-10-25T02:30:00+01:00"


def test_periods_in_the_hour_that_the_clocks_skip_last_no_time() -> None:
    night = Calendar((((time(1), time(2, 45)), (time(2, 50), time(2, 55)), (time(3), time(4))),) * 7)
    start, end = at("2026-03-29T00:00"), at("2026-03-29T12:00")
    assert worked_minutes(night, start, end) == 120
    assert add_minutes(night, start, 60).isoformat() == "2026-03-29T03:00:00+02:00"
    assert add_minutes(night, start, 120) == at("2026-03-29T04:00")


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ("2026-06-05T17:29", 1, "2026-06-08T23:59:59"),
        ("2026-06-06T10:00", 1, "2026-06-08T23:59:59"),
        ("2026-06-02T00:00", 2, "2026-06-04T23:59:59"),
        ("2026-06-06T10:00", 0, "2026-06-06T23:59:59"),
        ("2026-04-30T10:00", 1, "2026-05-04T23:59:59"),
        ("2026-12-24T10:00", 1, "2026-12-28T23:59:59"),
        ("2026-03-27T10:00", 1, "2026-03-30T23:59:59"),
        ("2026-10-23T10:00", 1, "2026-10-26T23:59:59"),
    ],
)
def test_days_end_with_the_last_second_in_paris(start: str, days: int, end: str) -> None:
    assert add_days(DEFAULT, at(start), days).isoformat() == at(end).isoformat()


def test_the_day_of_the_start_is_that_of_paris() -> None:
    assert add_days(DEFAULT, datetime(2026, 6, 1, 22, 30, tzinfo=UTC), 1) == at("2026-06-03T23:59:59")


def test_a_service_open_on_saturdays_counts_them() -> None:
    saturdays = Calendar((*[()] * 5, ((time(9), time(12)),), ()))
    assert add_days(saturdays, at("2026-06-05T10:00"), 1) == at("2026-06-06T23:59:59")
    assert add_hours(saturdays, at("2026-06-05T10:00"), 4) == at("2026-06-13T10:00")


def test_beyond_ten_years_nothing_is_reckoned() -> None:
    closed = frozenset(date(2026, 1, 1) + timedelta(days=days) for days in range(12 * 366))
    never = Calendar(DEFAULT.week, closed=closed)
    for reckon in (
        lambda: add_hours(never, at("2026-06-02T10:00"), 1),
        lambda: add_days(never, at("2026-06-02T10:00"), 1),
        lambda: add_hours(DEFAULT, at("2026-06-02T10:00"), 30_000),
        lambda: add_hours(DEFAULT, at("2026-06-02T10:00"), Decimal("1E+999999")),
        lambda: add_minutes(DEFAULT, at("2026-06-02T10:00"), 10**30),
        lambda: add_days(DEFAULT, at("2026-06-02T10:00"), 10**30),
        lambda: worked_minutes(DEFAULT, at("2006-06-02T10:00"), at("2026-06-02T10:00")),
        lambda: add_hours(DEFAULT, at("9995-06-02T10:00"), 1),
    ):
        with pytest.raises(OverflowError, match="plus de 10 ans"):
            reckon()


def test_a_moment_without_a_zone_and_a_negative_time_are_bugs_of_the_caller() -> None:
    with pytest.raises(ValueError, match="fuseau"):
        add_hours(DEFAULT, datetime(2026, 6, 2, 10), 1)  # noqa: DTZ001
    with pytest.raises(ValueError, match="négative"):
        add_minutes(DEFAULT, at("2026-06-02T10:00"), -1)
    with pytest.raises(ValueError, match="négatif"):
        add_days(DEFAULT, at("2026-06-02T10:00"), -1)


def test_settings_become_a_calendar() -> None:
    usual = [["13:30", "17:30"], ["8:30", "12:00"]]
    assert parse(dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), usual)) == DEFAULT
    found = parse({"sat": [["20:00", "24:00"]], "sun": [], "closed": ["2026-12-24"]}, "alsace-moselle")
    assert found == Calendar((*[()] * 5, ((time(20), time(0)),), ()), "alsace-moselle", frozenset({date(2026, 12, 24)}))
    assert parse({"mon": usual, "region": "alsace-moselle"}).region == "alsace-moselle"
    assert worked_minutes(found, at("2026-06-06T00:00"), at("2026-06-07T12:00")) == 240


@pytest.mark.parametrize(
    ("data", "key", "mend"),
    [
        ({}, "mon", "jamais ouvert"),
        ({"mon": [], "closed": ["2026-12-24"]}, "mon", "jamais ouvert"),
        ({"tues": []}, "tues", "vouliez-vous «\u00a0tue\u00a0»"),
        ({"lundi": []}, "lundi", "choisissez parmi mon, tue"),
        ({"mon": "08:30-12:00"}, "mon", "lundi\u00a0: une liste est attendue"),
        ({"mon": ["08:30", "12:00"]}, "mon", '["08:30", "12:00"]'),
        ({"mon": [["08:30"]]}, "mon", "une ouverture et une fermeture"),
        ({"mon": [["8h30", "12:00"]]}, "mon", "«\u00a08h30\u00a0» n’est pas une heure"),
        ({"mon": [["08:30", "24:30"]]}, "mon", "«\u00a024:30\u00a0» n’est pas une heure"),
        ({"mon": [["24:00", "24:00"]]}, "mon", "n’est pas une heure"),
        ({"mon": [[8, 12]]}, "mon", "«\u00a08\u00a0» n’est pas une heure"),
        ({"tue": [["12:00", "08:30"]]}, "tue", "mardi\u00a0: «\u00a012:00 à 08:30\u00a0» ferme avant d’ouvrir"),
        ({"tue": [["12:00", "12:00"]]}, "tue", "ferme avant d’ouvrir"),
        (
            {"wed": [["08:30", "12:00"], ["11:00", "24:00"]]},
            "wed",
            "«\u00a008:30 à 12:00\u00a0» et «\u00a011:00 à 24:00\u00a0» se chevauchent",
        ),
        ({"mon": [["08:30", "12:00"]], "closed": ["24/12/2026"]}, "closed", "2026-12-24"),
        ({"mon": [["08:30", "12:00"]], "closed": [20261224]}, "closed", "n’est pas une date"),
        ({"mon": [["08:30", "12:00"]], "closed": "2026-12-24"}, "closed", "une liste est attendue"),
        ({"mon": [["08:30", "12:00"]], "region": "alsace"}, "region", "metropole ou alsace-moselle"),
    ],
)
def test_a_fault_in_the_settings_is_told_with_its_mend(data: dict[str, Any], key: str, mend: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(data)
    assert refused.value.field == key
    assert mend in str(refused.value)


@pytest.mark.parametrize(
    ("week", "why"),
    [
        (((),) * 7, "jamais ouvert"),
        ((((time(9), time(12)),),), "sept jours"),
        ((((time(9), time(12)), (time(8), time(9))), *[()] * 6), "se chevauchent"),
        ((((time(9, 0, 30), time(12)),), *[()] * 6), "des minutes"),
    ],
)
def test_a_calendar_that_cannot_be_is_never_made(week: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Calendar(week)


@st.composite
def periods(draw: st.DrawFn, first: int, last: int) -> tuple[tuple[time, time], ...]:
    edges = sorted(draw(st.sets(st.integers(first, last), max_size=6)))
    return tuple((_time(opens), _time(closes)) for opens, closes in zip(edges[::2], edges[1::2], strict=False))


def _time(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


@st.composite
def calendars(draw: st.DrawFn, first: int = 0, last: int = 24 * 60) -> Calendar:
    week = tuple(draw(periods(first, last)) for _ in range(7))
    assume(any(week))
    region: Region = draw(st.sampled_from(["metropole", "alsace-moselle"]))
    return Calendar(week, region, draw(st.frozensets(st.dates(date(2024, 1, 1), date(2028, 1, 1)), max_size=5)))


moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
near_change = st.sampled_from([datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)]).flatmap(
    lambda noon: st.integers(0, 24 * 60).map(lambda minutes: noon + minutes * MINUTE)
)
starts = moments | near_change


@given(calendars(), starts, st.integers(0, 20_000))
@settings(deadline=None)
def test_what_was_added_has_been_worked(calendar: Calendar, start: datetime, minutes: int) -> None:
    try:
        end = add_minutes(calendar, start, minutes).astimezone(UTC)  # where a microsecond less is one
    except OverflowError:  # a minute a week, or so
        assume(False)
    assert end >= start
    assert worked_minutes(calendar, start, end) == minutes
    if minutes:
        assert worked_minutes(calendar, start, end - timedelta(microseconds=1)) == minutes - 1


@given(calendars(), starts, st.integers(0, 2_000), st.integers(0, 2_000), st.timedeltas(timedelta(0), timedelta(days=9)))
@settings(deadline=None)
def test_later_starts_and_longer_work_never_end_sooner(
    calendar: Calendar, start: datetime, minutes: int, more: int, later: timedelta
) -> None:
    try:
        end = add_minutes(calendar, start, minutes).astimezone(UTC)
        assert end <= add_minutes(calendar, start + later, minutes).astimezone(UTC)
        assert end <= add_minutes(calendar, start, minutes + more).astimezone(UTC)
        if more:
            assert add_minutes(calendar, end, more) == add_minutes(calendar, start, minutes + more)
    except OverflowError:
        assume(False)
    assert worked_minutes(calendar, start, end) <= worked_minutes(calendar, start, end + later)


@given(calendars(), starts, st.timedeltas(timedelta(0), timedelta(days=400)), st.timedeltas(timedelta(0), timedelta(days=400)))
@settings(deadline=None)
def test_work_is_the_sum_of_its_parts(calendar: Calendar, start: datetime, one: timedelta, two: timedelta) -> None:
    start = start.replace(second=0, microsecond=0)
    one, two = one // MINUTE * MINUTE, two // MINUTE * MINUTE
    parts = worked_minutes(calendar, start, start + one) + worked_minutes(calendar, start + one, start + one + two)
    assert worked_minutes(calendar, start, start + one + two) == parts


@given(calendars(first=3 * 60), starts, st.integers(0, 6 * 24 * 60))
@settings(deadline=None, max_examples=50)
def test_work_is_what_somebody_counts_who_looks_at_the_clock_every_minute(calendar: Calendar, start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    counted = 0
    for minute in range(minutes):
        now = (start + minute * MINUTE).astimezone(PARIS)
        closed = calendar.closed | holidays_of(calendar.region, now.year)
        hours = () if now.date() in closed else calendar.week[now.weekday()]
        counted += any(opens <= now.time() and (now.time() < closes or closes == time(0)) for opens, closes in hours)
    assert worked_minutes(calendar, start, start + minutes * MINUTE) == counted


@pytest.mark.alone
def test_a_year_of_work_is_found_in_less_than_a_millisecond() -> None:
    start, end = at("2026-01-05T08:30"), at("2026-12-31T17:30")
    add_minutes(DEFAULT, start, 1)  # the holidays are read once
    began = perf_counter()
    for _ in range(100):
        assert add_minutes(DEFAULT, start, 112_950) == end
        assert worked_minutes(DEFAULT, start, end) == 112_950
    assert perf_counter() - began < 0.1
