"""What a form of the builder does to a document: put values, add, remove or move a part, let it be what the type below says. Pure.

A part that is added gets a name of its own, made of its label; it begins as its kind is and says nothing that nobody meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.fold import fold
from workflows import edit, inputs
from workflows.edit import Astray, Path, parse, spell
from workflows.inherit import BEFORE, key_of

# Lists whose parts are keys of a mapping.
KEYED = ("states", "deadlines", "texts", "documents")
_LONGEST = 1_000  # characters of a step


@dataclass(frozen=True, slots=True)
class Changed:
    """A document after a change: what it says itself, which part the change was about, and what that part is called where it is gone."""

    own: Any
    path: Path = ()
    gone: str = ""


def change(act: str, own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    """The document after this act of a form: first the values that its inputs say, then the act itself.

    Astray: the form is about a part that is not there; KeyError: no such act.
    """
    doing = _ACTS[act]
    for path, value in inputs.changes(form, edit.whole(own, below)):
        own = edit.put(own, below, path, value)
    return doing(own, below, form)


def _put(own: Any, _below: Any, _form: Mapping[str, str]) -> Changed:
    return Changed(own)


def _add(own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    path = _path(form)
    what, spelt = path[-1], spell(path)
    label, kind = form.get(f"libelle:{spelt}", "").strip()[:200], form.get(f"genre:{spelt}", "")
    if what not in _NEW:
        raise Astray(f"nothing is added to {what}")
    part, holder = _NEW[what](label, kind), edit.at(edit.whole(own, below), path)
    if what in KEYED:
        step = _name(label or what, tuple(holder) if isinstance(holder, Mapping) else ())
        return Changed(edit.put(own, below, (*path, step), part), (*path, step))
    parts = holder if isinstance(holder, list) else []
    if key := key_of(what):
        taken = [str(one[key]) for one in parts if isinstance(one, Mapping) and key in one]
        name = edit.free_name(label, taken) if key == "title" else _name(label or what, taken)
        return Changed(edit.add(own, below, path, {key: name, **part}), (*path, f"@{name}"))
    first = what == BEFORE  # the newest reaction is the first that is asked: it would never be taken behind one that fits more
    return Changed(edit.add(own, below, path, part, 0 if first else None), (*path, "0" if first else str(len(parts))))


def _remove(own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    path = _path(form)
    part = edit.at(edit.whole(own, below), path)
    return Changed(edit.drop(own, below, path), path, called(part, path[-1]))


def _up(own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    return _moved(own, below, _path(form), -1)


def _down(own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    return _moved(own, below, _path(form), 1)


def _moved(own: Any, below: Any, path: Path, by: int) -> Changed:
    step = path[-1]
    return Changed(edit.move(own, below, path, by), (*path[:-1], str(max(int(step) + by, 0)) if step.isdigit() else step))


def _forget(own: Any, below: Any, form: Mapping[str, str]) -> Changed:
    path = _path(form)
    return Changed(edit.forget(own, path), path)


def called(part: Any, step: str) -> str:
    """What a person calls a part: its label, title or subject, else the word it is known by."""
    if isinstance(part, Mapping):
        for key in ("label", "title", "subject"):
            if part.get(key):
                return str(part[key])
    return step.removeprefix("@") if not step.isdigit() else ""


def _path(form: Mapping[str, str]) -> Path:
    path = parse(form.get("chemin", ""))
    if not path or len(path) > 8 or any(len(step) > _LONGEST for step in path):
        raise Astray("the form names no part")
    return path


def _name(label: str, taken: Sequence[str]) -> str:
    """A name for a part with this label that none of its like has: `nombre_de_personnes`."""
    plain = "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(label)).split())[:36].strip("_") or "partie"
    return edit.free_name(plain if plain[0].isalpha() else f"n_{plain}", taken)


_ACTS: Mapping[str, Callable[[Any, Any, Mapping[str, str]], Changed]] = {
    "poser": _put, "ajouter": _add, "retirer": _remove, "monter": _up, "descendre": _down, "rendre": _forget,
}  # fmt: skip
ACTS = tuple(_ACTS)
_FIELD: Mapping[str, dict[str, Any]] = {
    "choice": {"choices": []},
    "group": {"fields": []},
    "computed": {"formula": ""},
    "record": {"of": ""},
}
_EFFECT: Mapping[str, dict[str, Any]] = {
    "assign": {"to": "actor"}, "prioritise": {"to": 1}, "notify": {"text": ""}, "meet_deadline": {"kind": ""}, "alarm": {"word": "a_voir"},
    "record": {"what": "act", "why": ""}, "set": {"field": ""}, "create": {"type": "", "subject": ""}, "produce": {"document": ""},
    "call": {"hook": ""}, "enter": {"register": "", "fields": {}},
}  # fmt: skip
_NEW: Mapping[str, Callable[[str, str], dict[str, Any]]] = {
    "fields": lambda label, kind: {"kind": kind or "text", "label": label, **_FIELD.get(kind, {})},
    "choices": lambda label, _kind: {"label": label},
    "items": lambda label, _kind: {"label": label},
    "checks": lambda label, _kind: {"formula": "", "message": label, "field": ""},
    "states": lambda label, kind: {"label": label, "citizen": "", "phase": kind or "open"},
    "transitions": lambda label, _kind: {"label": label, "from": [], "who": ["agent", "chief", "admin"]},
    "reactions": lambda _label, kind: {"on": kind or "note"},
    "deadlines": lambda label, _kind: {"label": label, "why": "", "after": {"working_days": 10}},
    "cases": lambda _label, _kind: {"when": {}, "after": {"working_days": 5}},
    "reminders": lambda _label, _kind: {"before": {"working_days": 1}},
    "texts": lambda label, _kind: {"subject": label, "body": ""},
    "documents": lambda label, _kind: {"title": label, "body": "", "file": f"{label}.pdf"},
    "figures": lambda label, kind: {"label": label, "measure": kind or "count"},
    "effects": lambda _label, kind: {"do": kind, **_EFFECT.get(kind, {})},
}
