"""When a deadline of the service is due: by its cases, by a field, by the opening hours, and with the time left after it stood still."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from grc.clock import PARIS
from workflows.calendar import DEFAULT
from workflows.condition import reader
from workflows.deadline import due_at, freed_at, reminded_at
from workflows.parts.deadlines import DeadlineRule, Reminder

FRIDAY = datetime(2026, 3, 6, 15, 30, tzinfo=PARIS)  # the service is open from Monday to Friday, 8:30 to 12:00 and 13:30 to 17:30


def rule(after: dict[str, Any], *cases: tuple[dict[str, Any], dict[str, Any]]) -> DeadlineRule:
    return DeadlineRule.model_validate(
        {"label": "Réponse", "why": "Délai du service.", "after": after, "cases": [{"when": when, "after": span} for when, span in cases]}
    )


def due(asked: DeadlineRule, start: datetime = FRIDAY, **fields: Any) -> str:
    return due_at(asked, DEFAULT, start, reader(fields))[0].isoformat()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("after", "moment"),
    [
        ({"minutes": 30}, "2026-03-06T16:00:00+01:00"),
        ({"hours": 60}, "2026-03-09T03:30:00+01:00"),
        ({"days": 3}, "2026-03-09T23:59:59+01:00"),
        ({"months": 1}, "2026-04-06T23:59:59+02:00"),
        ({"working_hours": 2}, "2026-03-06T17:30:00+01:00"),
        ({"working_hours": 3}, "2026-03-09T09:30:00+01:00"),
        ({"working_days": 2}, "2026-03-10T23:59:59+01:00"),
    ],
)
def test_each_unit_runs_on_its_own_clock(after: dict[str, int], moment: str) -> None:
    assert due(rule(after)) == moment


def test_the_first_case_that_fits_sets_the_length() -> None:
    asked = rule({"working_days": 5}, ({"fields.urgence": ["haute"]}, {"hours": 4}), ({"fields.postes": {"min": 2}}, {"working_days": 1}))
    assert due(asked, urgence="haute", postes=9) == "2026-03-06T19:30:00+01:00"
    assert due(asked, urgence="basse", postes=9) == "2026-03-09T23:59:59+01:00"
    assert due(asked, urgence="basse", postes=1) == "2026-03-13T23:59:59+01:00"


@pytest.mark.parametrize(
    ("told", "day"), [(2, "10"), (2.9, "10"), (0, "13"), (-1, "13"), (True, "13"), ("2", "13"), (None, "13"), (10**9, "13")]
)
def test_a_field_may_hold_the_number_and_the_written_one_stands_where_it_holds_none(told: Any, day: str) -> None:
    assert due(rule({"working_days": 5, "field": "fields.delai"}), delai=told) == f"2026-03-{day}T23:59:59+01:00"


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"working_hours": 1}, "1 heure ouvrée."),
        ({"working_days": 2}, "2 jours ouvrés."),
        ({"months": 1}, "1 mois."),
        ({"minutes": 5}, "5 minutes."),
    ],
)
def test_its_length_is_told_in_words(after: dict[str, int], words: str) -> None:
    assert due_at(rule(after), DEFAULT, FRIDAY, reader({}))[1] == f"Délai du service\u00a0: {words}"


@pytest.mark.parametrize(
    ("before", "moment"),
    [
        ({"minutes": 30}, "2026-03-10T09:30:00+01:00"),
        ({"hours": 2}, "2026-03-10T08:00:00+01:00"),
        ({"days": 1}, "2026-03-09T08:00:00+01:00"),
        ({"working_days": 1}, "2026-03-09T08:00:00+01:00"),
        ({"working_days": 2}, "2026-03-06T08:00:00+01:00"),
        ({"months": 1}, "2026-02-10T08:00:00+01:00"),
    ],
)
def test_a_reminder_comes_before_on_its_own_clock(before: dict[str, int], moment: str) -> None:
    found = reminded_at(Reminder.model_validate({"before": before}), DEFAULT, at("2026-03-10T10:00"))
    assert found.isoformat() == moment


def test_a_reminder_of_working_hours_skips_the_closed_ones() -> None:
    found = reminded_at(Reminder.model_validate({"before": {"working_hours": 3}}), DEFAULT, at("2026-03-09T10:00"))
    assert found == at("2026-03-06T16:00"), "an hour and a half on Monday, the rest on Friday"


def test_what_stood_still_over_a_week_end_has_the_working_hours_left_that_it_had() -> None:
    asked = rule({"working_hours": 16})
    # stopped on Friday at 15:30: two hours of that day were left, and six and a half of Monday
    moment = freed_at(asked, DEFAULT, paused=FRIDAY, due=at("2026-03-09T16:30"), now=at("2026-03-10T10:00"), read=reader({}))
    assert moment == at("2026-03-11T11:00"), "six hours of Tuesday, two and a half of Wednesday"


def test_what_stood_still_has_the_working_days_left_that_it_had() -> None:
    asked = rule({"working_days": 5})
    moment = freed_at(asked, DEFAULT, paused=FRIDAY, due=at("2026-03-10T23:59:59"), now=at("2026-03-20T11:00"), read=reader({}))
    assert moment == at("2026-03-24T23:59:59"), "Monday and Tuesday were left; so are the two days after that Friday"


def test_what_runs_by_the_clock_on_the_wall_has_the_same_time_left() -> None:
    moment = freed_at(rule({"days": 5}), DEFAULT, paused=FRIDAY, due=at("2026-03-08T15:30"), now=at("2026-03-20T11:00"), read=reader({}))
    assert moment == at("2026-03-22T11:00")


def test_the_case_that_set_the_length_sets_the_clock_it_is_freed_by() -> None:
    asked = rule({"working_days": 5}, ({"fields.urgence": ["haute"]}, {"hours": 4}))
    moment = freed_at(asked, DEFAULT, FRIDAY, at("2026-03-06T17:30"), at("2026-03-07T11:00"), reader({"urgence": "haute"}))
    assert moment == at("2026-03-07T13:00"), "two hours, on a Saturday as well"


def test_what_had_passed_before_it_stood_still_has_passed() -> None:
    passed = at("2026-03-06T09:00")
    assert freed_at(rule({"working_hours": 2}), DEFAULT, FRIDAY, passed, at("2026-03-10T10:00"), reader({})) == passed
