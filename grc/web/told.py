"""The fields of a request in words, as pages list them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.parts.fields import Field
from workflows.values import group_lines, say


@dataclass(frozen=True, slots=True)
class Told:
    """A field: its label, and its value as a text or, of a repeated group, as lines."""

    label: str
    text: str
    lines: tuple[str, ...] = ()


def told_fields(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Told]:
    """The fields that have a value, in their order."""
    found = []
    for one in fields:
        value = values.get(one.name)
        if text := say(one, value):
            lines = tuple(group_lines(one, value)) if one.kind == "group" and isinstance(value, list) else ()
            found.append(Told(one.label, text, lines))
    return found


def told_to_requester(fields: Iterable[Field], values: Mapping[str, Any]) -> list[Told]:
    """The same as whoever asked reads them: what the service keeps to itself is left out."""
    return told_fields((one for one in fields if one.shown), values)
