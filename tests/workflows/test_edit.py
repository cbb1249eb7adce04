"""One change of a document at a time, also of one that stands on another: what is not touched stays as it was."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import edit
from workflows.edit import MISSING, Astray, add, at, drop, forget, move, put, whole
from workflows.inherit import amend
from workflows.shelves import MODULES
from workflows.yaml_lines import read

GENERAL = read((MODULES / "general" / "definition.yaml").read_text(encoding="utf-8")).data
BELOW: dict[str, Any] = {
    "title": "Demande",
    "states": {"received": {"label": "Reçue", "phase": "open"}, "closed": {"label": "Close", "phase": "closed"}},
    "fields": [{"name": "lieu", "kind": "place", "label": "Lieu"}, {"name": "photo", "kind": "file", "label": "Photo"}],
    "transitions": [{"name": "close", "from": ["received"], "who": ["agent"], "effects": [{"do": "mark_read"}, {"do": "mark_unread"}]}],
    "reactions": [{"on": "opened"}, {"on": "note"}],
}


def names(data: Any, what: str) -> list[str]:
    return [part["name"] for part in data[what]]


def test_a_change_of_a_document_that_stands_alone_is_the_document_changed() -> None:
    changed = put(GENERAL, {}, ("transitions", "@close", "label"), "Terminer")
    assert at(changed, ("transitions", "@close", "label")) == "Terminer"
    assert put(changed, {}, ("transitions", "@close", "label"), "Clore") == GENERAL


def test_what_is_inherited_is_changed_by_saying_that_alone() -> None:
    own = put({}, BELOW, ("fields", "@lieu", "label"), "Où est-ce ?")
    assert own == {"fields": [{"name": "lieu", "label": "Où est-ce ?"}]}
    assert at(whole(own, BELOW), ("fields", "@lieu", "kind")) == "place"
    assert put(own, BELOW, ("fields", "@lieu", "label"), "Lieu") == {}, "saying what is said below is saying nothing"


def test_a_list_without_names_is_taken_over_whole_when_one_part_of_it_changes() -> None:
    own = put({}, BELOW, ("transitions", "@close", "effects", "1", "do"), "acknowledge")
    assert own == {"transitions": [{"name": "close", "effects": [{"do": "mark_read"}, {"do": "acknowledge"}]}]}


def test_what_is_inherited_is_taken_away_by_saying_so() -> None:
    own = drop({}, BELOW, ("fields", "@photo"))
    assert names(whole(own, BELOW), "fields") == ["lieu"]
    own = drop(own, BELOW, ("states", "closed"))
    assert list(whole(own, BELOW)["states"]) == ["received"]
    assert forget(forget(own, ("fields", "@photo")), ("states", "closed")) == {}


def test_own_reactions_stand_before_inherited_ones_and_leave_them_alone() -> None:
    own = add({}, BELOW, ("reactions",), {"on": "bounce"})
    own = put(own, BELOW, ("reactions", "0", "why"), "Revenu.")
    assert [reaction["on"] for reaction in whole(own, BELOW)["reactions"]] == ["bounce", "opened", "note"]
    assert own == {"reactions": [{"on": "bounce", "why": "Revenu."}]}


def test_parts_move_among_their_like_and_inherited_ones_stay_first() -> None:
    own = put({}, BELOW, ("fields", "@lieu", "label"), "Où ?")
    for name in ("un", "deux"):
        own = add(own, BELOW, ("fields",), {"name": name, "kind": "text", "label": name})
    assert names(whole(own, BELOW), "fields") == ["lieu", "photo", "un", "deux"]
    assert names(whole(move(own, BELOW, ("fields", "@deux"), -1), BELOW), "fields") == ["lieu", "photo", "deux", "un"]
    assert names(whole(move(own, BELOW, ("fields", "@un"), -5), BELOW), "fields") == ["lieu", "photo", "un", "deux"]
    with pytest.raises(Astray):
        move(own, BELOW, ("fields", "@lieu"), 1)
    states = move(GENERAL, {}, ("states", "closed"), -3)["states"]
    assert list(states) == ["closed", "received", "in_progress", "waiting"]
    assert move(GENERAL, {}, ("reactions", "1"), -1)["reactions"][0]["by"] == ["agent"]


@pytest.mark.parametrize("path", [("fields", "@nowhere", "label"), ("reactions", "99", "why"), ("reactions", "-1", "why"), ("@x",)])
def test_a_path_that_leads_nowhere_is_told(path: tuple[str, ...]) -> None:
    with pytest.raises(Astray):
        put(GENERAL, {}, path, "x")
    with pytest.raises(Astray):
        drop(GENERAL, {}, path)


def test_a_value_that_is_cleared_is_gone_with_the_part_it_emptied() -> None:
    own = put(GENERAL, {}, ("transitions", "@reopen", "text", "required"), MISSING)
    own = put(own, {}, ("transitions", "@reopen", "text", "label"), MISSING)
    assert "text" not in at(own, ("transitions", "@reopen"))


def test_a_free_name_is_found() -> None:
    assert edit.free_name("photo", ()) == "photo"
    assert edit.free_name("photo", ("photo", "photo_2")) == "photo_3"


words = st.text("abcé :#-'\"\n", max_size=12)
fields = st.lists(
    st.fixed_dictionaries({"name": st.sampled_from("abcdef"), "kind": st.just("text"), "label": words}),
    max_size=4,
    unique_by=lambda field: str(field["name"]),
)
states = st.dictionaries(st.sampled_from("xyz"), st.fixed_dictionaries({"label": words}), max_size=3)
documents = st.fixed_dictionaries({"title": words, "fields": fields, "states": states})
paths = st.one_of(
    st.just(("title",)),
    st.tuples(st.just("fields"), st.sampled_from("abcdef").map("@{}".format), st.just("label")),
    st.tuples(st.just("states"), st.sampled_from("xyz"), st.just("label")),
)


@given(below=documents, edits=st.lists(st.tuples(paths, words), max_size=6))
def test_after_any_changes_the_whole_says_what_was_put(below: dict[str, Any], edits: list[tuple[tuple[str, ...], str]]) -> None:
    own: Any = {}
    expected: dict[tuple[str, ...], str] = {}
    for path, text in edits:
        try:
            own = put(own, below, path, text)
            expected[path] = text
        except Astray:
            assert at(below, path[:2]) is MISSING
    made = amend(below, own)
    for path, text in expected.items():
        assert at(made, path) == text
    untouched = [("fields", f"@{field['name']}", "label") for field in below["fields"]]
    for path in untouched:
        assert at(made, path) == expected.get(path, at(below, path))
    for path in expected:
        own = forget(own, path)
    assert amend(below, own)["fields"] == below["fields"]
