"""The working hours of a service: the moment when so many hours or days of work have passed, and how many passed between two. Pure.

Opening hours are those of the clock on the wall in Paris, summer and winter; what passes between them are true minutes. A night in
which the clocks change thus changes nothing, unless the service is open at that hour. On public holidays it is closed.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from typing import Any, get_args

from grc.clock import PARIS
from grc.errors import BadInput
from workflows.working_days import Region, holidays_of

Hours = tuple[tuple[time, time], ...]

LONGEST = 10  # years from a start to an end: beyond, a service is closed for good
_MOST_HOURS = (LONGEST + 1) * 366 * 24
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_DAYS = {"mon": "lundi", "tue": "mardi", "wed": "mercredi", "thu": "jeudi", "fri": "vendredi", "sat": "samedi", "sun": "dimanche"}
_HOUR = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a service is open: for each day of the week from Monday on, its periods as (opens, closes) in whole minutes.

    A period that closes at midnight closes at the end of its day. Raises ValueError where periods overlap or there is none at all.
    """

    week: tuple[Hours, ...]
    region: Region = "metropole"
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if len(self.week) != len(_DAYS):
            raise ValueError("une semaine a sept jours")
        for hours, day in zip(self.week, _DAYS.values(), strict=True):
            if fault := _fault(hours):
                raise ValueError(f"{day} : {fault}")
        if not any(self.week):
            raise ValueError("le service n’est jamais ouvert ; indiquez les heures d’un jour au moins.")


def parse(data: Mapping[str, Any], region: Region = "metropole") -> Calendar:
    """The calendar in these settings: `{"mon": [["08:30", "12:00"], …], …, "closed": ["2026-12-24"]}`.

    A day that is not named is closed; « 24:00 » closes at the end of the day; `region` is that of the collectivity, where the settings
    do not name one. Raises BadInput with the key at fault and the mend.
    """
    known = (*_DAYS, "closed", "region")
    for key in data:
        if key not in known:
            near = get_close_matches(str(key), known, n=1)
            mend = f"vouliez-vous « {near[0]} » ?" if near else f"choisissez parmi {', '.join(known)}."
            raise BadInput(str(key), f"« {key} » n’est pas connu ici ; {mend}")
    named = data.get("region", region)
    if named not in get_args(Region):
        raise BadInput("region", f"« {named} » n’est pas une région de jours fériés ; écrivez {' ou '.join(get_args(Region))}.")
    week = tuple(_hours(key, data.get(key) or ()) for key in _DAYS)
    closed = frozenset(_closed(day) for day in _listed("closed", data.get("closed") or ()))
    try:
        return Calendar(week, named, closed)
    except ValueError as error:
        raise BadInput("mon", str(error)) from None


def add_hours(calendar: Calendar, start: datetime, hours: Decimal | int) -> datetime:
    """The moment when so many hours have been worked, to the nearest minute; see `add_minutes`."""
    if hours > _MOST_HOURS:
        raise _too_far()
    return add_minutes(calendar, start, int((Decimal(hours) * 60).to_integral_value(ROUND_HALF_UP)))


