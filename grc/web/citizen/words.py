"""Dates, sizes and numbers as a person says them in French."""

from __future__ import annotations

from datetime import datetime

from grc.clock import PARIS

NBSP, NNBSP = "\u00a0", "\u202f"

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day(at: datetime, now: datetime) -> str:
    """`lundi 12 janvier`; with its year where that is not this one: `mardi 1er février 2028`."""
    local = at.astimezone(PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    year = "" if local.year == now.astimezone(PARIS).year else f" {local.year}"
    return f"{_DAYS[local.weekday()]} {number}{NBSP}{_MONTHS[local.month - 1]}{year}"


def hour(at: datetime) -> str:
    """`9 h 05`."""
    local = at.astimezone(PARIS)
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def moment(at: datetime, now: datetime) -> str:
    """`aujourd’hui à 9 h 05`, `hier à 18 h 30`, `lundi 12 janvier à 9 h 05`."""
    apart = (now.astimezone(PARIS).date() - at.astimezone(PARIS).date()).days
    when = {0: "aujourd’hui", 1: "hier"}.get(apart) or f"le {day(at, now)}"
    return f"{when} à {hour(at)}"


def exact(at: datetime) -> str:
    """A moment as a receipt states it, understood in ten years: `lundi 12 janvier 2026 à 9 h 05 (heure de Paris)`."""
    local = at.astimezone(PARIS)
    number = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {number}{NBSP}{_MONTHS[local.month - 1]} {local.year} à {hour(at)} (heure de Paris)"


def size(octets: int) -> str:
    """`850 Ko`, `1,2 Mo`, as telephones and computers show it: steps of a thousand."""
    if octets < 1000:
        return f"{octets}{NBSP}octet{'s' if octets > 1 else ''}"
    if octets < 1_000_000:
        return f"{round(octets / 1000)}{NBSP}Ko"
    tenths = round(octets / 100_000)
    whole, tenth = divmod(tenths, 10)
    return f"{whole},{tenth}{NBSP}Mo" if tenth else f"{whole}{NBSP}Mo"


