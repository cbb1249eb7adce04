"""Dates and delays in French words."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.web import words

NOW = datetime.fromisoformat("2026-01-12T09:00:00+01:00")  # a Monday
END = "T23:59:59+01:00"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        ("2026-01-12T08:05:00+01:00", "8 h 05"),
        ("2026-01-11T23:59:00+01:00", "hier"),
        ("2026-01-11T23:30:00+00:00", "0 h 30"),  # already Monday in Paris
        ("2026-01-07T10:00:00+01:00", "mercredi"),
        ("2026-01-05T10:00:00+01:00", "5 janv."),
        ("2026-01-01T10:00:00+01:00", "1er janv."),
        ("2025-12-31T10:00:00+01:00", "31 déc. 2025"),
        ("2026-01-12T09:00:30+01:00", "9 h 00"),  # another machine's clock is ahead
    ],
)
def test_when_in_as_few_words_as_a_list_needs(at: str, said: str) -> None:
    assert words.ago(datetime.fromisoformat(at), NOW).replace(words.NBSP, " ") == said


@pytest.mark.parametrize(
    ("due", "said", "pressing"),
    [
        (f"2026-01-12{END}", "répondre avant ce soir", "soon"),
        (f"2026-01-13{END}", "répondre avant demain soir", "soon"),
        ("2026-01-14T00:00:00+01:00", "répondre avant demain soir", "soon"),  # midnight belongs to the day before
        (f"2026-01-14{END}", "répondre avant mercredi soir", "soon"),
        (f"2026-01-16{END}", "répondre avant vendredi soir", "calm"),
        (f"2026-02-01{END}", "répondre avant le 1er févr.", "calm"),
        (f"2027-02-01{END}", "répondre avant le 1er févr. 2027", "calm"),
        (f"2026-01-11{END}", "en retard depuis hier", "late"),
        (f"2026-01-09{END}", "en retard de 3 jours", "late"),
        ("2026-01-12T08:00:00+01:00", "en retard depuis peu", "late"),
        ("2026-01-12T17:30:00+01:00", "répondre avant 17 h 30", "soon"),  # a delay in hours says its hour
        ("2026-01-13T10:15:00+01:00", "répondre avant demain 10 h 15", "soon"),
    ],
)
def test_how_late_in_words(due: str, said: str, pressing: str) -> None:
    told, how = words.delay(datetime.fromisoformat(due), NOW)
    assert (told.replace(words.NBSP, " "), how) == (said, pressing)


@pytest.mark.parametrize(("text", "said"), [("avant le 8 déc.", "avant le 8 déc."), ("avant demain soir", "avant demain soir.")])
def test_a_sentence_ends_with_one_full_stop(text: str, said: str) -> None:
    assert words.sentence(text) == said


@given(st.integers(-30 * 24 * 60, 400 * 24 * 60))
def test_a_delay_is_late_exactly_when_its_moment_has_passed(minutes: int) -> None:
    due = NOW + timedelta(minutes=minutes)
    assert (words.delay(due, NOW)[1] == "late") is (due <= NOW)


def test_when_in_a_sentence() -> None:
    said = [
        words.spoken(datetime.fromisoformat(at), NOW).replace(words.NBSP, " ")
        for at in ("2026-01-12T07:00:00+01:00", "2026-01-11T07:00:00+01:00", "2026-01-01T07:00:00+01:00", "2025-01-01T07:00:00+01:00")
    ]
    assert said == ["aujourd’hui à 7 h 00", "hier à 7 h 00", "jeudi 1er janvier à 7 h 00", "mercredi 1er janvier 2025 à 7 h 00"]


@pytest.mark.parametrize(("size", "said"), [(0, "0 octet"), (2, "2 octets"), (1500, "2 ko"), (2_400_000, "2,4 Mo"), (3_000_000, "3 Mo")])
def test_sizes(size: int, said: str) -> None:
    assert words.size(size).replace(words.NBSP, " ") == said
