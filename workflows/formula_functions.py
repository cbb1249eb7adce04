"""The functions of a formula: what each takes, what it gives, and how it is computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import partial, reduce

from workflows.formula_values import (
    ANY,
    BOOL,
    CONTEXT,
    DATE,
    LIST,
    NUMBER,
    Kind,
    NoValue,
    Value,
    called,
    days_between,
    kind_of,
    reckoned,
    whole,
)

_MOST_PLACES = 10


@dataclass(frozen=True, slots=True)
class Function:
    """`takes` are the kinds of each value, the last also of all that follow; of `gives` the result is.

    Where it is `strict`, an empty value gives an empty result; else `compute` sees what is empty as None.
    """

    compute: Callable[..., Value]
    takes: tuple[frozenset[Kind], ...]
    gives: frozenset[Kind]
    least: int
    most: int | None
    strict: bool = True

    def kinds(self, place: int) -> frozenset[Kind]:
        """The kinds that fit the value at this place."""
        return self.takes[min(place, len(self.takes) - 1)]


def call(name: str, values: Sequence[Value]) -> Value:
    """What the function makes of values of the kinds it takes. Raises NoValue."""
    function = FUNCTIONS[name]
    if function.strict and any(value is None for value in values):
        return None
    return function.compute(*values)


def _items(values: Sequence[Value], kinds: Collection[Kind] = ANY) -> Sequence[Value]:
    """The values, and what lies in those that are lists, without what is empty."""
    found = [item for value in values for item in (value if isinstance(value, tuple) else (value,)) if item is not None]
    for item in found:
        if (kind := kind_of(item)) is not None and kind not in kinds:
            raise NoValue(f"la liste contient {called({kind})} ; il y faut {called(kinds)}.")
    return found


def _numbers(values: Sequence[Value]) -> list[Decimal]:
    return [item for item in _items(values, NUMBER) if isinstance(item, Decimal)]


def _sum(*values: Value) -> Decimal:
    return reduce(partial(reckoned, CONTEXT.add), _numbers(values), Decimal())


def _avg(*values: Value) -> Decimal | None:
    count = len(_numbers(values))
    return reckoned(CONTEXT.divide, _sum(*values), Decimal(count)) if count else None


def _extreme(best: Callable[..., Value]) -> Callable[..., Value]:
    def of(*values: Value) -> Value:
        items = _items(values, NUMBER | DATE)
        if len({kind_of(item) for item in items}) > 1:
            raise NoValue("un nombre et une date ne se comparent pas.")
        return best(items, default=None)

    return of


def _round(value: Decimal, places: Decimal = Decimal()) -> Decimal:
    count = whole(places, "le nombre de décimales")
    if abs(count) > _MOST_PLACES:
        raise NoValue(f"on arrondit à {_MOST_PLACES} décimales au plus.")
    rounded = reckoned(CONTEXT.quantize, value, Decimal(1).scaleb(-count))
    return rounded if count >= 0 else reckoned(CONTEXT.quantize, rounded, Decimal(1))  # 1200, not 1.2E+3


def _to(rounding: str) -> Callable[[Decimal], Decimal]:
    return lambda value: reckoned(lambda: value.quantize(Decimal(1), rounding, CONTEXT))


def _date(year: Decimal, month: Decimal, day: Decimal) -> date:
    parts = [whole(part, "chaque partie d’une date") for part in (year, month, day)]
    try:
        return date(*parts)
    except (ValueError, OverflowError):
        raise NoValue("cette date n’existe pas.") from None


def _years(start: date, end: date) -> Decimal:
    """Whole years, as one counts somebody's age."""
    return Decimal(end.year - start.year - ((end.month, end.day) < (start.month, start.day)))


def _contains(values: Value, wanted: Value) -> bool:
    return isinstance(values, tuple) and any(item == wanted and kind_of(item) == kind_of(wanted) for item in values)


FUNCTIONS: Mapping[str, Function] = {
    "abs": Function(lambda value: reckoned(CONTEXT.abs, value), (NUMBER,), NUMBER, 1, 1),
    "avg": Function(_avg, (NUMBER | LIST,), NUMBER, 1, None, strict=False),
    "ceil": Function(_to(ROUND_CEILING), (NUMBER,), NUMBER, 1, 1),
    "contains": Function(_contains, (LIST, ANY - LIST), BOOL, 2, 2, strict=False),
    "count": Function(lambda *values: Decimal(len(_items(values))), (ANY,), NUMBER, 1, None, strict=False),
    "date": Function(_date, (NUMBER,), DATE, 3, 3),
    "days": Function(days_between, (DATE,), NUMBER, 2, 2),
    "empty": Function(lambda value: value is None, (ANY,), BOOL, 1, 1, strict=False),
    "floor": Function(_to(ROUND_FLOOR), (NUMBER,), NUMBER, 1, 1),
    "max": Function(_extreme(max), (NUMBER | DATE | LIST,), NUMBER | DATE, 1, None, strict=False),
    "min": Function(_extreme(min), (NUMBER | DATE | LIST,), NUMBER | DATE, 1, None, strict=False),
    "round": Function(_round, (NUMBER,), NUMBER, 1, 2),
    "sum": Function(_sum, (NUMBER | LIST,), NUMBER, 1, None, strict=False),
    "years": Function(_years, (DATE,), NUMBER, 2, 2),
}
