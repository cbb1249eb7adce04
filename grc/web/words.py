"""Dates, delays and sizes in French words. Pure and cheap: an inbox says fifty of them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from grc.clock import PARIS

NBSP, NNBSP = "\u00a0", "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
_INSTANT = timedelta(seconds=1)


def day(of: datetime | date) -> str:
    """`lundi 12 janvier 2026`."""
    when = of.astimezone(PARIS).date() if isinstance(of, datetime) else of
    return f"{DAYS[when.weekday()]} {_ordinal(when.day)} {MONTHS[when.month - 1]} {when.year}"


def moment(of: datetime) -> str:
    """`lundi 12 janvier 2026 à 9 h 05`."""
    local = of.astimezone(PARIS)
    return f"{day(local)} à {hour(local)}"


def hour(local: datetime) -> str:
    """`9 h 05`, of a time already local."""
    return f"{local.hour}{NBSP}h{NBSP}{local.minute:02}"


def _ordinal(number: int) -> str:
    return "1er" if number == 1 else str(number)


def ago(of: datetime, now: datetime) -> str:
    """When, as short as a list needs: `9 h 05`, `hier`, `lundi`, `12 janv.`, `12 janv. 2025`."""
    local, here = of.astimezone(PARIS), now.astimezone(PARIS)
    days = (here.date() - local.date()).days
    if days <= 0:
        return hour(local)
    if days == 1:
        return "hier"
    if days < 7:
        return DAYS[local.weekday()]
    short = f"{_ordinal(local.day)}{NBSP}{SHORT_MONTHS[local.month - 1]}"
    return short if local.year == here.year else f"{short} {local.year}"


def spoken(of: datetime, now: datetime) -> str:
    """When, in a sentence: `aujourd’hui à 9 h 05`, `hier à 9 h 05`, `lundi 12 janvier à 9 h 05`."""
    local, here = of.astimezone(PARIS), now.astimezone(PARIS)
    days = (here.date() - local.date()).days
    if days == 0:
        return f"aujourd’hui à {hour(local)}"
    if days == 1:
        return f"hier à {hour(local)}"
    year = "" if local.year == here.year else f" {local.year}"
    return f"{DAYS[local.weekday()]} {_ordinal(local.day)} {MONTHS[local.month - 1]}{year} à {hour(local)}"


def last_day(due: datetime) -> date:
    """The last day on which one is in time: a deadline at midnight belongs to the day before."""
    return (due.astimezone(PARIS) - _INSTANT).date()


def delay(due: datetime, now: datetime, verb: str = "répondre") -> tuple[str, str]:
    """How late, in words, and how pressing that is: `late`, `soon` or `calm`."""
    last = last_day(due)
    today = now.astimezone(PARIS).date()
    days = (last - today).days
    if due <= now or days < 0:
        if days >= 0:
            return "en retard depuis peu", "late"
        return ("en retard depuis hier" if days == -1 else f"en retard de {-days}{NBSP}jours"), "late"
    begin = f"{verb} avant" if verb else "avant"
    at = due.astimezone(PARIS)
    evening = at.hour in (23, 0)  # a date ends at midnight; a delay in hours says its hour
    if days == 0:
        return f"{begin} {'ce soir' if evening else hour(at)}", "soon"
    if days == 1:
        return f"{begin} demain {'soir' if evening else hour(at)}", "soon"
    if days < 7:
        return f"{begin} {DAYS[last.weekday()]} soir", "soon" if days == 2 else "calm"
    year = "" if last.year == today.year else f" {last.year}"
    return f"{begin} le {_ordinal(last.day)}{NBSP}{SHORT_MONTHS[last.month - 1]}{year}", "calm"


def sentence(text: str) -> str:
    """The text with the full stop that ends it: one, where it ends with a shortened month as well."""
    return f"{text.removesuffix('.')}."


def size(of: int) -> str:
    """`340 ko`, `2,4 Mo`."""
    if of < 1000:
        return f"{of}{NBSP}octets" if of > 1 else f"{of}{NBSP}octet"
    if of < 1_000_000:
        return f"{round(of / 1000)}{NBSP}ko"
    return f"{of / 1_000_000:.1f}".replace(".", ",").removesuffix(",0") + f"{NBSP}Mo"


def count(of: int, one: str, many: str) -> str:
    """`1 message`, `12 messages`, with the thin space of thousands."""
    return f"{of:,}".replace(",", NNBSP) + f"{NBSP}{one if of < 2 else many}"


def duration(minutes: int) -> str:
    """`45 min`, `2 h`, `1 h 25`."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h" + (f"{NBSP}{rest:02}" if rest else "")
