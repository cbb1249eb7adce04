"""One document said on top of another: a type that extends one, a collectivity's own word on the agency's type."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
import yaml

from workflows.definition import BadDefinition, loads
from workflows.inherit import amend, merge
from workflows.mend import Below
from workflows.yaml_lines import Document, read

BELOW = """\
name: below
title: Dessous
legal: {regime: svr, months: 2}
fields:
  - {name: un, label: Un}
  - name: deux
    label: Deux
    choices:
      - {value: a, label: A}
      - {value: b, label: B}
  - {name: trois, label: Trois}
keywords: [x, y]
reactions:
  - {on: opened, to: here}
scenarios:
  - {title: Une vie, life: [1, 2]}
"""


def on_top(above: str) -> Any:
    return merge(read(BELOW), read(above)).data


def test_what_is_not_said_above_is_said_below() -> None:
    merged = on_top("title: Dessus\nlegal: {months: 3}")
    assert merged == {**yaml.safe_load(BELOW.replace("on:", '"on":')), "title": "Dessus", "legal": {"regime": "svr", "months": 3}}


def test_a_key_that_is_emptied_is_taken_away() -> None:
    assert "keywords" not in on_top("keywords:")
    assert on_top("legal: {months: }")["legal"] == {"regime": "svr"}


def test_a_part_with_a_name_is_amended_where_it_stands_and_a_new_one_comes_behind() -> None:
    fields = on_top("fields:\n  - {name: quatre, label: Quatre}\n  - {name: deux, label: Encore deux}")["fields"]
    assert [field["name"] for field in fields] == ["un", "deux", "trois", "quatre"]
    assert fields[1]["label"] == "Encore deux"
    assert [choice["value"] for choice in fields[1]["choices"]] == ["a", "b"], "the rest of it stays"


def test_within_a_part_a_list_is_merged_as_well() -> None:
    (_, two, _) = on_top("fields:\n  - {name: deux, choices: [{value: b, label: Bis}, {value: c, label: C}, {value: a, drop: true}]}")[
        "fields"
    ]
    assert two["choices"] == [{"value": "b", "label": "Bis"}, {"value": "c", "label": "C"}]


def test_a_part_is_dropped_by_its_name_and_one_that_is_not_there_drops_nothing() -> None:
    fields = on_top("fields:\n  - {name: un, drop: true}\n  - {name: nothing, drop: true}")["fields"]
    assert [field["name"] for field in fields] == ["deux", "trois"]


def test_reactions_come_in_front_since_the_first_that_fits_is_taken() -> None:
    assert on_top("reactions:\n  - {on: opened, to: elsewhere}")["reactions"] == [
        {"on": "opened", "to": "elsewhere"},
        {"on": "opened", "to": "here"},
    ]


def test_a_list_of_plain_values_is_replaced_whole() -> None:
    assert on_top("keywords: [z]")["keywords"] == ["z"]
    assert on_top("scenarios:\n  - {title: Une vie, life: [3]}")["scenarios"] == [{"title": "Une vie", "life": [3]}]


def test_neither_document_is_changed_by_being_merged() -> None:
    below, above = read(BELOW).data, {"fields": [{"name": "deux", "choices": [{"value": "a", "label": "Z"}]}, {"name": "un", "drop": True}]}
    before = deepcopy((below, above))
    amend(below, above)
    assert (below, above) == before


def test_what_comes_from_above_has_its_own_line_and_what_comes_from_below_the_line_that_names_it() -> None:
    above = read(
        "extends: {name: below, version: 1}\nfields:\n  - {name: un, drop: true}\n  - {name: deux, label: D}\n  - {name: quatre}\n"
    )
    merged = merge(read(BELOW), above)
    assert merged.line(("fields", 0, "label")) == 4, "« deux » is the first now"
    assert merged.line(("fields", 2, "name")) == 5
    assert merged.line(("fields", 1)) == 2, "« trois » is not written here: the list is"
    assert merged.line(("legal", "regime")) == 1


def below_of(text: str) -> Below:
    return lambda name, version: read(text) if (name, version) == ("below", 1) else None


SOUND = """\
name: below
version: 1
title: Dessous
summary: Ce sur quoi un autre se pose.
initial: received
legal: {regime: none, article: L112-2, why: Rien ne court.}
states:
  received: {label: Reçue, citizen: Reçue., phase: open}
  closed: {label: Close, citizen: Close., phase: closed}
transitions:
  - {name: close, label: Clore, from: [any_open], to: closed, who: [agent]}
reactions:
  - {on: opened, effects: [{do: mark_unread}]}
"""


def test_a_type_extends_another_at_a_version_and_is_whole() -> None:
    text = "name: above\nversion: 4\nextends: {name: below, version: 1}\ntitle: Dessus\n"
    text += "states:\n  more: {label: M, citizen: M., phase: open}\n"
    made = loads(text, below=below_of(SOUND))
    assert (made.name, made.version, made.title, made.extends) == ("above", 4, "Dessus", ("below", 1))
    assert set(made.states) == {"received", "closed", "more"}
    assert made.by_name["close"].from_ == ("received", "more"), "every open state, those of the type on top included"


@pytest.mark.parametrize(("name", "version"), [("below", 2), ("nothing", 1)])
def test_a_type_that_extends_what_is_not_there_is_told_so_with_its_line(name: str, version: int) -> None:
    with pytest.raises(BadDefinition) as refused:
        loads(f"name: above\nversion: 1\nextends: {{name: {name}, version: {version}}}\n", below=below_of(SOUND))
    (fault,) = refused.value.faults
    assert (fault.line, f"« {name} » n’a pas de version {version}" in fault.text.replace("\u00a0", " ")) == (3, True)


def test_a_fault_in_what_the_type_adds_is_told_at_its_own_line() -> None:
    text = "name: above\nversion: 1\nextends: {name: below, version: 1}\ntransitions:\n  - {name: close, to: nowhere}\n"
    with pytest.raises(BadDefinition) as refused:
        loads(text, below=below_of(SOUND))
    assert [fault.line for fault in refused.value.faults] == [5]


def test_a_collectivitys_own_word_is_the_same_thing() -> None:
    assert (
        amend({"a": 1, "b": {"c": 2}}, {"b": {"d": 3}}) == merge(Document({"a": 1, "b": {"c": 2}}, {}), Document({"b": {"d": 3}}, {})).data
    )
