"""What a formula reckons with: numbers, dates, texts, yes or no, lists; and what each operator makes of two of them.

Numbers are decimal, of 34 digits, and always below 10¹⁵. An empty text is empty, like an unanswered field.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from itertools import product
from operator import ge, gt, le, lt
from typing import Literal, get_args

from grc.clock import PARIS
from grc.fold import fold
from workflows.dates import in_words

Kind = Literal["number", "date", "text", "bool", "list"]
Value = Decimal | date | str | bool | tuple["Value", ...] | None

LONGEST_TEXT = 10_000
ANY: frozenset[Kind] = frozenset(get_args(Kind))
NUMBER: frozenset[Kind] = frozenset({"number"})
DATE: frozenset[Kind] = frozenset({"date"})
BOOL: frozenset[Kind] = frozenset({"bool"})
LIST: frozenset[Kind] = frozenset({"list"})

# A number of more than 15 digits before its point overflows; half a cent is rounded away from zero, as on a bill.
CONTEXT = Context(prec=34, rounding=ROUND_HALF_UP, Emin=-14, Emax=14, traps=[InvalidOperation, DivisionByZero, Overflow])
_ORDER: Mapping[str, Callable[..., bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_CALLED: Mapping[Kind, str] = {
    "number": "un nombre",
    "date": "une date",
    "text": "un texte",
    "bool": "une réponse par oui ou non",
    "list": "une liste",
}


class NoValue(ValueError):
    """The formula has no value for this request; `message` says why, in French."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def taken(raw: object) -> Value:
    """What was read, as a value. A moment is its day in Paris; a row of a repeated group counts, but nothing of it is read."""
    match raw:
        case None | "":
            return None
        case bool() | str():
            return raw
        case int() | float() | Decimal():
            return number(Decimal(repr(raw)) if isinstance(raw, float) else raw)  # 0.1 as it was typed
        case datetime():
            return (raw.astimezone(PARIS) if raw.tzinfo else raw).date()
        case date():
            return raw
        case list() | tuple():
            return tuple(() if isinstance(item, Mapping | list | tuple) else taken(item) for item in raw) or None
    raise NoValue("cette valeur ne peut pas entrer dans un calcul.")


def number(raw: Decimal | int | str) -> Decimal:
    """This number, of at most 34 digits. Raises NoValue where it is too large or none."""
    try:
        found = CONTEXT.create_decimal(raw)
    except DecimalException:
        raise _too_large() from None
    if not found.is_finite():
        raise NoValue("ce n’est pas un nombre.")
    return found


def kind_of(value: Value) -> Kind | None:
    """The kind of a value; None where it is empty."""
    match value:
        case bool():
            return "bool"
        case Decimal():
            return "number"
        case date():
            return "date"
        case str():
            return "text"
        case tuple():
            return "list"
    return None


def called(kinds: Collection[Kind]) -> str:
    """« un nombre ou une date »."""
    return " ou ".join(word for kind, word in _CALLED.items() if kind in kinds)


def _pairs(*kinds: Kind) -> dict[tuple[Kind, Kind], Kind]:
    return {(kind, kind): "bool" for kind in kinds}


_PRODUCT: Mapping[tuple[Kind, Kind], Kind] = {("number", "number"): "number"}
GIVES: Mapping[str, Mapping[tuple[Kind, Kind], Kind]] = {
    "or": _pairs("bool"),
    "and": _pairs("bool"),
    **dict.fromkeys(("=", "<>"), _pairs("number", "date", "text", "bool")),
    **dict.fromkeys(_ORDER, _pairs("number", "date", "text")),
    "&": dict.fromkeys(product(get_args(Kind), repeat=2), "text"),
    "+": {("number", "number"): "number", ("date", "number"): "date", ("number", "date"): "date"},
    "-": {("number", "number"): "number", ("date", "number"): "date", ("date", "date"): "number"},
    "*": _PRODUCT,
    "/": _PRODUCT,
}
"""For each operator between two values, the kinds it goes between and the kind it gives."""


def operate(sign: str, left: Value, right: Value) -> Value:
    """What the operator makes of two values it goes between, `and` and `or` apart. Raises NoValue.

    With an empty one arithmetic is empty, and nothing is smaller or greater; only what is empty equals what is empty.
    """
    if sign == "&":
        return _short(_written(left) + _written(right))
    if sign in ("=", "<>"):
        return (left == right) is (sign == "=")
    if sign in _ORDER:
        return left is not None and right is not None and _ORDER[sign](_ordered(left), _ordered(right))
    if left is None or right is None:
        return None
    match sign, left, right:
        case "+", Decimal(), Decimal():
            return reckoned(CONTEXT.add, left, right)
        case "-", Decimal(), Decimal():
            return reckoned(CONTEXT.subtract, left, right)
        case "*", Decimal(), Decimal():
            return reckoned(CONTEXT.multiply, left, right)
        case "/", Decimal(), Decimal():
            if not right:
                raise NoValue("division par zéro.")
            return reckoned(CONTEXT.divide, left, right)
        case "+", date(), Decimal():
            return _days_later(left, right)
        case "+", Decimal(), date():
            return _days_later(right, left)
        case "-", date(), Decimal():
            return _days_later(left, right.copy_negate())
        case "-", date(), date():
            return days_between(right, left)
    raise AssertionError(sign)


def negative(value: Decimal) -> Decimal:
    """The number with the other sign."""
    return CONTEXT.minus(value)


def reckoned(compute: Callable[..., Decimal], *values: Decimal) -> Decimal:
    """The number that comes out, never « -0 ». Raises NoValue where it is too large."""
    try:
        return CONTEXT.plus(compute(*values))
    except DecimalException:
        raise _too_large() from None


def _too_large() -> NoValue:
    return NoValue("le nombre est trop grand : quinze chiffres au plus avant la virgule.")


def _days_later(day: date, count: Decimal) -> date:
    try:
        return day + timedelta(days=whole(count, "un nombre de jours"))
    except OverflowError:
        raise NoValue("la date sort du calendrier.") from None


def days_between(start: date, end: date) -> Decimal:
    return Decimal((end - start).days)


def whole(value: Decimal, what: str) -> int:
    if value != value.to_integral_value():
        raise NoValue(f"{what} est un nombre entier ; arrondissez-le avec « round(…) ».")
    return int(value)


def _ordered(value: Value) -> Value:
    return fold(value) if isinstance(value, str) else value


def _written(value: Value) -> str:
    """The value as a French sentence has it: 1234,50, 1er mars 2026, oui."""
    match value:
        case bool():
            return "oui" if value else "non"
        case Decimal():
            whole, _, decimals = f"{value:f}".partition(".")
            decimals = decimals[:2] + decimals[2:].rstrip("0")  # 14,400 would read as thousands
            return f"{whole},{decimals}" if decimals else whole
        case date():
            return in_words(value)
        case tuple():
            return ", ".join(_written(item) for item in value if item is not None)
    return value or ""


def _short(text: str) -> str | None:
    if len(text) > LONGEST_TEXT:
        raise NoValue(f"le texte est trop long : {LONGEST_TEXT} signes au plus.")
    return text or None
