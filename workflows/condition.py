"""Conditions: what is asked of the facts of a moment and of the fields of a ticket. Pure, and simple enough to be reasoned about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from workflows.parts.base import Scalar
from workflows.parts.when import TestPart, When

Read = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to one value: every part that is not None must hold."""

    key: str
    is_one_of: tuple[Scalar, ...] | None = None
    is_none_of: tuple[Scalar, ...] | None = None
    at_least: Scalar | float | None = None
    at_most: Scalar | float | None = None
    filled: bool | None = None

    def holds(self, value: Any) -> bool:
        """Whether this value answers. A list answers where one of its values does."""
        given = _has(value)
        if self.filled is not None and given != self.filled:
            return False
        values = value if isinstance(value, list) else [value]
        if self.is_none_of is not None and any(_same(v, other) for v in values for other in self.is_none_of):
            return False
        if self.is_one_of is not None and not any(_same(v, other) for v in values for other in self.is_one_of):
            return False
        return all(
            bound is None or (given and _ordered(low, high))
            for bound, low, high in ((self.at_least, self.at_least, value), (self.at_most, value, self.at_most))
        )


def conditions(when: When) -> tuple[Condition, ...]:
    """The conditions of a `when`, in their order."""
    return tuple(_condition(key, test) for key, test in when.items())


def _condition(key: str, test: list[Scalar] | TestPart) -> Condition:
    if isinstance(test, list):
        return Condition(key, is_one_of=tuple(test))
    none_of, one_of = test.not_, test.is_
    return Condition(key, one_of and tuple(one_of), none_of and tuple(none_of), test.min, test.max, test.filled)  # type: ignore[arg-type]


def hold(asked: Iterable[Condition], read: Read) -> bool:
    """Whether all of them hold; `read` gives the value of a key."""
    return all(condition.holds(read(condition.key)) for condition in asked)


def reader(fields: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> Read:
    """Reads `fields.lieu.insee` in the fields and any other key in the facts; what is not there is None."""

    def read(key: str) -> Any:
        first, _, rest = key.partition(".")
        if first != "fields":
            return (facts or {}).get(key)
        value: Any = fields
        for step in rest.split("."):
            if isinstance(value, list):  # a column of a repeated group
                value = [part.get(step) for part in value if isinstance(part, Mapping)]
            else:
                value = value.get(step) if isinstance(value, Mapping) else None
        return value

    return read


def _has(value: Any) -> bool:
    return value is not None and value != "" and value != [] and value != {}


def _same(value: Any, other: Scalar) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other or (isinstance(value, bool) and isinstance(other, bool) and value == other)
    return bool(value == other) or (isinstance(value, int | float) and str(value) == str(other))


def _ordered(low: Any, high: Any) -> bool:
    """Numbers as numbers, dates (written YYYY-MM-DD) as they sort; anything else never."""
    try:
        return Decimal(str(low)) <= Decimal(str(high))
    except InvalidOperation:
        return isinstance(low, str) and isinstance(high, str) and low <= high


def contradictions(asked: Iterable[Condition], possible: Callable[[str], tuple[Scalar, ...] | None]) -> Iterator[str]:
    """Why these can never hold together, a French sentence each. `possible`: the values a key can take, None where any."""
    for condition in asked:
        values = possible(condition.key)
        one_of = condition.is_one_of
        if one_of == ():
            yield f"« {condition.key} » ne peut pas avoir deux valeurs à la fois"
            continue
        if one_of is not None and condition.is_none_of is not None and all(any(_same(v, n) for n in condition.is_none_of) for v in one_of):
            yield f"« {condition.key} » doit être et ne pas être « {one_of[0]} »"
        if condition.filled is False and (one_of is not None or condition.at_least is not None or condition.at_most is not None):
            yield f"« {condition.key} » doit être vide et avoir une valeur"
        if condition.at_least is not None and condition.at_most is not None and not _ordered(condition.at_least, condition.at_most):
            yield f"« {condition.key} » doit être au moins {condition.at_least} et au plus {condition.at_most}"
        if values is None:
            continue
        if one_of is not None and not any(_same(v, o) for v in values for o in one_of):
            listed = " », « ".join(str(v) for v in values)
            yield f"« {condition.key} » ne vaut jamais « {one_of[0]} » (ses valeurs : « {listed} »)"
        elif (
            condition.is_none_of is not None
            and condition.filled is not False
            and all(any(_same(v, o) for o in condition.is_none_of) for v in values)
            and condition.filled
        ):
            yield f"« {condition.key} » n’a plus aucune valeur possible"
