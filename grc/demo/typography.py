"""French typography for what agents write. What citizens type stays as they typed it."""

from __future__ import annotations

import re

NBSP, NARROW = "\u00a0", "\u202f"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\w)'(?=\w)"), "’"),
    (re.compile(r"« ?"), f"«{NBSP}"),
    (re.compile(r" ?»"), f"{NBSP}»"),
    (re.compile(r" (?=:)"), NBSP),
    (re.compile(r" (?=[;!?])"), NARROW),
    # a number never parts from what it counts
    (re.compile(r"(?<=\d) (?=(?:\d{3}\b|heures?\b|h\b|euros?\b|m²|m³|mètres?\b|cm\b|m\b|km\b|kVA\b|%|°C|Mo\b|jours?\b))"), NBSP),
    (re.compile(r"(?<=n°) "), NBSP),
    (re.compile(r"\.\.\."), "…"),
)


def french(text: str) -> str:
    """The text with its apostrophes, no-break spaces and quotation marks as a French printer sets them."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
