"""What a form of the builder sends, as changes of a document: each input is named by the kind of value and the path it stands at. Pure.

t:states/received/label       a text, kept even where it is empty: what is wrong is told, never refused
o:fields/@lieu/help           a text that may be left out
n:fields/@lieu/longest        a number that may be left out
b1:, b0:                      a box, whose value without a word is yes (1), no (0)
s:transitions/@close/who/agent   one of several boxes: a list that needs one; e: a list that may be left out
l:keywords                    a list, a line each
v:transitions/@close/effects/0/value   a value whose kind is seen from its words
d:deadlines/answer/after/count, …/unit, …/field   a length of time
w:fields/@lieu/when/0/key, …/test, …/value, …/is/haute   a row of a condition
f:transitions/@x/effects/0/fields   names and formulas, a line each: `lieu = lieu`
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workflows.edit import MISSING, Path, at, parse
from workflows.vocabulary import FACTS, UNITS

Change = tuple[Path, Any]
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}[.,][0-9]{1,6}")
YES_OR_NO = ("answered", "assigned", "member", "may_answer", "automatic", "subscribed", "covered")


def changes(form: Mapping[str, str], whole: Any) -> Iterator[Change]:
    """The values that the form says and the document does not say yet, in the order of the form."""
    for path, value in said(form, whole):
        if at(whole, path) != value and not (value is MISSING and at(whole, path) is MISSING):
            yield path, value


def said(form: Mapping[str, str], whole: Any) -> Iterator[Change]:
    """All the values that the form says, MISSING where it says nothing."""
    together: dict[tuple[str, str], dict[str, str]] = {}
    for name, text in form.items():
        kind, colon, spelt = name.partition(":")
        if not colon:
            continue
        path = parse(spelt)
        match kind:
            case "t":
                yield path, text.strip()
            case "o":
                yield path, text.strip() or MISSING
            case "n":
                yield path, number(text)
            case "b1" | "b0":
                said = text == "1"
                yield path, MISSING if said == (kind == "b1") else said
            case "l":
                yield path, [line.strip() for line in text.split("\n") if line.strip()] or MISSING
            case "v":
                yield path, scalar(text)
            case "f":
                yield path, _formulas(text) or MISSING
            case "s" | "e":
                together.setdefault((kind, spelt.rpartition("/")[0]), {})[spelt.rpartition("/")[2]] = text
            case "d":
                together.setdefault((kind, spelt.rpartition("/")[0]), {})[spelt.rpartition("/")[2]] = text
            case "w":
                start, _, rest = spelt.partition("/when/")
                together.setdefault((kind, f"{start}/when" if start != "when" else start), {})[rest] = text
    for (kind, spelt), texts in together.items():
        path = parse(spelt)
        match kind:
            case "s" | "e":
                chosen = [value for value, text in texts.items() if text == "1"]
                yield path, chosen if chosen or kind == "s" else MISSING
            case "d":
                yield path, _span(texts)
            case _:
                yield path, condition(texts, whole) or MISSING


def number(text: str) -> Any:
    """A number, MISSING where there is none; what is none stays as it was typed, so that it can be told."""
    plain = text.strip().replace("\u00a0", "").replace("\u202f", "")
    if _NUMBER.fullmatch(plain):
        return int(plain)
    if _DECIMAL.fullmatch(plain):
        return float(plain.replace(",", "."))
    return plain or MISSING


def scalar(text: str) -> Any:
    """Yes, no, a whole number or a word; MISSING where nothing was typed."""
    plain = text.strip()
    if plain in ("true", "false"):
        return plain == "true"
    return int(plain) if _NUMBER.fullmatch(plain) else plain or MISSING


def _span(texts: Mapping[str, str]) -> Any:
    unit, count, field = texts.get("unit", ""), number(texts.get("count", "")), texts.get("field", "").strip()
    if count is MISSING or unit not in UNITS:
        return MISSING
    return {unit: count, **({"field": field} if field else {})}


def _formulas(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.split("\n") if "=" in line)
    return {name.strip(): formula.strip() for name, _, formula in pairs if name.strip()}


def condition(rows: Mapping[str, str], whole: Any) -> dict[str, Any]:
    """A `when` of rows named `<number>/key`, `<number>/test`, `<number>/value` or `<number>/is/<value>`. Rows on one key hold together."""
    numbers = dict.fromkeys(name.partition("/")[0] for name in rows)
    made: dict[str, Any] = {}
    for number_ in numbers:
        key = rows.get(f"{number_}/key", "").strip()
        if not key:
            continue
        told = _told(rows, number_, possible(whole, key), rows.get(f"{number_}/test") or "is")
        before = made.get(key)
        made[key] = (
            told if before is None or isinstance(told, list) else {**(before if isinstance(before, Mapping) else {"is": before}), **told}
        )
    return made


def _told(rows: Mapping[str, str], number_: str, known: Mapping[Any, str] | None, test: str) -> Any:
    if test in ("filled", "empty"):
        return {"filled": test == "filled"}
    if test in ("min", "max"):
        bound = number(rows.get(f"{number_}/value", ""))
        return {"filled": True} if bound is MISSING else {test: bound}
    if known is None:
        values = [scalar(part) for part in rows.get(f"{number_}/value", "").split(",") if part.strip()]
    else:
        values = [value for value in known if rows.get(f"{number_}/is/{spelt(value)}") == "1"]
        if not values and not any(name.startswith(f"{number_}/is/") for name in rows):
            values = [next(iter(known))]  # a row that was just begun: the first answer, to be seen and changed
    if not values:
        return {"filled": True} if test == "is" else {"filled": False}
    return values if test == "is" else {test: values}


def possible(whole: Any, key: str) -> Mapping[Any, str] | None:
    """The values that a key of a condition can take, with their words; None where they are typed."""
    if key in YES_OR_NO:
        return {True: "oui", False: "non"}
    if key == "priority":
        return {1: "1, urgente", 2: "2, normale", 3: "3, basse", 4: "4, aucune"}
    if not key.startswith("fields."):
        return None
    field = at(whole, ("fields", f"@{key.removeprefix('fields.')}"))
    if not isinstance(field, Mapping):
        return None
    if field.get("kind") == "check":
        return {True: "oui", False: "non"}
    choices = field.get("choices")
    if field.get("kind") != "choice" or not isinstance(choices, list) or not choices:
        return None
    return {str(choice.get("value")): str(choice.get("label") or choice.get("value")) for choice in choices if isinstance(choice, Mapping)}


def spelt(value: Any) -> str:
    """A value of a condition as an input names it."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def keys(whole: Any) -> Mapping[str, str]:
    """What a condition may ask: the fields of the type, then what a request says of itself."""
    fields = whole.get("fields") if isinstance(whole, Mapping) else None
    asked = {
        f"fields.{field['name']}": str(field.get("label") or field["name"])
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, Mapping) and "name" in field
    }
    return {**asked, **FACTS}
