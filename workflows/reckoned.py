"""Effects whose content is only known at the moment they are asked for: they read the ticket's fields, then become plain effects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from workflows.condition import Read
from workflows.effects import CreateLinked, Effect, Enter, Prioritise, SetField, TellLinked
from workflows.formula import Formula, NoValue

_HIGHEST, _LOWEST = 1, 4
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class SetBy:
    """Set a field to what a formula gives; what it cannot give empties the field."""

    name: str
    formula: Formula

    def reckon(self, read: Read, _words: str) -> Effect:
        """The field with its value."""
        return SetField(self.name, value_of(self.formula, read))


@dataclass(frozen=True, slots=True)
class PrioritiseBy:
    """Set the priority to what a formula gives, held within 1 and 4; 2 where it gives nothing."""

    formula: Formula

    def reckon(self, read: Read, _words: str) -> Effect:
        """The priority."""
        value = value_of(self.formula, read)
        number = round(value) if isinstance(value, int | float) and not isinstance(value, bool) else 2
        return Prioritise(min(max(number, _HIGHEST), _LOWEST))


@dataclass(frozen=True, slots=True)
class CreateBy:
    """Open a linked ticket whose fields come from formulas."""

    type: str
    where: str
    subject: str
    fields: Mapping[str, Formula]
    waits: bool

    def reckon(self, read: Read, _words: str) -> Effect:
        """The ticket to open, with the number of its collectivity where a field names it."""
        where = self.where
        if where.startswith("fields."):
            chosen = read(where)
            where = str(chosen.get("id", "")) if isinstance(chosen, Mapping) else ""
        return CreateLinked(self.type, where, self.subject, {n: value_of(f, read) for n, f in self.fields.items()}, self.waits)


@dataclass(frozen=True, slots=True)
class TellBy:
    """Tell the linked tickets, with the words of the act where they are to be sent."""

    transition: str | None
    message: bool

    def reckon(self, _read: Read, words: str) -> Effect:
        """What they are told."""
        return TellLinked(self.transition, words if self.message else "")


@dataclass(frozen=True, slots=True)
class EnterBy:
    """Add a line to a register whose fields come from formulas."""

    register: str
    fields: Mapping[str, Formula]

    def reckon(self, read: Read, _words: str) -> Effect:
        """The line to add."""
        return Enter(self.register, {name: value_of(formula, read) for name, formula in self.fields.items()})


Reckoned = SetBy | PrioritiseBy | CreateBy | TellBy | EnterBy


def value_of(formula: Formula, read: Read) -> Any:
    """What a formula of the fields gives, as it is kept (numbers as JSON has them, dates as text); None where it gives nothing."""
    try:
        return kept(formula.value(lambda name: _typed(read(f"fields.{name}"))))
    except NoValue:
        return None


def _typed(value: Any) -> Any:
    """A kept value as formulas reckon with it: exact numbers, real dates."""
    match value:
        case bool():
            return value
        case int() | float():
            return Decimal(str(value))
        case str() if _DATE.fullmatch(value):
            try:
                return date.fromisoformat(value)
            except ValueError:
                return value
        case list():
            return [_typed(part) for part in value]
        case _:
            return value


def kept(value: Any) -> Any:
    """A value of a formula as it stands in the fields of a ticket."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
