"""What a collectivity may say of its own on a type of the agency: its words, delays and roles; never the law, the states, the names. Pure.

A `patch` is a document said on top of the type (`workflows/inherit.py`). `seen` says in the same places what the agency said when the patch
was written: where the agency says something else since, somebody must look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from workflows import edit
from workflows.edit import MISSING, Path
from workflows.inherit import key_of
from workflows.notice import BadText, unknown, variables_of
from workflows.vocabulary import ACTORS, UNITS

# The places that may be said again: a star is any part of that list.
ALLOWED: tuple[Path, ...] = (
    ("title",), ("summary",), ("service",), ("open",), ("opens",), ("closes",), ("keywords",), ("needs",),
    ("fields", "*", "label"), ("fields", "*", "help"),
    ("texts", "*", "subject"), ("texts", "*", "body"),
    ("deadlines", "*", "after"),
    ("transitions", "*", "who"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """A place where a collectivity says something of its own: `ours`; what the agency said `then` (MISSING: nothing), and says `now`."""

    path: Path
    ours: Any
    then: Any
    now: Any

    @property
    def waits(self) -> bool:
        """Whether the agency says something else since: keep ours, or take theirs."""
        return bool(self.then != self.now and self.ours != self.now)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why something cannot be said at a place, in French."""

    path: Path
    text: str


def allowed(path: Path) -> bool:
    """Whether a collectivity may say this of its own."""
    return any(len(path) == len(one) and all(star in ("*", step) for star, step in zip(one, path, strict=True)) for one in ALLOWED)


def places(patch: Mapping[str, Any]) -> tuple[Path, ...]:
    """The places at which a patch says something."""
    return tuple(_places(patch, ()))


def _places(part: Any, path: Path) -> Iterator[Path]:
    if not isinstance(part, Mapping):
        return
    for key, value in part.items():
        here = (*path, key)
        name = key_of(key)
        if allowed(here):
            yield here
        elif name and isinstance(value, list):
            for one in value:
                step = f"@{one[name]}"
                yield from _places({k: v for k, v in one.items() if k != name}, (*here, step))
        elif isinstance(value, Mapping):
            yield from _places(value, here)


def said(patch: Mapping[str, Any], seen: Mapping[str, Any], whole: Mapping[str, Any]) -> tuple[Said, ...]:
    """What a collectivity says of its own on this whole document, place by place, in the order of ALLOWED."""
    found = [Said(path, edit.at(patch, path), edit.at(seen, path), edit.at(whole, path)) for path in places(patch)]
    return tuple(sorted(found, key=lambda one: next(n for n, star in enumerate(ALLOWED) if _fits(star, one.path))))


def _fits(star: Path, path: Path) -> bool:
    return len(star) == len(path) and all(one in ("*", step) for one, step in zip(star, path, strict=True))


def waiting(patch: Mapping[str, Any], seen: Mapping[str, Any], whole: Mapping[str, Any]) -> tuple[Said, ...]:
    """The places where the agency says something else since, and one must look."""
    return tuple(one for one in said(patch, seen, whole) if one.waits and one.path in places(fitting(whole, patch)))


def fitting(whole: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The patch as far as it fits this document: a later version may have lost a field, or a text one of its variables.

    What does not fit any more is left out, so that a new version of the agency never breaks a type that was set for a commune.
    """
    made: Any = {}
    for path in places(patch):
        value = edit.at(patch, path)
        if edit.at(whole, path[:-1]) is not MISSING and not wrong(whole, path, value, strictly=False):
            made = edit.put(made, whole, path, value)
    return dict(made)


def seen_after(whole: Mapping[str, Any], patch: Mapping[str, Any], before: Mapping[str, Any], looked: Collection[Path]) -> dict[str, Any]:
    """What the agency says in the places of the patch: as it is now where somebody looked, else as it was when he did."""
    made: Any = {}
    for path in places(patch):
        value = edit.at(whole if path in looked else before, path)
        if value is not MISSING:
            made = _place_in(made, path, value)
    return dict(made)


def _place_in(made: Any, path: Path, value: Any) -> Any:
    """The value at its place, whatever lies below: a named part of a list is made where it is not there."""
    for n, step in enumerate(path):
        if step.startswith("@") and edit.at(made, path[: n + 1]) is MISSING:
            made = edit.add(made, {}, path[:n], {key_of(path[n - 1]): step[1:]})
    return edit.put(made, {}, path, value)


def say(patch: Mapping[str, Any], whole: Mapping[str, Any], path: Path, value: Any) -> tuple[dict[str, Any], Wrong | None]:
    """The patch with this said at a place, or why not. What the agency says already is said by saying nothing; so is MISSING."""
    if not allowed(path) or edit.at(whole, path[:-1]) is MISSING:
        return dict(patch), Wrong(path, "Ce réglage n’appartient pas à la collectivité : il est le même pour tous.")
    if value is MISSING or value == edit.at(whole, path):
        return dict(edit.forget(dict(patch), path)), None
    found = wrong(whole, path, value, strictly=True)
    if found:
        return dict(patch), Wrong(path, found)
    return dict(edit.put(dict(patch), whole, path, value)), None


def wrong(whole: Mapping[str, Any], path: Path, value: Any, *, strictly: bool) -> str:
    """Why this cannot be said there; empty where it can. `strictly`: a text must say all that the agency's says with its variables."""
    match path[-1]:
        case "title" | "summary" | "label" | "subject" | "body" if not isinstance(value, str) or not value.strip():
            return "Ce texte est vide : écrivez-le, ou reprenez celui de l’agence."
        case "subject" | "body":
            return _text_wrong(whole, path, value, strictly=strictly)
        case "who" if not isinstance(value, list) or not value or not set(value) <= set(ACTORS):
            return "Choisissez au moins un rôle."
        case "who" if set(value) == {"requester"} and edit.at(whole, path) != ["requester"]:
            return "Gardez au moins un rôle du service."
        case "after" if not _is_length(value):
            return "Un délai est un nombre et une unité."
        case "opens" | "closes" if not _is_day(value):
            return "Écrivez une date, par exemple 2026-12-31."
        case "open" if not isinstance(value, bool):
            return "Choisissez oui ou non."
        case "keywords" | "needs" if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            return "Écrivez une chose par ligne."
        case _:
            return ""


def _text_wrong(whole: Mapping[str, Any], path: Path, value: str, *, strictly: bool) -> str:
    fields = [part["name"] for part in whole.get("fields") or [] if isinstance(part, Mapping) and "name" in part]
    theirs = edit.at(whole, path)
    try:
        strange = unknown(value, fields)
        lost = variables_of(theirs) - variables_of(value) if strictly and isinstance(theirs, str) else frozenset()
    except BadText as error:
        return f"Ce texte ne peut pas être écrit : {error}."
    if strange:
        return f"La variable « {strange[0]} » n’existe pas."
    if lost:
        return f"Il manque {_listed(sorted(lost))} : gardez ce que l’agence dit avec des variables."
    return ""


def _listed(names: list[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


def _is_length(value: Any) -> bool:
    if not isinstance(value, Mapping) or len(units := [unit for unit in UNITS if unit in value]) != 1 or set(value) - {*units, "field"}:
        return False
    number = value[units[0]]
    return isinstance(number, int) and not isinstance(number, bool) and 0 < number <= (120 if units[0] == "months" else 3_660)


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False
