"""A typed request as the letter that is kept of it: its answers in words, then what was written freely; and its subject. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from workflows.definition import Definition
from workflows.form import Raw
from workflows.parts.fields import Field
from workflows.values import NBSP, say

LONGEST_SUBJECT = 150
_FIRST = ("place", "text", "long_text", "choice")  # which answer the subject says after the title, the kinds in order


def letter(fields: Iterable[Field], values: Mapping[str, Any], free: str) -> str:
    """The whole message. A file is not said: it goes with it."""
    told = [line for one in fields if one.kind != "file" and (line := _said(one, values.get(one.name)))]
    return "\n".join(told) + ("\n\n" if told and free else "") + free


def subject(definition: Definition, values: Mapping[str, Any], free: str) -> str:
    """The title of the type with its place, or the first words that were given."""
    asked = [one for one in reversed(definition.fields) if one.by == "requester" and values.get(one.name)]
    answers: dict[str, str] = {one.kind: say(one, values[one.name]) for one in asked}  # of each kind the first
    first = next((answers[kind] for kind in _FIRST if answers.get(kind)), free)
    words = " ".join(first.split())
    whole = f"{definition.title}{NBSP}: {words}" if words else definition.title
    return whole if len(whole) <= LONGEST_SUBJECT else whole[: LONGEST_SUBJECT - 1].rsplit(" ", 1)[0] + "…"


def unread(raw: Raw, free: str) -> str:
    """What was typed in a form that is not there any more, line by line, so that nothing of it is lost."""
    told = [" ".join(text.split()) for name, texts in raw.items() if name.startswith("c.") for text in texts if text.strip()]
    return "\n".join([*told, free]).strip()


def _said(one: Field, value: Any) -> str:
    text = say(one, value)
    if not text or (one.kind == "check" and value is False and not one.required):
        return ""
    label = one.label.rstrip(" :")
    if "\n" in text:
        return f"{label}{'' if label.endswith('?') else f'{NBSP}:'}\n{text}"
    return f"{label} {text}" if label.endswith("?") else f"{label}{NBSP}: {text}"
