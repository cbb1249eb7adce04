"""What holds of the legal clock for any life of a request."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grc.clock import PARIS
from workflows.definition import Legal
from workflows.duration import Duration, add_months
from workflows.foresee import asking
from workflows.legal_clock import Clock, EventKind, LegalEvent, Regime, deadlines
from workflows.legal_due import reckon
from workflows.working_days import Region, after_working_days, before_working_days, holidays_of, is_working_day

settings.register_profile("any machine", deadline=None)  # how long an example takes says nothing here, and the first one imports holidays
settings.load_profile("any machine")

moments = st.datetimes(datetime(1990, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
spans = st.timedeltas(timedelta(0), timedelta(days=200))
durations = st.one_of(st.builds(Duration, months=st.integers(1, 12)), st.builds(Duration, days=st.integers(1, 400)))
regimes = st.sampled_from(["svr", "sva"])
regions = st.sampled_from(["metropole", "alsace-moselle"])


@st.composite
def lives(draw: st.DrawFn) -> list[LegalEvent]:
    """A receipt, perhaps a transfer, and items asked for and sent."""
    received = draw(moments)
    life = [LegalEvent(received, "received")]
    if draw(st.booleans()):
        life.append(LegalEvent(received + draw(spans), "transferred"))
    for _ in range(draw(st.integers(0, 4))):
        asked = received + draw(spans)
        life.append(LegalEvent(asked, "incomplete", draw(st.integers(1, 90)), draw(st.booleans())))
        if draw(st.booleans()):
            life.append(LegalEvent(asked + draw(spans), "completed"))
    return life


@given(regimes, durations, regions, lives())
def test_no_deadline_comes_before_the_event_it_counts_from(
    regime: Regime, duration: Duration, region: Region, life: list[LegalEvent]
) -> None:
    found = deadlines(regime, duration, region, life)
    received = life[0].day
    assert received < found.aee_due <= found.are_due
    assert is_working_day(found.aee_due, region)
    assert is_working_day(found.are_due, region)
    for event in life:
        if event.kind == "transferred":
            assert event.day < found.are_due
    if found.implicit_decision_on:
        assert found.implicit_decision_on > received
        assert found.born_at is not None
        assert found.born_at.tzinfo is PARIS
        assert found.born_at.date() == found.implicit_decision_on + timedelta(days=1)
        assert (found.born_at.hour, found.born_at.minute) == (0, 0)
    if found.appeal_until:
        assert found.implicit_decision_on is not None
        assert found.appeal_until > add_months(found.implicit_decision_on, 2)
        assert is_working_day(found.appeal_until, region)


def _order(clock: Clock) -> date:
    return clock.implicit_decision_on or date.max  # no date while items are missing: later than any


@given(regimes, durations, regions, moments, spans, st.integers(1, 90), spans, spans)
def test_sending_items_later_never_gives_an_earlier_decision(
    regime: Regime, duration: Duration, region: Region, received: datetime, asked: timedelta, days: int, sent: timedelta, later: timedelta
) -> None:
    life = [LegalEvent(received, "received"), LegalEvent(received + asked, "incomplete", days)]
    soon = deadlines(regime, duration, region, [*life, LegalEvent(received + asked + sent, "completed")])
    late = deadlines(regime, duration, region, [*life, LegalEvent(received + asked + sent + later, "completed")])
    assert _order(soon) <= _order(late) <= _order(deadlines(regime, duration, region, life))


@given(durations, regions, lives())
def test_a_rejection_is_put_off_by_exactly_the_days_of_suspension(duration: Duration, region: Region, life: list[LegalEvent]) -> None:
    found = deadlines("svr", duration, region, life)
    plain = deadlines("svr", duration, region, life[:1])
    assert found.implicit_decision_on is not None
    assert plain.implicit_decision_on is not None
    assert found.implicit_decision_on - plain.implicit_decision_on == timedelta(days=found.suspended_days)


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), regions)
def test_the_hour_of_receipt_changes_no_date_on_the_days_the_clocks_change(day: date, region: Region) -> None:
    """From the first to the last minute of a Paris day, of 23, 24 or 25 hours."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=PARIS)
    end = datetime(*(day + timedelta(days=1)).timetuple()[:3], tzinfo=PARIS).astimezone(UTC) - timedelta(minutes=1)
    two = Duration(months=2)
    first = deadlines("svr", two, region, [LegalEvent(midnight, "received")])
    assert deadlines("svr", two, region, [LegalEvent(end, "received")]) == first
    assert first.implicit_decision_on == add_months(day, 2)


