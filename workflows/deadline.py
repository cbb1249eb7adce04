"""When a deadline of the service is due, by its rule, the opening hours and the fields of the ticket. Pure."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from grc.clock import PARIS
from workflows.calendar import Calendar, add_days, add_minutes, worked_minutes
from workflows.condition import Read, conditions, hold
from workflows.duration import add_months
from workflows.parts.deadlines import DeadlineRule, Reminder, Span

_WORDS = {
    "minutes": ("minute", "minutes"),
    "hours": ("heure", "heures"),
    "days": ("jour", "jours"),
    "months": ("mois", "mois"),
    "working_hours": ("heure ouvrée", "heures ouvrées"),
    "working_days": ("jour ouvré", "jours ouvrés"),
}
_MOST = 3_660
_YEAR = 366 * 24 * 60  # in minutes


def due_at(rule: DeadlineRule, calendar: Calendar, start: datetime, read: Read) -> tuple[datetime, str]:
    """The moment it is due when it starts now, and why, in a French sentence."""
    unit, count = _length(_span(rule, read), read)
    return _after(calendar, start, unit, count), f"{rule.why.rstrip('.')}\u00a0: {_counted(unit, count)}."


def in_words(span: Span) -> str:
    """« 10 jours ouvrés »; where a field says how many, as many as it says."""
    (unit,) = span.units()
    return _counted(unit, getattr(span, unit))


def _counted(unit: str, count: int) -> str:
    one, many = _WORDS[unit]
    return f"{count} {one if count < 2 else many}"


def reminded_at(reminder: Reminder, calendar: Calendar, due: datetime) -> datetime:
    """The moment of a reminder of a deadline that is due then."""
    unit, count = _length(reminder.before, lambda _key: None)
    match unit:
        case "working_hours":
            return _worked_before(calendar, due, 60 * count)
        case "working_days":
            return _days_before(calendar, due, count)
        case "months":
            return datetime.combine(add_months(due.astimezone(PARIS).date(), -count), time(8), PARIS)
        case "days":
            return datetime.combine(due.astimezone(PARIS).date() - timedelta(days=count), time(8), PARIS)
        case _:
            return due - timedelta(**{unit: count})


def freed_at(rule: DeadlineRule, calendar: Calendar, paused: datetime, due: datetime, now: datetime, read: Read) -> datetime:
    """The moment it is due once it runs again: with the time it had left when it stopped, on its own clock."""
    (unit,) = _span(rule, read).units()
    if due <= paused:
        return due
    if unit == "working_hours":
        return add_minutes(calendar, now, worked_minutes(calendar, paused, due))
    if unit == "working_days":
        return _end_of_day(add_days(calendar, now, _working_days_between(calendar, paused, due)))
    return now + (due - paused)


def _span(rule: DeadlineRule, read: Read) -> Span:
    """The length of the first case that fits, else the usual one."""
    return next((case.after for case in rule.cases if hold(conditions(case.when), read)), rule.after)


def _length(span: Span, read: Read) -> tuple[str, int]:
    (unit,) = span.units()
    told = read(span.field) if span.field else None
    count = int(told) if isinstance(told, int | float) and not isinstance(told, bool) and 0 < told <= _MOST else getattr(span, unit)
    return unit, count


def _after(calendar: Calendar, start: datetime, unit: str, count: int) -> datetime:
    match unit:
        case "working_hours":
            return add_minutes(calendar, start, 60 * count)
        case "working_days":
            return add_days(calendar, start, count)
        case "days":
            return _end_of_day(start.astimezone(PARIS) + timedelta(days=count))
        case "months":
            local = start.astimezone(PARIS)
            return datetime.combine(add_months(local.date(), count), time(23, 59, 59), PARIS)
        case _:
            return start + timedelta(**{unit: count})


def _worked_before(calendar: Calendar, due: datetime, minutes: int) -> datetime:
    """The last moment from which so many minutes are worked until then, found by halving; a year before, where there is none."""
    few, enough = 0, _YEAR
    while enough - few > 1:
        middle = (few + enough) // 2
        if worked_minutes(calendar, due - timedelta(minutes=middle), due) >= minutes:
            enough = middle
        else:
            few = middle
    return due - timedelta(minutes=enough)


def _days_before(calendar: Calendar, due: datetime, count: int) -> datetime:
    """Eight in the morning, so many working days before the day it is due."""
    day = due.astimezone(PARIS)
    for _ in range(_MOST):
        day -= timedelta(days=1)
        count -= add_days(calendar, day - timedelta(days=1), 1).date() == day.date()
        if count == 0:
            break
    return datetime.combine(day.date(), time(8), PARIS)


def _working_days_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """How many working days end within: at least one, since it was not over."""
    count, day = 0, start
    while day < end and count < _MOST:
        day = add_days(calendar, day, 1)
        count += 1
    return max(count, 1)


def _end_of_day(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(PARIS).date(), time(23, 59, 59), PARIS)
