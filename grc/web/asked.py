"""The fields of a form as a page draws them: what was typed, what must be mended, what can be chosen, and what is shown when. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

from grc.types.options import NONE, Option, Options
from workflows.form import PREFIX, Filled, Raw, lines
from workflows.parts.fields import Field
from workflows.values import say

SEEN = "vu"  # the name of the hidden inputs that say which of the questions with a condition were to be seen
ANY_LINE = "__n__"  # the number of the line that scripts copy
_PARTS = {"person": ("name", "email", "phone", "address"), "place": ("text", "commune", "insee", "lat", "lon")}
_PICKABLE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2})?")
_NO_FILES: Mapping[str, Sequence[Any]] = {}


@dataclass(frozen=True, slots=True)
class Part:
    """One input: its name, what was typed in it, and what must be mended."""

    name: str
    typed: Sequence[str] = ()
    faults: Sequence[str] = ()
    mark: str = ""

    @property
    def id(self) -> str:
        """Its mark in the page."""
        return self.mark + anchor(self.name)

    @property
    def value(self) -> str:
        """What was typed."""
        return self.typed[0] if self.typed else ""

    @property
    def wrong(self) -> str:
        """The mark of what is said of it, empty where nothing is."""
        return f"{self.id}-faute" if self.faults else ""

    @property
    def pickable(self) -> bool:
        """Whether the browser's own chooser of dates can show it; anything else stays a text, so that nothing typed is lost."""
        return not self.value or _PICKABLE.fullmatch(self.value) is not None


@dataclass(frozen=True, slots=True)
class Asked:
    """A field as it is drawn. `when` is its condition as scripts read it, `opens` whether another question hangs on its answer."""

    field: Field
    input: Part
    hidden: bool = False
    when: str = ""
    opens: bool = False
    options: Sequence[Option] = ()
    parts: Mapping[str, Part] = dataclass_field(default_factory=dict)
    lines: Sequence[Line] = ()
    blank: Line | None = None
    told: str = ""  # a computed value, in words
    kept: Sequence[Any] = ()  # files that came before
    required: bool = True
    optional: bool = False  # it is said that it may be left empty; not where nothing is required

    @property
    def wrong(self) -> bool:
        """Whether something in it must be mended."""
        return bool(self.input.faults) or any(part.faults for part in self.parts.values()) or any(line.wrong for line in self.lines)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a repeated group."""

    number: int | str
    asked: Sequence[Asked]

    @property
    def wrong(self) -> bool:
        """Whether something in it must be mended."""
        return any(one.wrong for one in self.asked)


def anchor(name: str) -> str:
    """The mark in the page of an input: `c-lignes-0-quoi`."""
    return name.replace(".", "-")


def draw(
    fields: Iterable[Field], raw: Raw, filled: Filled, options: Options = NONE, faults: Mapping[str, Sequence[str]] | None = None,
    kept: Mapping[str, Sequence[Any]] = _NO_FILES, *, partly: bool = False, mark: str = "",
) -> list[Asked]:  # fmt: skip
    """The form: `faults` by the name of an input, `kept` the files that came before by the same.

    `partly`: no answer is required. `mark` begins the marks of its inputs, where a page has several forms with the same fields.
    """
    return _Drawing(raw, filled, options, faults or {}, kept, mark, partly=partly).all(tuple(fields), PREFIX)


def by_input(faults: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What must be mended, by the name of its input."""
    found: dict[str, list[str]] = {}
    for name, text in faults:
        found.setdefault(name, []).append(text)
    return found


def new_questions(fields: Iterable[Field], raw: Raw, filled: Filled) -> frozenset[str]:
    """The inputs that are asked now, but were not to be seen when the form was sent: an answer has opened them."""
    seen = frozenset(raw.get(SEEN, ()))
    found = []
    for one in fields:
        for name, inner in ((PREFIX + one.name, one), *_inner(one, raw)):
            if inner.when and name not in filled.hidden and name not in seen:
                found.append(name)
    return frozenset(found)


def _inner(one: Field, raw: Raw) -> Iterable[tuple[str, Field]]:
    name = PREFIX + one.name
    return [(f"{name}.{number}.{inner.name}", inner) for number in lines(raw, name) for inner in one.fields]


class _Drawing:
    """One form while it is drawn."""

    def __init__(
        self, raw: Raw, filled: Filled, options: Options, faults: Mapping[str, Sequence[str]], kept: Mapping[str, Sequence[Any]],
        mark: str, *, partly: bool,
    ) -> None:  # fmt: skip
        self.raw, self.filled, self.options, self.faults, self.kept = raw, filled, options, faults, kept
        self.mark, self.partly = mark, partly

    def all(self, fields: Sequence[Field], prefix: str) -> list[Asked]:
        asked_of = {key.split(".")[1] for one in fields for key in one.when if key.startswith("fields.")}
        return [self.one(one, prefix + one.name, opens=one.name in asked_of) for one in fields]

    def one(self, one: Field, name: str, *, opens: bool) -> Asked:
        return Asked(
            field=one,
            input=self.part(name),
            hidden=name in self.filled.hidden,
            when=condition_data(one),
            opens=opens,
            options=self.options.of(one),
            parts={part: self.part(f"{name}.{part}") for part in _PARTS.get(one.kind, ())},
            lines=self.lines(one, name) if one.kind == "group" else (),
            blank=Line(ANY_LINE, self.all(one.fields, f"{name}.{ANY_LINE}.")) if one.kind == "group" else None,
            told=say(one, self.filled.reckoned.get(name)) if one.formula else "",
            kept=self.kept.get(name, ()),
            required=one.required and not self.partly,
            optional=not one.required and not self.partly,
        )

    def part(self, name: str) -> Part:
        return Part(name, self.raw.get(name, ()), self.faults.get(name, ()), self.mark)

    def lines(self, one: Field, name: str) -> list[Line]:
        return [Line(number, self.all(one.fields, f"{name}.{number}.")) for number in (lines(self.raw, name) or [0])[: one.most]]


def condition_data(one: Field) -> str:
    """The condition of a field for scripts, as JSON: a list of `{key, is, not, min, max, filled}`; empty where it has none."""
    asked = [
        {
            "key": key.removeprefix("fields."),
            **({"is": test} if isinstance(test, list) else test.model_dump(exclude_none=True, by_alias=True)),
        }
        for key, test in one.when.items()
    ]
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":")) if asked else ""
