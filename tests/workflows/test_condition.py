"""Conditions: what is asked of the facts of a moment and of the fields of a ticket."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.condition import Condition, conditions, contradictions, hold, reader
from workflows.parts.when import TestPart

FIELDS = {
    "urgence": "haute",
    "postes": 3,
    "jour": "2026-05-07",
    "lieu": {"text": "12 rue des Pins", "insee": "40902"},
    "couleurs": ["rouge", "vert"],
    "lots": [{"quoi": "tables", "combien": 4}, {"quoi": "bancs"}],
    "vide": "",
}


def holds(key: str, asked: list[Any] | dict[str, Any], fields: dict[str, Any] = FIELDS, **facts: Any) -> bool:
    test = TestPart.model_validate(asked) if isinstance(asked, dict) else asked
    return hold(conditions({key: test}), reader(fields, facts))


def test_a_list_asks_for_one_of_its_values() -> None:
    assert holds("fields.urgence", ["basse", "haute"])
    assert not holds("fields.urgence", ["basse"])
    assert holds("channel", ["email", "form"], channel="form")


def test_all_that_is_written_must_hold() -> None:
    asked = conditions({"fields.urgence": ["haute"], "fields.postes": TestPart.model_validate({"min": 4})})
    assert not hold(asked, reader(FIELDS))
    assert hold(asked, reader({**FIELDS, "postes": 4}))
    assert hold((), reader({})), "nothing asked is nothing refused"


@pytest.mark.parametrize(
    ("asked", "fits", "misses"),
    [
        ({"min": 3}, 3, 2),
        ({"max": 3}, 3, 4),
        ({"min": 1, "max": 9}, 2.5, 9.5),
        ({"min": "2026-05-07"}, "2026-05-07", "2026-05-06"),
        ({"max": "2026-05-07"}, "2025-12-31", "2026-05-08"),
        ({"not": ["basse"]}, "haute", "basse"),
        ({"filled": True}, "x", ""),
        ({"filled": False}, None, 0),
        ({"is": [True]}, True, 1),
        ({"is": [1]}, 1.0, True),
        ({"is": ["40"]}, 40, 4),
    ],
)
def test_a_value_is_compared_as_what_it_is(asked: dict[str, Any], fits: Any, misses: Any) -> None:
    assert holds("fields.x", asked, {"x": fits})
    assert not holds("fields.x", asked, {"x": misses})


@pytest.mark.parametrize("empty", [None, "", [], {}])
def test_an_empty_value_is_neither_large_nor_small_nor_one_of_anything(empty: Any) -> None:
    fields = {"x": empty}
    assert not holds("fields.x", {"min": 0}, fields)
    assert not holds("fields.x", {"max": 0}, fields)
    assert not holds("fields.x", ["a"], fields)
    assert holds("fields.x", {"not": ["a"]}, fields)
    assert holds("fields.x", {"filled": False}, fields)


def test_a_choice_of_several_answers_where_one_of_its_values_does() -> None:
    assert holds("fields.couleurs", ["vert", "bleu"])
    assert not holds("fields.couleurs", {"not": ["vert"]}, FIELDS), "and not where one of them is excluded"


def test_a_part_of_a_place_and_a_column_of_a_group_can_be_asked_for() -> None:
    assert holds("fields.lieu.insee", ["40902"])
    assert holds("fields.lots.quoi", ["bancs"])
    assert reader(FIELDS)("fields.lots.combien") == [4, None]


def test_what_is_not_there_is_empty_and_never_an_error() -> None:
    for key in ("fields.nothing", "fields.urgence.deeper", "fields.lieu.lat", "fields.lots.nothing.more", "channel"):
        assert not holds(key, {"filled": True}, {**FIELDS, "lots": "no group"})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(value=JSON, bound=st.integers() | st.floats() | st.text(max_size=5), other=st.integers() | st.booleans() | st.text(max_size=5))
def test_whatever_stands_in_a_field_a_condition_answers(value: Any, bound: Any, other: Any) -> None:
    for condition in (
        Condition("x", at_least=bound),
        Condition("x", at_most=bound),
        Condition("x", is_one_of=(other,)),
        Condition("x", is_none_of=(other,)),
        Condition("x", filled=True),
    ):
        assert condition.holds(value) in (True, False)


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Condition("x", is_one_of=("a",), is_none_of=("a",)), "être et ne pas être"),
        (Condition("x", is_one_of=("a",), filled=False), "doit être vide et avoir une valeur"),
        (Condition("x", at_least=5, at_most=4), "au moins 5 et au plus 4"),
        (Condition("x", is_one_of=("z",)), "ne vaut jamais « z »"),
        (Condition("x", is_none_of=("a", "b"), filled=True), "n’a plus aucune valeur possible"),
    ],
)
def test_what_can_never_hold_is_told_why(condition: Condition, told: str) -> None:
    (why,) = contradictions([condition], lambda _key: ("a", "b"))
    assert told in why.replace("\u00a0", " ")


def test_what_can_hold_is_not_told() -> None:
    sound = [
        Condition("x", is_one_of=("a", "z")),
        Condition("x", is_none_of=("a",)),
        Condition("x", is_none_of=("a", "b")),  # an empty value is none of them
        Condition("x", at_least=4, at_most=4),
        Condition("x", filled=False),
    ]
    assert list(contradictions(sound, lambda _key: ("a", "b"))) == []
    assert list(contradictions([Condition("x", is_one_of=("z",))], lambda _key: None)) == [], "where any value can stand"
