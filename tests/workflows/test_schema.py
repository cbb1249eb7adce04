"""The JSON Schema of a document says yes to what the program reads and no to what it refuses, as an editor would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.makers.loans import TEXT
from workflows import shelves, yaml_lines
from workflows.catalogue import documents
from workflows.schema import DIALECT, schema

SCHEMA = schema()
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float),
    "null": (type(None),),
}  # fmt: skip
_SILENT = {
    "title",
    "description",
    "default",
    "$schema",
    "$defs",
    "then",
    "else",
    "discriminator",
    "propertyNames",
    "properties",
    "patternProperties",
    "additionalProperties",
}


def holds(rule: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits, of the words of JSON Schema those that ours uses. One that is not known here is an error of the test."""
    return _parts(rule, value) and all(_holds(word, given, rule, value) for word, given in rule.items() if word not in _SILENT)


def _holds(word: str, given: Any, rule: Mapping[str, Any], value: Any) -> bool:
    match word:
        case "$ref":
            return holds(SCHEMA["$defs"][given.rpartition("/")[2]], value)
        case "if":
            return holds(rule["then"] if holds(given, value) else rule["else"], value)
        case "type":
            return isinstance(value, _TYPES[given]) and not (isinstance(value, bool) and given in ("integer", "number"))
        case "enum":
            return value in given
        case "const":
            return value == given and type(value) is type(given)
        case "anyOf":
            return any(holds(one, value) for one in given)
        case "oneOf":
            return sum(holds(one, value) for one in given) == 1
        case "pattern":
            return not isinstance(value, str) or re.search(given, value) is not None
        case "minLength" | "minItems" | "minProperties":
            return not isinstance(value, str | list | dict) or len(value) >= given
        case "maxLength":
            return not isinstance(value, str) or len(value) <= given
        case "minimum":
            return not isinstance(value, int | float) or value >= given
        case "maximum":
            return not isinstance(value, int | float) or value <= given
        case "items":
            return not isinstance(value, list) or all(holds(given, part) for part in value)
        case "required":
            return not isinstance(value, dict) or all(name in value for name in given)
    raise AssertionError(f"{word} is not known to this test")


def _parts(rule: Mapping[str, Any], value: Any) -> bool:
    """Whether each part of an object fits the rule of its key."""
    if not isinstance(value, dict):
        return True
    for key, part in value.items():
        named = rule.get("properties", {}).get(key)
        patterns = [one for text, one in rule.get("patternProperties", {}).items() if re.search(text, key)]
        rest = rule.get("additionalProperties", True)
        for one in [named] if named is not None else patterns or [rest]:
            if not (holds(one, part) if isinstance(one, dict) else one):
                return False
    return True


@pytest.mark.parametrize("path", documents(*shelves.roots()), ids=lambda path: path.stem if path.stem != "definition" else path.parent.name)
def test_every_document_there_is_fits(path: Path) -> None:
    assert holds(SCHEMA, yaml_lines.read(path.read_text(encoding="utf-8")).data)


def test_a_document_that_uses_nearly_all_fits() -> None:
    assert SCHEMA["$schema"] == DIALECT
    assert holds(SCHEMA, yaml_lines.read(TEXT).data)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("title: Emprunter du matériel\n", ""),
        ("label: Accepter", "lable: Accepter"),
        ("who: [chief]", "who: [mayor]"),
        ("phase: closed", "phase: ended"),
        ("{do: assign, to: actor}", "{do: assigne, to: actor}"),
        ("version: 1", "version: 0"),
        ("name: loan", "name: Prêt"),
        ("kind: number, label: Nombre", "kind: nombre, label: Nombre"),
    ],
)
def test_what_the_program_refuses_is_underlined(right: str, wrong: str) -> None:
    text = TEXT.replace(right, wrong, 1)
    assert text != TEXT
    assert not holds(SCHEMA, yaml_lines.read(text).data)


def test_a_document_on_top_says_only_what_it_changes() -> None:
    head = "name: mine\nversion: 1\nextends: {name: general, version: 1}\n"
    for more in (
        "", "title: À moi\n", "fields: [{name: objet, label: Autrement}, {name: vieux, drop: true}]\n", "keywords:\n",
        "states: {waiting: {label: On attend}}\n", "reactions: [{on: note, effects: [{do: mark_unread}]}]\n",
    ):  # fmt: skip
        assert holds(SCHEMA, yaml_lines.read(head + more).data), more
    for more in ("titel: À moi\n", "fields: [{name: objet, lable: x}]\n", "reactions: [{effects: []}]\n"):
        assert not holds(SCHEMA, yaml_lines.read(head + more).data), more
    assert not holds(SCHEMA, yaml_lines.read("name: mine\nversion: 1\ntitle: À moi\n").data), "one that extends nothing is whole"