def add_minutes(calendar: Calendar, start: datetime, minutes: int) -> datetime:
    """The first moment, in Paris, when so many minutes have been worked since the start: rather a closing than the opening after it.

    For 0 it is the start, or the next opening where the service is closed then. Raises OverflowError beyond ten years.
    """
    if minutes < 0:
        raise ValueError("une durée de travail n’est pas négative")
    if minutes > _MOST_HOURS * 60:
        raise _too_far()
    at = _utc(start)
    if not minutes:
        day = at.astimezone(PARIS).date()
        if any(opens <= at <= closes for opens, closes in _open(calendar, day)):
            return at.astimezone(PARIS)
        return (_utc(add_minutes(calendar, at, 1)) - _MINUTE).astimezone(PARIS)
    first, passed = _passed(calendar, at)
    goal = passed + minutes * _MINUTE
    for year in range(first, first + LONGEST + 1):
        before = _before(calendar, year)
        due = -(-goal // _MINUTE)
        if due <= before[-1]:
            number = bisect_left(before, due) - 1
            return _moment(calendar, date(year, 1, 1) + number * _DAY, goal - before[number] * _MINUTE)
        goal -= before[-1] * _MINUTE
    raise _too_far()


def worked_minutes(calendar: Calendar, start: datetime, end: datetime) -> int:
    """The whole minutes worked between two moments, rounded down; 0 where the end is not after the start.

    Undoes `add_minutes`. Raises OverflowError where more than ten years lie between.
    """
    begins, ends = _utc(start), _utc(end)
    if ends <= begins:
        return 0
    if ends.year - begins.year > LONGEST:
        raise _too_far()
    (first, passed), (last, goal) = _passed(calendar, begins), _passed(calendar, ends)
    whole = sum(_before(calendar, year)[-1] for year in range(first, last))
    return (whole * _MINUTE + goal - passed) // _MINUTE


def add_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """The last second, in Paris, of the last of so many days with opening hours. The day of the start is not counted; for 0 it is the day.

    Raises OverflowError beyond ten years.
    """
    if days < 0:
        raise ValueError("un nombre de jours ouvrés n’est pas négatif")
    day = _utc(start).astimezone(PARIS).date()
    end = day.year + LONGEST
    while days:
        day += _DAY
        if day.year > end:
            raise _too_far()
        days -= bool(_hours_of(calendar, day))
    return datetime.combine(day, time(23, 59, 59), PARIS)


def _utc(moment: datetime) -> datetime:
    """The moment in UTC, where moments may be compared and subtracted on the night the clocks change."""
    if moment.tzinfo is None:
        raise ValueError("un moment sans fuseau horaire ne dit pas quand il est")
    if not MINYEAR < moment.year < MAXYEAR - LONGEST - 1:
        raise _too_far()
    return moment.astimezone(UTC)


def _too_far() -> OverflowError:
    return OverflowError(f"le terme est à plus de {LONGEST} ans ; vérifiez les heures d’ouverture et la durée.")


def _passed(calendar: Calendar, at: datetime) -> tuple[int, timedelta]:
    """The year of the moment in Paris, and the time worked in it before the moment."""
    day = at.astimezone(PARIS).date()
    before = _before(calendar, day.year)[day.timetuple().tm_yday - 1] * _MINUTE
    return day.year, sum((min(at, closes) - opens for opens, closes in _open(calendar, day) if opens < at), before)


def _moment(calendar: Calendar, day: date, left: timedelta) -> datetime:
    """The moment of that day when so much has been worked in it."""
    for opens, closes in _open(calendar, day):
        if left <= closes - opens:
            return (opens + left).astimezone(PARIS)
        left -= closes - opens
    raise AssertionError("more than a day of work in a day")


@lru_cache(maxsize=1024)  # a few hundred services, this year and the next; 1.5 kB each
def _before(calendar: Calendar, year: int) -> Sequence[int]:
    """The minutes worked in this year before each of its days, and in the whole of it."""
    usual = [sum(_length(opens, closes) for opens, closes in hours) for hours in calendar.week]
    changes, total, before = _changes(year), 0, array("I", [0])
    day = date(year, 1, 1)
    while day.year == year:
        if day in changes:
            total += sum((closes - opens) // _MINUTE for opens, closes in _open(calendar, day))
        elif _hours_of(calendar, day):
            total += usual[day.weekday()]
        before.append(total)
        day += _DAY
    return before


@lru_cache(maxsize=32)
def _changes(year: int) -> frozenset[date]:
    """The days of the year on which the clocks change: they are longer or shorter than others."""
    midnights = [datetime.combine(date(year, 1, 1) + number * _DAY, time(), PARIS) for number in range(367)]
    return frozenset(one.date() for one, next_ in pairwise(midnights) if one.utcoffset() != next_.utcoffset())


def _hours_of(calendar: Calendar, day: date) -> Hours:
    """The periods of that day on the clock; none where it is closed."""
    if day in calendar.closed or day in holidays_of(calendar.region, day.year):
        return ()
    return calendar.week[day.weekday()]


def _open(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    """The periods of that day in UTC."""
    for opens, closes in _hours_of(calendar, day):
        yield _shown_first(day, opens), _shown_first(day if closes > opens else day + _DAY, closes)


def _shown_first(day: date, at: time) -> datetime:
    """When the clock shows this time for the first time; where it skips it, when it does so."""
    moment = datetime.combine(day, at, PARIS).astimezone(UTC)
    shown = moment.astimezone(PARIS).time()
    return moment if shown == at else moment - shown.minute * _MINUTE  # clocks change on the hour


def _length(opens: time, closes: time) -> int:
    """The minutes of a period on a day like others."""
    return (_minutes(closes) or 24 * 60) - _minutes(opens)


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _fault(hours: Hours) -> str:
    """What is wrong with the periods of a day, and the mend; empty where nothing is."""
    for opens, closes in hours:
        if any(at.second or at.microsecond or at.tzinfo for at in (opens, closes)):
            return "une heure d’ouverture est une heure et des minutes, sans fuseau."
        if _length(opens, closes) <= 0:
            return f"{_shown(opens, closes)} ferme avant d’ouvrir ; échangez les deux heures."
    for one, next_ in pairwise(hours):
        if (_minutes(one[1]) or 24 * 60) > _minutes(next_[0]):
            return f"{_shown(*one)} et {_shown(*next_)} se chevauchent ou se suivent à l’envers ; séparez les deux périodes."
    return ""


def _shown(opens: time, closes: time) -> str:
    return f"« {opens:%H:%M} à {closes:%H:%M} »".replace("00:00 »", "24:00 »")


def _hours(key: str, data: Any) -> Hours:
    periods = []
    for period in _listed(key, data):
        if not isinstance(period, list | tuple) or len(period) != 2:
            raise BadInput(key, f'{_DAYS[key]} : une période a une ouverture et une fermeture ; écrivez ["08:30", "12:00"].')
        periods.append((_time(key, period[0], ends=False), _time(key, period[1], ends=True)))
    hours = tuple(sorted(periods))
    if fault := _fault(hours):
        raise BadInput(key, f"{_DAYS[key]} : {fault}")
    return hours


def _time(key: str, data: Any, *, ends: bool) -> time:
    found = _HOUR.fullmatch(data) if isinstance(data, str) else None
    hour, minute = (int(part) for part in found.groups()) if found else (24, 1)
    if hour == 24 and (minute or not ends):
        raise BadInput(key, f"{_DAYS[key]} : « {data} » n’est pas une heure ; écrivez par exemple 08:30.")
    return time(hour % 24, minute)


def _closed(data: Any) -> date:
    try:
        return date.fromisoformat(data)
    except (TypeError, ValueError):
        raise BadInput("closed", f"« {data} » n’est pas une date ; écrivez par exemple 2026-12-24.") from None


def _listed(key: str, data: Any) -> Sequence[Any]:
    if not isinstance(data, list | tuple):
        raise BadInput(key, f"{_DAYS.get(key, 'fermetures')} : une liste est attendue, pas « {data} ».")
    return data


_USUAL = ((time(8, 30), time(12)), (time(13, 30), time(17, 30)))
DEFAULT = Calendar((*[_USUAL] * 5, (), ()))
"""Monday to Friday, 8:30 to 12:00 and 13:30 to 17:30, in Metropolitan France."""
