"""A document that a form changes is written back as a person would have written it, and says the same when it is read."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.definition import loads
from workflows.shelves import MODULES
from workflows.yaml_lines import read
from workflows.yaml_write import write

# What a careless writer of YAML writes so that it is read as something else.
_AWKWARD = [
    "on", "yes", "no", "null", "~", "2026-01-01", "1_000", "0x1F", "a: b", "- x", "#", " lead", "trail ", "é\u00a0:", "=", "<<", "|",
    "\n\n",
    "a\n  b\n",
]  # fmt: skip
GENERAL = (MODULES / "general" / "definition.yaml").read_text(encoding="utf-8")
DOCUMENTS = sorted(MODULES.glob("*/**/*.yaml"))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_document_of_the_program_is_equal_when_it_is_written_and_read_again(path: Any) -> None:
    text = path.read_text(encoding="utf-8")
    data = read(text).data
    written = write(data, text)
    assert read(written).data == data
    assert write(data, written) == written, "and writing it once more changes nothing"


def test_comments_stay_above_the_part_they_stood_above() -> None:
    data = read(GENERAL).data
    data["transitions"].insert(0, {"name": "hold", "label": "Garder", "from": ["received"], "to": "received", "who": ["agent"]})
    lines = write(data, GENERAL).splitlines()
    comments = [line.strip() for line in GENERAL.splitlines() if line.strip().startswith("#")]
    assert [line.strip() for line in lines if line.strip().startswith("#")] == comments
    silence = next(n for n, line in enumerate(lines) if line.strip().startswith("# Sans réponse"))
    assert lines[silence + 1].strip() == "- name: close_without_answer"


def test_a_comment_goes_with_its_part() -> None:
    data = read(GENERAL).data
    data["transitions"] = [part for part in data["transitions"] if part["name"] != "close_without_answer"]
    assert "# Sans réponse" not in write(data, GENERAL)


def test_keys_stand_in_the_order_of_the_shape_and_short_parts_on_one_line() -> None:
    written = write({"title": "Aire", "name": "aire", "legal": {"why": "x", "regime": "none"}, "zz": 1,
                     "reactions": [{"effects": [{"when": {"answered": [True]}, "kind": "are", "do": "meet_deadline"}],
                                    "on": "opened"}]})  # fmt: skip
    assert written.splitlines() == [
        "name: aire",
        "title: Aire",
        "legal: {regime: none, why: x}",
        "",
        "reactions:",
        "  - on: opened",
        "    effects:",
        "      - {do: meet_deadline, kind: are, when: {answered: [true]}}",
        "",
        "zz: 1",
    ]


def test_a_text_of_several_lines_is_a_block() -> None:
    written = write({"texts": {"done": {"subject": "Fait", "body": "Bonjour,\n\nC’est fait\u202f!\n\n- un\n- deux"}}})
    assert "body: |-\n      Bonjour,\n\n      C’est fait\u202f!\n" in written


scalars = st.one_of(st.none(), st.booleans(), st.integers(-(10**15), 10**15),
                    st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n")),
                    st.sampled_from(_AWKWARD))  # fmt: skip
keys = st.text("abcdefon_", min_size=1, max_size=8)
data = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4), max_leaves=25)


@given(st.dictionaries(keys | st.sampled_from(["name", "fields", "states", "legal", "texts"]), data, max_size=6))
def test_whatever_is_written_is_read_as_the_same(document: dict[str, Any]) -> None:
    assert read(write(document)).data == (document or None) or document == {}


def test_a_sound_document_is_sound_when_it_was_written() -> None:
    once = loads(GENERAL)
    again = loads(write(read(GENERAL).data, GENERAL))
    assert (once.states, once.transitions, once.reactions, once.legal) == (again.states, again.transitions, again.reactions, again.legal)
