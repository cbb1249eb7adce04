"""The legal clock to the day: the vectors of the law, and what each event does to them."""

from __future__ import annotations

from datetime import date, datetime
from time import perf_counter
from typing import Any

import pytest

from grc.clock import PARIS
from workflows.duration import Duration
from workflows.legal_clock import TWO_MONTHS, BadCase, Clock, EventKind, LegalEvent, Regime, deadlines
from workflows.working_days import Region


def on(day: str, kind: EventKind, **more: Any) -> LegalEvent:
    """Something that happens at nine in the morning in Paris."""
    return LegalEvent(datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=PARIS), kind, **more)


def clock(regime: Regime, *events: LegalEvent, duration: Duration = TWO_MONTHS, region: Region = "metropole") -> Clock:
    return deadlines(regime, duration, region, events)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("received", "aee", "are"),
    [
        ("2026-05-07", "2026-05-11", "2026-05-26"),
        ("2026-12-24", "2026-12-28", "2027-01-11"),
        ("2026-03-28", "2026-03-30", "2026-04-13"),
    ],
)
def test_a_request_is_acknowledged_within_working_days(received: str, aee: str, are: str) -> None:
    found = clock("svr", on(received, "received"))
    assert (found.aee_due, found.are_due) == (day(aee), day(are))


def test_alsace_moselle_has_two_holidays_more() -> None:
    """Good Friday 2026 is 3 April; St Stephen's day is 26 December, in 2025 a Friday."""
    east = clock("svr", on("2026-03-28", "received"), region="alsace-moselle")
    assert east.are_due == day("2026-04-14")
    assert clock("svr", on("2025-12-24", "received"), region="alsace-moselle").aee_due == day("2025-12-29")
    assert clock("svr", on("2025-12-24", "received")).aee_due == day("2025-12-26")


@pytest.mark.parametrize(
    ("received", "silence"),
    [
        ("2025-12-31", "2026-02-28"),
        ("2026-01-15", "2026-03-15"),  # a Sunday, kept
        ("2023-12-31", "2024-02-29"),
        ("2026-12-30", "2027-02-28"),
        ("2026-06-30", "2026-08-30"),
    ],
)
def test_silence_lasts_to_the_day_of_the_same_number(received: str, silence: str) -> None:
    assert clock("svr", on(received, "received")).implicit_decision_on == day(silence)
    assert clock("sva", on(received, "received")).implicit_decision_on == day(silence)


def test_a_period_in_days_is_counted_in_calendar_days() -> None:
    found = clock("svr", on("2026-05-01", "received"), duration=Duration(days=30))
    assert (found.implicit_decision_on, found.notify_by) == (day("2026-05-31"), day("2026-05-30"))


def test_the_implicit_decision_is_born_at_midnight_in_paris() -> None:
    """The clocks went forward on 29 March 2026, and go back on 25 October."""
    summer = clock("svr", on("2026-01-28", "received"))
    assert summer.born_at is not None
    assert summer.born_at.isoformat() == "2026-03-29T00:00:00+01:00"
    later = clock("svr", on("2026-01-29", "received"))
    assert later.born_at is not None
    assert later.born_at.isoformat() == "2026-03-30T00:00:00+02:00"


def test_a_mail_of_late_evening_in_utc_is_received_the_next_day_in_paris() -> None:
    late = LegalEvent(datetime.fromisoformat("2026-03-28T23:30:00+00:00"), "received")
    found = clock("svr", late)
    assert found.implicit_decision_on == day("2026-05-29")
    assert found.steps[0].from_ == day("2026-03-29")


def test_missing_items_suspend_a_rejection_until_they_come() -> None:
    found = clock("svr", on("2026-01-10", "received"), on("2026-01-20", "incomplete", days=30), on("2026-02-05", "completed"))
    assert (found.suspended_days, found.implicit_decision_on) == (16, day("2026-03-26"))
    assert (found.notify_by, found.appeal_until) == (day("2026-03-25"), day("2026-05-27"))
    suspension = next(step for step in found.steps if step.rule == "suspension")
    assert (suspension.article, suspension.from_, suspension.to) == ("L114-5 al. 3", day("2026-01-20"), day("2026-02-05"))
    assert "16\u00a0jours de suspension" in suspension.text


def test_items_that_never_come_suspend_no_longer_than_the_period_given() -> None:
    asked = on("2026-01-20", "incomplete", days=30)
    assert clock("svr", on("2026-01-10", "received"), asked).implicit_decision_on == day("2026-04-09")
    late = clock("svr", on("2026-01-10", "received"), asked, on("2026-03-30", "completed"))
    assert (late.suspended_days, late.implicit_decision_on) == (30, day("2026-04-09"))


def test_suspensions_that_overlap_are_counted_once() -> None:
    found = clock(
        "svr", on("2026-01-10", "received"), on("2026-01-20", "incomplete", days=20), on("2026-01-30", "incomplete", days=20)
    )  # fmt: skip
    assert (found.suspended_days, found.implicit_decision_on) == (30, day("2026-04-09"))


def test_an_item_one_can_do_without_changes_nothing() -> None:
    found = clock("svr", on("2026-01-10", "received"), on("2026-01-20", "incomplete", days=30, indispensable=False))
    assert (found.suspended_days, found.implicit_decision_on) == (0, day("2026-03-10"))
    assert [step.article for step in found.steps if step.rule == "ignored"] == ["L114-5-1"]


@pytest.mark.parametrize(("asked", "silence"), [("2026-03-10", "2026-03-20"), ("2026-03-11", "2026-03-10")])
def test_asking_after_silence_has_decided_is_too_late(asked: str, silence: str) -> None:
    found = clock("svr", on("2026-01-10", "received"), on(asked, "incomplete", days=10))
    assert found.implicit_decision_on == day(silence)


