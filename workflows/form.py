"""The fields of a type as an HTML form has them, read as values and written again. Pure, bounded; nothing a browser may send raises.

A form is flat: `c.<field>`, `c.<field>.name` for a part of a person or a place, `c.<group>.<line>.<field>` within a repeated group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any

from workflows.computed import computed
from workflows.condition import conditions, hold, reader
from workflows.definition import Definition
from workflows.formula import Formula, parse
from workflows.parts.fields import Check, Field, Item
from workflows.reckoned import value_of
from workflows.typed import LINES, Mistyped, one_line, tidy, too_long, value
from workflows.values import NBSP, NNBSP, phone

Raw = Mapping[str, Sequence[str]]
# What a text names: a collectivity, a line of a register, the commune of a place; as it is kept, or None where there is no such. An
# empty text asks for the commune of a place of which none was said.
Find = Callable[[Field, str], Mapping[str, Any] | None]

PREFIX = "c."
YES, NO = "oui", "non"
MOST_LINES = 60  # of a group, that are looked at
MOST_FILES = 50
ON_THE_MAP = "Point indiqué sur la carte"
_NOTHING: Mapping[str, Any] = {}
_LINE = re.compile(r"([0-9]{1,3})(?:\.|$)")
_INSEE = re.compile(r"[0-9][0-9AB][0-9]{3}")
_POINT = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{1,12})?")
_PERSON = (
    Field(name="name", kind="text", label="Prénom et nom", longest=120),
    Field(name="email", kind="email", label="Adresse e-mail"),
    Field(name="phone", kind="phone", label="Téléphone"),
    Field(name="address", kind="long_text", label="Adresse postale", longest=400),
)


def nothing_found(_field: Field, _text: str) -> None:
    """Where nothing can be looked up."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What must be mended: in which input of the form, and how."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form says: the values as a ticket keeps them, and what must be mended.

    `hidden` are the inputs whose condition does not hold; `reckoned` are the computed values, by the name an input would have.
    """

    values: Mapping[str, Any]
    faults: tuple[Fault, ...] = ()
    hidden: frozenset[str] = frozenset()
    reckoned: Mapping[str, Any] = field(default_factory=dict)

    def quiet(self) -> Filled:
        """The same with nothing to mend: a form that is only shown again."""
        return replace(self, faults=())


def read(
    fields: Iterable[Field],
    raw: Raw,
    today: date,
    find: Find = nothing_found,
    before: Mapping[str, Any] = _NOTHING,
    *,
    partly: bool = False,
) -> Filled:
    """The values of these fields. Those whose condition does not hold are left out, whatever was typed.

    `before` are values of fields that are not in the form, of which conditions and formulas may ask. `partly`: no answer is required.
    """
    reading = _Reading(raw, today, find, partly=partly)
    seen = dict(before)
    values = reading.all(fields, PREFIX, seen)
    return Filled(values, tuple(reading.faults), frozenset(reading.hidden), reading.reckoned)


def fill(
    definition: Definition, fields: Iterable[Field], raw: Raw, today: date, find: Find = nothing_found,
    before: Mapping[str, Any] = _NOTHING, *, partly: bool = False,
) -> Filled:  # fmt: skip
    """The same, then what the answers must be together: a check is asked where its field is, and where what it reads could be read."""
    fields = tuple(fields)
    filled = read(fields, raw, today, find, before, partly=partly)
    named = {fault.name.removeprefix(PREFIX).partition(".")[0] for fault in filled.faults}
    names = {one.name for one in fields if PREFIX + one.name not in filled.hidden}
    whole = computed(definition, {**{name: kept for name, kept in before.items() if name not in names}, **filled.values})
    faults = [
        Fault(PREFIX + check.field, check.message)
        for check in definition.checks
        if check.field in names and not _holds(check, whole, named)
    ]
    return replace(filled, faults=(*filled.faults, *faults))


def _holds(check: Check, values: Mapping[str, Any], faulty: set[str]) -> bool:
    formula = _parsed(check.formula)
    if faulty & {name.partition(".")[0] for name in formula.names}:
        return True  # one thing at a time: what it reads is to be mended first
    return value_of(formula, reader(values)) is True


def wanted(items: Iterable[Item], values: Mapping[str, Any]) -> tuple[Item, ...]:
    """The documents that go with these answers."""
    return tuple(item for item in items if hold(conditions(item.when), reader(values)))


def missing(items: Iterable[Item], values: Mapping[str, Any]) -> tuple[Item, ...]:
    """The documents that are needed and not there yet: one that came is a value under its name, as a file is."""
    return tuple(item for item in wanted(items, values) if item.required and not values.get(item.name))


def documents(definition: Definition) -> tuple[Field, ...]:
    """The documents of a type as fields of its form: each a file that may come later. A field of the same name stands for its document."""
    return tuple(
        Field(name=item.name, kind="file", label=item.label, help=item.article, required=False, when=item.when)
        for item in definition.items
        if item.name not in definition.by_field
    )


def lookups(fields: Iterable[Field], raw: Raw) -> Iterator[tuple[Field, str]]:
    """What `find` will be asked: each field that names something kept elsewhere, with what was typed."""
    for one in fields:
        yield from _lookups(one, raw, PREFIX)


def _lookups(one: Field, raw: Raw, prefix: str) -> Iterator[tuple[Field, str]]:
    name = prefix + one.name
    if one.kind == "group":
        for number in lines(raw, name)[:MOST_LINES]:
            for inner in one.fields:
                yield from _lookups(inner, raw, f"{name}.{number}.")
    elif one.kind in ("collectivity", "record", "place") and (text := _text(raw, f"{name}.commune" if one.kind == "place" else name)):
        yield one, text


def lines(raw: Raw, name: str) -> list[int]:
    """The numbers of the lines of a group, as the form has them, in order."""
    start = f"{name}."
    found = {int(line[1]) for key in raw if key.startswith(start) and (line := _LINE.match(key[len(start) :]))}
    return sorted(found)


def as_typed(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, list[str]]:
    """The form that these values would have been typed in, to be shown again: `read` gives the same values."""
    typed: dict[str, list[str]] = {}
    for one in fields:
        _write(typed, one, values.get(one.name), PREFIX + one.name)
    return typed


def _write(typed: dict[str, list[str]], one: Field, kept: Any, name: str) -> None:
    if kept is None or kept == "" or kept == []:
        return
    match one.kind, kept:
        case "group", list():
            for number, line in enumerate(kept):
                typed[f"{name}.{number}"] = [""]
                for inner in one.fields:
                    _write(typed, inner, line.get(inner.name) if isinstance(line, Mapping) else None, f"{name}.{number}.{inner.name}")
        case (("person" | "place"), Mapping()):
            for part, told in kept.items():
                typed[f"{name}.{part}"] = [phone(told) if part == "phone" else str(told)]
        case "collectivity", Mapping():
            typed[name] = [str(kept.get("name") or "")]
        case "record", Mapping():
            title, key = str(kept.get("title") or ""), kept.get("key")  # the key where two lines have one title
            typed[name] = [f"{title} ({key})" if key else title]
        case "check", bool():
            typed[name] = [YES if kept else NO]
        case "number", int() | float():
            typed[name] = [_figures(kept)]
        case "phone", str():
            typed[name] = [phone(kept)]
        case "computed", _:
            pass  # reckoned anew
        case _, list():
            typed[name] = [str(part) for part in kept]
        case _:
            typed[name] = [str(kept)]


def _figures(kept: float) -> str:
    """A number with its comma, and without an exponent."""
    return str(kept) if isinstance(kept, int) else f"{kept:.6f}".rstrip("0").rstrip(".").replace(".", ",")


@lru_cache(maxsize=2048)
def _parsed(text: str) -> Formula:
    return parse(text)


def _text(raw: Raw, name: str) -> str:
    """The one text of an input on one line, bounded: longer than anything that is looked up."""
    given = raw.get(name)
    return one_line(given[0][:500]) if given else ""


class _Reading:
    """One form while it is read."""

    def __init__(self, raw: Raw, today: date, find: Find, *, partly: bool) -> None:
        self.raw, self.today, self.find, self.partly = raw, today, find, partly
        self.faults: list[Fault] = []
        self.hidden: set[str] = set()
        self.reckoned: dict[str, Any] = {}

    def all(self, fields: Iterable[Field], prefix: str, seen: dict[str, Any]) -> dict[str, Any]:
        """The values of fields in their order; `seen` is what their conditions and formulas read, and grows with them."""
        values: dict[str, Any] = {}
        for one in fields:
            name = prefix + one.name
            if not hold(conditions(one.when), reader(seen)):
                self.hidden.add(name)
                seen.pop(one.name, None)
                continue
            kept = self.compute(one.formula, name, seen) if one.formula else self.one(one, name)
            if kept is None:
                seen.pop(one.name, None)
            else:
                values[one.name] = seen[one.name] = kept
        return values

    def compute(self, formula: str, name: str, seen: Mapping[str, Any]) -> Any:
        kept = self.reckoned[name] = value_of(_parsed(formula), reader(seen))
        return kept

    def one(self, one: Field, name: str) -> Any:
        """The value of one field, None where it is blank or must be mended."""
        match one.kind:
            case kind if kind in LINES:
                kept = self.line(one, name)
            case "choice":
                kept = self.choice(one, name)
            case "check":
                kept = self.check(one, name)
            case "file":
                kept = [told for text in list(self.raw.get(name, ()))[:MOST_FILES] if (told := one_line(text[:500]))] or None
            case "person":
                kept = self.person(one, name)
            case "place":
                kept = self.place(one, name)
            case "group":
                kept = self.group(one, name)
            case _:
                kept = self.named(one, name)
        if kept is None and one.required and not self.partly and not any(_within(fault.name, name) for fault in self.faults):
            self.fault(name + (".name" if one.kind == "person" else ".text" if one.kind == "place" else ""), _wanted(one))
        return kept

    def fault(self, name: str, text: str) -> None:
        self.faults.append(Fault(name, text))

    def line(self, one: Field, name: str) -> Any:
        given = self.raw.get(name)
        try:
            return value(one, given[0], self.today) if given else None
        except Mistyped as error:
            self.fault(name, str(error))
            return None

    def choice(self, one: Field, name: str) -> Any:
        given = [tidy(text[:100]).strip() for text in list(self.raw.get(name, ()))[: len(one.choices) + 1]]
        chosen = {text for text in given if text}
        known = [choice.value for choice in one.choices if choice.value in chosen]
        if len(known) != len(chosen):
            self.fault(name, "Choisissez parmi les réponses proposées.")
            return None
        if one.many:
            return known or None
        return known[0] if known else None

    def check(self, one: Field, name: str) -> bool | None:
        """Where it must be answered, yes or no; else a box, whose emptiness is a no."""
        text = _text(self.raw, name)
        if not one.required or text in (YES, NO):
            return text == YES
        if text:
            self.fault(name, "Répondez par oui ou par non.")
        return None

    def person(self, one: Field, name: str) -> Mapping[str, Any] | None:
        kept = {part.name: told for part in _PERSON if (told := self.line(part, f"{name}.{part.name}")) is not None}
        if kept and "name" not in kept and not any(_within(fault.name, name) for fault in self.faults):
            self.fault(f"{name}.name", "Écrivez le prénom et le nom de cette personne.")
        return kept or None

    def place(self, one: Field, name: str) -> Mapping[str, Any] | None:
        kept: dict[str, Any] = {}
        if text := _text(self.raw, f"{name}.text"):
            if len(text) > (most := one.longest or 300):
                self.fault(f"{name}.text", too_long(len(text), most))
            kept["text"] = text
        point = [_text(self.raw, f"{name}.{part}") for part in ("lat", "lon")]
        if all(_POINT.fullmatch(part) for part in point):
            lat, lon = (float(part) for part in point)
            if abs(lat) <= 90 and abs(lon) <= 180:
                kept |= {"text": kept.get("text", ON_THE_MAP), "lat": lat, "lon": lon}
        if not kept:
            return None
        if commune := _text(self.raw, f"{name}.commune"):
            found = self.find(one, commune)
            if found is None:
                self.fault(f"{name}.commune", "Choisissez une commune de la liste, ou écrivez son nom en entier.")
            else:
                kept |= found
        elif _INSEE.fullmatch(insee := _text(self.raw, f"{name}.insee")):
            kept["insee"] = insee
        else:
            kept |= self.find(one, "") or {}
        return kept

    def named(self, one: Field, name: str) -> Mapping[str, Any] | None:
        """A collectivity or a line of a register, by what names it."""
        text = _text(self.raw, name)
        if not text:
            return None
        found = self.find(one, text)
        if found is None:
            what = "collectivité" if one.kind == "collectivity" else "réponse"
            self.fault(name, f"Nous ne trouvons pas «{NBSP}{text[:80]}{NBSP}»{NNBSP}; choisissez une {what} de la liste.")
        return found

    def group(self, one: Field, name: str) -> list[dict[str, Any]] | None:
        kept: list[dict[str, Any]] = []
        for number in lines(self.raw, name)[:MOST_LINES]:
            prefix = f"{name}.{number}."
            if self.blank(prefix):
                continue
            if len(kept) == one.most:
                self.fault(name, f"Ne remplissez que {one.most}{NBSP}lignes au plus{NNBSP}; retirez les autres.")
                break
            if line := self.all(one.fields, prefix, {}):
                kept.append(line)
        return kept or None

    def blank(self, prefix: str) -> bool:
        """Whether nothing was typed in a line of a group. A box that is not ticked says nothing."""
        return not any(key.startswith(prefix) and any(text.strip() for text in texts) for key, texts in self.raw.items())


def _within(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")


def _wanted(one: Field) -> str:
    """What is said where an answer is missing."""
    label = f"«{NBSP}{one.label.rstrip(' :')}{NBSP}»"
    match one.kind:
        case "choice":
            return f"{'Cochez au moins une réponse' if one.many else 'Choisissez une réponse'} pour {label}."
        case "check":
            return f"Répondez par oui ou par non à {label}."
        case "file":
            return f"Joignez un fichier pour {label}."
        case "person":
            return f"Écrivez le prénom et le nom pour {label}."
        case "place":
            return f"Écrivez l’adresse ou le lieu pour {label}."
        case "group":
            return f"Remplissez au moins une ligne de {label}."
        case _:
            return f"Répondez à la question {label}." if one.label.endswith("?") else f"Renseignez {label}."
