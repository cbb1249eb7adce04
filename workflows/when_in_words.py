"""A condition of a type in the words of its form: « Quel acte » est « Acte de naissance ». Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workflows import vocabulary
from workflows.definition import Definition
from workflows.parts.fields import Field
from workflows.parts.when import TestPart, When
from workflows.values import NBSP, NNBSP, say


def in_words(definition: Definition, when: When) -> str:
    """The condition, in French; empty where there is none. A field is named by its label, a value as the form says it."""
    return " et ".join(_told(definition, key, asked) for key, asked in when.items())


def _told(definition: Definition, key: str, asked: Sequence[Any] | TestPart) -> str:
    field = definition.by_field.get(key.removeprefix("fields.").partition(".")[0]) if key.startswith("fields.") else None
    what = _quoted(field.label.rstrip(f" ?{NBSP}{NNBSP}")) if field else vocabulary.FACTS.get(key, key)
    if not isinstance(asked, TestPart):
        if field and field.kind == "check" and len(asked) == 1:
            return f"{what} {'est' if asked[0] else 'n’est pas'} coché"
        return f"{what} {vocabulary.TESTS['is']} {_listed(field, asked)}"
    tests = (("is", asked.is_), ("not", asked.not_), ("min", asked.min), ("max", asked.max))
    said = [f"{vocabulary.TESTS[name]} {_listed(field, value)}" for name, value in tests if value is not None]
    if asked.filled is not None:
        said.append(vocabulary.TESTS["filled" if asked.filled else "empty"])
    return f"{what} {' et '.join(said)}"


def _listed(field: Field | None, values: Any) -> str:
    every = values if isinstance(values, list) else [values]
    return " ou ".join(_quoted(say(field, value) if field else str(value)) for value in every)


def _quoted(text: str) -> str:
    return f"«{NBSP}{text}{NBSP}»"
