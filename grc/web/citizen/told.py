"""The fields of a request in words, as whoever asked reads them. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.definition import Definition
from workflows.values import group_lines, say


@dataclass(frozen=True, slots=True)
class Told:
    """A field: its label, and its value as a text or, of a repeated group, as lines."""

    label: str
    text: str
    lines: tuple[str, ...] = ()


def told_fields(definition: Definition, values: Mapping[str, Any]) -> list[Told]:
    """The fields that whoever asked may see and that have a value, in the order of the form."""
    found = []
    for one in definition.fields:
        value = values.get(one.name)
        if not one.shown or not (text := say(one, value)):
            continue
        lines = tuple(group_lines(one, value)) if one.kind == "group" and isinstance(value, list) else ()
        found.append(Told(one.label, text, lines))
    return found
