"""The value of a field in words, as texts, documents and screens say it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from workflows.dates import in_words
from workflows.parts.fields import Field

NBSP, NNBSP = "\u00a0", "\u202f"
_PARTED = frozenset({"person", "place", "collectivity", "record"})  # whose value is several, by name


def say(field: Field, value: Any) -> str:
    """`12,50 €`, `oui`, `lundi`, the lines of a group…; empty where there is no value."""
    if value is None or value == "" or value == []:
        return ""
    if (field.kind in _PARTED) != isinstance(value, Mapping):
        return _plain(value) if not isinstance(value, Mapping) else ", ".join(str(part) for part in value.values())
    match field.kind:
        case "choice":
            words = {choice.value: choice.label for choice in field.choices}
            return ", ".join(words.get(one, str(one)) for one in (value if isinstance(value, list) else [value]))
        case "check":
            return "oui" if value else "non"
        case "number":
            return _with_unit(field, number(value))
        case "computed":
            return _with_unit(field, number(value)) if isinstance(value, int | float) and not isinstance(value, bool) else _plain(value)
        case "phone":
            return phone(str(value))
        case "person":
            parts = (value.get("name"), value.get("email"), phone(str(value.get("phone") or "")), value.get("address"))
            return ", ".join(str(part) for part in parts if part)
        case "place":
            text, commune = str(value.get("text") or ""), str(value.get("commune") or "")
            return text if not commune or commune in text else f"{text}, {commune}"
        case "collectivity":
            return str(value.get("name") or "")
        case "record":
            return str(value.get("title") or "")
        case "file":
            return ", ".join(str(name) for name in value) if isinstance(value, list) else str(value)
        case "group" if isinstance(value, list):
            return "\n".join(f"- {line}" for line in group_lines(field, value))
        case _:
            return _plain(value)


def group_lines(field: Field, value: Sequence[Any]) -> list[str]:
    """Each part of a repeated group on a line: `Quantité : 2, Taille : M`; a label that asks needs no colon."""
    lines = []
    for part in value:
        if not isinstance(part, Mapping):
            continue
        told = [(inner.label, say(inner, part.get(inner.name))) for inner in field.fields]
        lines.append(", ".join(f"{label} {text}" if label.endswith("?") else f"{label}{NBSP}: {text}" for label, text in told if text))
    return lines


def number(value: float) -> str:
    """`1 234,5`, with the comma and the thin space of French."""
    text = f"{value:,}" if isinstance(value, int) else f"{value:,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", NNBSP).replace(".", ",")


def phone(kept: str) -> str:
    """A telephone number as one writes it by hand: `05 58 12 34 56`; one of another country as it is dialled."""
    if not kept.startswith("+33") or len(kept) != 12:
        return kept
    national = f"0{kept[3:]}"
    return NBSP.join(national[n : n + 2] for n in range(0, 10, 2))


def _with_unit(field: Field, text: str) -> str:
    return f"{text}{NBSP}{field.unit}" if field.unit else text


def _plain(value: Any) -> str:
    if isinstance(value, str):
        try:
            if len(value) == 10 and value[4:5] == value[7:8] == "-":
                return in_words(date.fromisoformat(value))
            if len(value) >= 16 and value[10:11] == "T":
                moment = datetime.fromisoformat(value)
                return f"{in_words(moment.date())} à {moment.hour}{NBSP}h{NBSP}{moment.minute:02}"
        except ValueError:
            pass
    if isinstance(value, bool):
        return "oui" if value else "non"
    return str(value)
