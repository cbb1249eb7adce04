"""A document is read the same by both readers, the fast one and the one whose words about a mistake we know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from workflows import shelves, yaml_lines
from workflows.yaml_lines import Document, Unreadable, read

DOCUMENTS = [path for folder in shelves.folders(*shelves.roots()) for path in sorted(folder.rglob("*.yaml"))]


def by(kind: Any, text: str) -> Document | None:
    try:
        return yaml_lines._by(kind, text)
    except (yaml.YAMLError, Unreadable, UnicodeEncodeError):
        return None


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_document_of_a_module_is_the_same_to_both(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = by(yaml_lines._Fast, text)
    assert found is not None
    assert found == by(yaml_lines._Loader, text)


@given(st.text(alphabet="ab: \n-#'\"{}[],?&*|>%@`\t1.~éyntf", max_size=60))
def test_what_both_can_read_is_the_same_to_both(text: str) -> None:
    fast, known = by(yaml_lines._Fast, text), by(yaml_lines._Loader, text)
    assert fast is None or known is None or fast == known


@pytest.mark.parametrize(
    ("text", "line", "mend"),
    [
        ("a: 1\nb: c: d\n", 2, "entre guillemets"),
        ("a:\n\tb: 1\n", 2, "tabulation"),
        ("a: 1\n\x07: 2\n", 2, "caractère de contrôle"),
        ("a: 1\nb: \ud800\n", 2, "caractère de contrôle"),
        ("a: 1\na: 2\n", 2, "écrite deux fois"),
        ("b: 1\na: &x 1\nc: *x\n", 2, "renvois"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_its_mend(text: str, line: int, mend: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read(text)
    assert (refused.value.line, mend in str(refused.value)) == (line, True), str(refused.value)


def test_only_true_and_false_are_booleans_and_a_date_stays_as_it_was_written() -> None:
    assert read("on: yes\nday: 2026-03-01\nall: true\nnone: ~\nmany: 012\n").data == {
        "on": "yes", "day": "2026-03-01", "all": True, "none": None, "many": 10,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, "{a: " * 5_000, 'a: "\\ud800"', 'a: "\\0"', "- " * 3_000, "? " * 3_000,
        "[" * 400 + "]" * 400,
        "\n".join(" " * n + "a:" for n in range(700)),
        "a: " + "9" * 5_000, "a: 0x" + "f" * 6_000, "a: " + ":".join(["59"] * 3_000), "a: [" + ",".join("1" * 60_000) + "]",
        "a: !!timestamp x", "a: !!timestamp 2026-13-45", "a: !!int x", "a: !!float x", "a: !!bool maybe", "a: 0x_", "!!int {a: 1}",
        "a: !!python/object:os.system x", "<<: 3", "&a [*a]",
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_hostile_document_is_told_as_a_mistake_and_never_ends_the_process(text: str) -> None:
    with pytest.raises(Unreadable):
        read(text)
