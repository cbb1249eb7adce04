"""The computed fields of a ticket, and which fields are asked for at all. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from workflows.condition import conditions, hold, reader
from workflows.formula import Formula, parse
from workflows.parts.fields import Field
from workflows.reckoned import value_of

if TYPE_CHECKING:
    from workflows.definition import Definition


def computed(definition: Definition, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields with the computed ones reckoned anew, in the order of the document: each may read those above it, and within a
    repeated group those of its own line."""
    formulas = _formulas(definition)
    if not formulas:
        return fields
    reckoned = dict(fields)
    for name, column, formula in formulas:
        if column:
            lines = reckoned.get(name)
            if isinstance(lines, list):
                reckoned[name] = [_put(line, column, value_of(formula, reader(line))) for line in lines if isinstance(line, Mapping)]
        else:
            reckoned = _put(reckoned, name, value_of(formula, reader(reckoned)))
    return reckoned


def _put(values: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    left = {key: kept for key, kept in values.items() if key != name}
    return left if value is None else {**left, name: value}


def asked(fields: tuple[Field, ...] | list[Field], values: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that are shown for these values: those whose condition holds. One that hangs on a hidden one is hidden with it."""
    shown: list[Field] = []
    seen: dict[str, Any] = {}
    for field in fields:
        if hold(conditions(field.when), reader(seen)):
            shown.append(field)
            if field.name in values:
                seen[field.name] = values[field.name]
    return tuple(shown)


@lru_cache(maxsize=1024)
def _formulas(definition: Definition) -> tuple[tuple[str, str, Formula], ...]:
    """Each computed field: its name, or that of its group with its column, and its formula."""
    found: list[tuple[str, str, Formula]] = []
    for field in definition.fields:
        if field.formula:
            found.append((field.name, "", parse(field.formula)))
        found.extend((field.name, inner.name, parse(inner.formula)) for inner in field.fields if inner.formula)
    return tuple(found)
