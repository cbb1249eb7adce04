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
    """The fields with the computed ones reckoned anew, in the order of the document: each may read those above it."""
    formulas = _formulas(definition)
    if not formulas:
        return fields
    reckoned = dict(fields)
    for name, formula in formulas:
        value = value_of(formula, reader(reckoned))
        if value is None:
            reckoned.pop(name, None)
        else:
            reckoned[name] = value
    return reckoned


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
def _formulas(definition: Definition) -> tuple[tuple[str, Formula], ...]:
    return tuple((field.name, parse(field.formula)) for field in definition.fields if field.kind == "computed" and field.formula)