def test_missing_items_restart_an_acceptance() -> None:
    asked = on("2026-01-20", "incomplete", days=30)
    waiting = clock("sva", on("2026-01-10", "received"), asked)
    assert (waiting.implicit_decision_on, waiting.notify_by, waiting.born_at) == (None, None, None)
    found = clock("sva", on("2026-01-10", "received"), asked, on("2026-02-05", "completed"))
    assert (found.implicit_decision_on, found.suspended_days) == (day("2026-04-05"), 0)


def test_a_misdirected_request_runs_from_the_first_body_for_rejection_and_from_the_right_one_for_acceptance() -> None:
    life = (on("2026-01-10", "received"), on("2026-01-20", "transferred"))
    rejection, acceptance = clock("svr", *life), clock("sva", *life)
    assert rejection.implicit_decision_on == day("2026-03-10")
    assert acceptance.implicit_decision_on == day("2026-03-20")
    for found in (rejection, acceptance):
        assert (found.aee_due, found.are_due) == (day("2026-01-12"), day("2026-02-03"))


def test_a_decision_notified_in_time_ends_the_clock_and_opens_the_appeal() -> None:
    for regime in ("svr", "sva"):
        found = clock(regime, on("2026-01-10", "received"), on("2026-03-10", "notified"))
        assert (found.implicit_decision_on, found.notify_by, found.born_at) == (None, None, None)
        assert found.appeal_until == day("2026-05-11")


def test_a_decision_notified_while_items_are_missing_ends_an_acceptance() -> None:
    life = (
        on("2026-01-10", "received"),
        on("2026-01-20", "incomplete", days=30),
        on("2026-02-01", "notified"),
        on("2026-02-05", "completed"),
    )
    found = clock("sva", *life)
    assert (found.implicit_decision_on, found.appeal_until) == (None, day("2026-04-02"))


def test_an_express_rejection_within_the_appeal_period_opens_it_anew() -> None:
    received = on("2026-01-10", "received")
    silent = clock("svr", received)
    assert silent.appeal_until == day("2026-05-11")
    assert clock("svr", received, on("2026-05-11", "notified", decision="rejection")).appeal_until == day("2026-07-13")
    assert clock("svr", received, on("2026-05-12", "notified", decision="rejection")).appeal_until == silent.appeal_until
    assert clock("svr", received, on("2026-04-01", "notified", decision="acceptance")).appeal_until == silent.appeal_until


def test_an_appeal_period_moves_past_week_ends_and_holidays() -> None:
    """11 September + 2 months, franc, is 12 November; 10 September gives 11 November, a holiday."""
    assert clock("svr", on("2026-07-10", "received")).appeal_until == day("2026-11-12")
    assert clock("svr", on("2026-02-28", "received")).appeal_until == day("2026-06-29")


def test_nobody_appeals_against_an_implicit_acceptance() -> None:
    assert clock("sva", on("2026-01-10", "received")).appeal_until is None


def test_a_request_taken_back_has_no_more_delays() -> None:
    for regime in ("svr", "sva"):
        found = clock(regime, on("2026-01-10", "received"), on("2026-02-01", "withdrawn"))
        assert (found.implicit_decision_on, found.notify_by, found.born_at, found.appeal_until) == (None, None, None, None)
        assert found.are_due == day("2026-01-23")
    too_late = clock("svr", on("2026-01-10", "received"), on("2026-03-11", "withdrawn"))
    assert too_late.implicit_decision_on == day("2026-03-10")


def test_without_a_regime_only_the_acknowledgement_is_due() -> None:
    found = clock("none", on("2026-05-07", "received"), on("2026-05-20", "notified"))
    assert (found.aee_due, found.are_due) == (day("2026-05-11"), day("2026-05-26"))
    assert (found.implicit_decision_on, found.appeal_until, found.born_at) == (None, None, None)


def test_events_told_in_any_order_give_the_same_dates() -> None:
    life = (on("2026-01-10", "received"), on("2026-01-20", "incomplete", days=30), on("2026-02-05", "completed"))
    assert clock("svr", *reversed(life)) == clock("svr", *life)


def test_what_only_tells_the_story_changes_no_date() -> None:
    told: tuple[EventKind, ...] = ("acknowledged", "decided", "reasons_asked", "reasons_given")
    plain = clock("svr", on("2026-01-10", "received"))
    assert clock("svr", on("2026-01-10", "received"), *(on("2026-02-01", kind) for kind in told)) == plain


def test_nothing_runs_before_the_receipt() -> None:
    with pytest.raises(BadCase, match="received"):
        clock("svr", on("2026-01-10", "transferred"))


def test_every_step_says_its_article_and_its_day() -> None:
    found = clock("svr", on("2026-01-10", "received"), on("2026-01-20", "incomplete", days=30), on("2026-02-05", "completed"))
    assert [step.rule for step in found.steps] == ["aee", "are", "start", "suspension", "notify_by", "implicit_decision", "appeal"]
    assert all(step.article and step.text.endswith(".") for step in found.steps)


@pytest.mark.alone
def test_the_clock_of_a_simple_request_takes_less_than_a_hundred_microseconds() -> None:
    """The best of several rounds, so that a busy machine does not speak for the code."""
    received = on("2026-05-07", "received")
    clock("svr", received)

    def of_one(rounds: int) -> float:
        begun = perf_counter()
        for _ in range(rounds):
            clock("svr", received)
        return (perf_counter() - begun) / rounds

    assert min(of_one(200) for _ in range(10)) < 100e-6
