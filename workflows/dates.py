"""Dates as French writes and reads them."""

from __future__ import annotations

from datetime import date

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre")


def in_words(day: date) -> str:
    """« 1er mars 2026 »."""
    return f"{'1er' if day.day == 1 else day.day}\u00a0{_MONTHS[day.month - 1]}\u00a0{day.year}"


def with_weekday(day: date) -> str:
    """« dimanche 1er mars 2026 »."""
    return f"{_DAYS[day.weekday()]} {in_words(day)}"


def days_in_words(count: int) -> str:
    """« 1 jour », « 16 jours »."""
    return f"{count}\u00a0jour{'s' if count > 1 else ''}"