@given(st.dates(date(1990, 1, 1), date(2080, 12, 31)), st.integers(1, 36))
def test_a_month_ends_on_the_same_number_or_on_its_last_day(day: date, months: int) -> None:
    end = add_months(day, months)
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)


@pytest.mark.parametrize("year", range(2008, 2059))
def test_every_year_has_its_public_holidays(year: int) -> None:
    """Against the computus: Easter Monday, Ascension and Whit Monday move, eight do not; the East has two more.

    From 2008 on: in the three years before, Whit Monday was the day worked in solidarity.
    """
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    rest = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * rest) // 451
    easter = date(year, (h + rest - 7 * m + 114) // 31, (h + rest - 7 * m + 114) % 31 + 1)
    fixed = {date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))}
    moving = {easter + timedelta(days=days) for days in (1, 39, 50)}
    assert holidays_of("metropole", year) == fixed | moving
    assert holidays_of("alsace-moselle", year) == fixed | moving | {easter - timedelta(days=2), date(year, 12, 26)}


@settings(max_examples=50)
@given(st.dates(date(2000, 1, 1), date(2049, 1, 1)), regions)
def test_working_days_are_counted_one_by_one(day: date, region: Region) -> None:
    ends = [after_working_days(day, count, region) for count in range(1, 15)]
    assert all(before < after for before, after in pairwise(ends))
    assert all(is_working_day(end, region) for end in ends)
    between = [day + timedelta(days=n) for n in range(1, (ends[-1] - day).days + 1)]
    assert [d for d in between if is_working_day(d, region)] == ends


endings = st.sampled_from(["notified", "withdrawn"])


@given(regimes, durations, regions, lives(), endings, spans)
def test_what_happens_after_the_end_changes_no_date(
    regime: Regime, duration: Duration, region: Region, life: list[LegalEvent], kind: EventKind, after: timedelta
) -> None:
    """Once a decision was notified in time, or the request taken back, nothing more is born of silence."""
    end = LegalEvent(max(event.at for event in life) + after, kind)
    ended = deadlines(regime, duration, region, [*life, end])
    if ended.ended is None:
        return
    assert (ended.implicit_decision_on, ended.notify_by, ended.born_at) == (None, None, None)
    later = LegalEvent(end.at + timedelta(days=3), "incomplete", 30)
    after_all = deadlines(regime, duration, region, [*life, end, later])
    assert replace(after_all, steps=()) == replace(ended, steps=()), "the steps alone say why asking then came to nothing"


@given(regimes, durations, regions, lives())
def test_every_deadline_of_a_request_comes_after_what_it_counts_from_and_says_its_article(
    regime: Regime, duration: Duration, region: Region, life: list[LegalEvent]
) -> None:
    found = reckon(Legal(regime, duration, "L231-4", "Pour cet essai.", (), reminders={"are": 2, "notify": 5}), region, life)
    for due in found.dues:
        assert due.at.astimezone(PARIS).date() >= life[0].day
        assert due.article
        assert due.reasons
        assert all(reminder < due.at for reminder in due.reminders)
        assert due.told is None or due.told > due.at


@given(durations, regions, moments, st.integers(1, 90), st.booleans(), spans)
def test_what_is_foreseen_before_asking_is_what_happens_when_nothing_comes(
    duration: Duration, region: Region, received: datetime, days: int, indispensable: bool, asked: timedelta
) -> None:
    life, at = [LegalEvent(received, "received")], received + asked
    seen = asking(Legal("svr", duration, "L231-4", "Pour cet essai.", ()), region, life, at, days, indispensable=indispensable)
    then = deadlines("svr", duration, region, [*life, LegalEvent(at, "incomplete", days, indispensable)])
    assert seen.after == then.implicit_decision_on
    assert (seen.rule == "none") == (seen.before == seen.after)


@given(st.dates(date(1990, 1, 1), date(2080, 1, 1)), st.integers(1, 30), regions)
def test_a_reminder_leaves_so_many_working_days(last: date, count: int, region: Region) -> None:
    day = before_working_days(last, count, region)
    assert is_working_day(day, region)
    left = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(is_working_day(one, region) for one in left) == count
