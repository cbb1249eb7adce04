"""What is heard of a call adds up to one call, in any order, however often, with anything missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.phone.heard import NOTHING, Call, Heard, added, call, joined

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
CITIZEN, TOWN = "+33639980011", "+33536490001"
RING = Heard("c1", "ring", AT, CITIZEN, TOWN, "in", queue="accueil")
ANSWER = Heard("c1", "answer", AT + timedelta(seconds=12), CITIZEN, TOWN, "in", ("214",))
HANGUP = Heard("c1", "hangup", AT + timedelta(seconds=75), CITIZEN, TOWN, "in", cause="normalClearing")
MISSED = replace(HANGUP, cause="cancel")
OPTIONAL = ("caller", "called", "direction", "queue", "lines", "cause")

ANSWERED = Call("in", CITIZEN, TOWN, "answered", AT, ANSWER.at, HANGUP.at, "normalClearing", "accueil", ("214",), recorded=False)


def bare(one: Heard, missing: frozenset[str]) -> Heard:
    """The same with nothing in these fields."""
    return replace(one, **{name: () if name == "lines" else "" for name in missing})  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_order_of_a_calls_events_each_repeated_with_fields_missing_is_one_right_call(data: st.DataObject) -> None:
    """Each event is said once in full, or in parts that make it whole, and as often as one likes with anything left out."""
    said: list[Heard] = []
    for one in (RING, ANSWER, HANGUP):
        for _ in range(data.draw(st.integers(0, 3))):
            missing = data.draw(st.frozensets(st.sampled_from(OPTIONAL)))
            late = timedelta(seconds=data.draw(st.integers(0, 5)))
            # whom an answer is about is what it is: said without, it is another answer, of the same moment or later
            said.append(replace(bare(one, missing), at=one.at + late))
        said.append(one)
    shuffled = data.draw(st.permutations(said))
    assert call(added(NOTHING, shuffled), [TOWN]) == ANSWERED


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_joining_minds_neither_order_nor_grouping_nor_repetition(data: st.DataObject) -> None:
    heard = st.builds(
        Heard, st.just("c"), st.sampled_from(["ring", "answer", "hangup"]), st.integers(0, 100).map(lambda s: AT + timedelta(seconds=s)),
        st.sampled_from(["", CITIZEN, "214"]), st.sampled_from(["", TOWN, "300"]), st.sampled_from(["", "in", "out"]),
        st.lists(st.sampled_from(["214", "paul", TOWN]), max_size=2), st.sampled_from(["", "accueil"]),
        st.sampled_from(["", "busy", "normalClearing", "forwarded"]), st.booleans(),
    )  # fmt: skip
    a, b, c = (added(NOTHING, data.draw(st.lists(heard, max_size=4))) for _ in range(3))
    assert joined(a, b) == joined(b, a)
    assert joined(a, joined(b, c)) == joined(joined(a, b), c)
    assert joined(a, a) == a
    assert joined(NOTHING, a) == a
    if whole := joined(a, b):
        assert isinstance(call(whole, [TOWN]), Call)


@pytest.mark.parametrize("order", list(permutations([RING, MISSED])))
def test_a_call_that_nobody_took_is_missed(order: tuple[Heard, ...]) -> None:
    found = call(added(NOTHING, order), [TOWN])
    assert (found.outcome, found.waited, found.talked) == ("missed", 75, None)


def test_a_call_that_goes_on_is_ringing_then_spoken() -> None:
    assert call(added(NOTHING, [RING])).outcome == "ringing"
    talking = call(added(NOTHING, [RING, ANSWER]))
    assert (talking.outcome, talking.lines, talking.waited) == ("talking", ("214",), 12)


def test_a_call_that_is_passed_on_is_with_whoever_took_it_last_and_a_repetition_does_not_bring_it_back() -> None:
    onward = replace(ANSWER, at=AT + timedelta(seconds=40), lines=("215",))
    again = replace(ANSWER, at=AT + timedelta(seconds=41))
    for order in permutations([RING, ANSWER, onward, again]):
        found = call(added(NOTHING, order))
        assert found.lines == ("215",)
        assert found.answered_at == ANSWER.at


def test_the_end_tells_who_took_it_when_nothing_else_did() -> None:
    found = call(added(NOTHING, [RING, replace(HANGUP, lines=("214",))]))
    assert (found.outcome, found.lines, found.answered_at) == ("answered", ("214",), None)


@pytest.mark.parametrize(
    ("caller", "called", "said", "way", "other"),
    [
        (CITIZEN, TOWN, "", "in", CITIZEN),
        (CITIZEN, "214", "", "in", CITIZEN),
        ("214", CITIZEN, "", "out", CITIZEN),
        (TOWN, CITIZEN, "", "out", CITIZEN),
        ("214", "215", "in", "internal", "215"),
        ("214", "3919", "out", "out", "3919"),
        ("214", "15", "out", "out", "15"),
        ("", TOWN, "in", "in", ""),
        ("", "", "", "in", ""),
    ],
)
def test_the_direction_is_what_the_numbers_prove(caller: str, called: str, said: str, way: str, other: str) -> None:
    found = call(added(NOTHING, [Heard("c", "ring", AT, caller, called, said)]), [TOWN])
    assert (found.direction, found.other) == (way, other)


def test_a_record_gives_the_exact_times_of_a_call_that_was_told_as_it_happened() -> None:
    late = timedelta(seconds=3)
    live = [replace(one, at=one.at + late) for one in (RING, ANSWER, HANGUP)]
    record = [replace(one, recorded=True) for one in (RING, ANSWER, HANGUP)]
    assert call(added(NOTHING, [*live, *record]), [TOWN]) == replace(ANSWERED, recorded=True)
