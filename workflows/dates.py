"""Dates as French writes and reads them."""

from __future__ import annotations

import re
from datetime import date

from grc.fold import fold

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")
_NUMBERS = {fold(month): number for number, month in enumerate(_MONTHS, 1)}
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_FIGURES = re.compile(r"([0-9]{1,2})[/. -]([0-9]{1,2})[/. -]([0-9]{4})")
_WORDS = re.compile(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4})")


def in_words(day: date) -> str:
    """« 1er mars 2026 »."""
    return f"{'1er' if day.day == 1 else day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def with_weekday(day: date) -> str:
    """« dimanche 1er mars 2026 »."""
    return f"{_DAYS[day.weekday()]} {in_words(day)}"


def days_in_words(count: int) -> str:
    """« 1 jour », « 16 jours »."""
    return f"{count}\u00a0jour{'s' if count > 1 else ''}"


def day_in(text: str) -> date | None:
    """The day that somebody wrote: 12/01/2026, 2026-01-12, lundi 12 janvier 2026; None where it is none."""
    told = " ".join(fold(text[:60]).split())
    try:
        if found := _ISO.fullmatch(told):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _FIGURES.fullmatch(told):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if (found := _WORDS.fullmatch(told)) and found[2] in _NUMBERS:
            return date(int(found[3]), _NUMBERS[found[2]], int(found[1]))
    except ValueError:  # the 31st of February
        pass
    return None
