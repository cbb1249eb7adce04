"""Working days (jours ouvrés): Monday to Friday without public holidays, in Metropolitan France or in Alsace-Moselle."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any, Literal

Region = Literal["metropole", "alsace-moselle"]

FIRST_YEAR, LAST_YEAR = 1803, 4099  # of the calendar: its first law on holidays, and as far as Easter is reckoned
_ONE = timedelta(days=1)
_SATURDAY = 6


@cache
def holidays_of(region: Region, year: int) -> frozenset[date]:
    """The public holidays of a year: 11, or 13 in Alsace-Moselle (Good Friday and 26 December besides).

    Raises ValueError beyond the years of the calendar, where the library silently gives none.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"les jours fériés de {year} ne sont pas connus")
    # The code of the region, GES, would silently give 11: Moselle is 57, Alsace 6AE.
    return frozenset(_france()(subdiv="57" if region == "alsace-moselle" else None, years=year))


@cache
def _france() -> Any:
    from holidays.countries.france import France  # heavy, and most commands never need it

    return type("France", (France,), {"end_year": LAST_YEAR})  # its own end, 2100, is no law


def is_working_day(day: date, region: Region) -> bool:
    """Whether public offices work that day."""
    return day.isoweekday() < _SATURDAY and day not in holidays_of(region, day.year)


def after_working_days(day: date, count: int, region: Region) -> date:
    """The last of so many working days after this day, which itself is not counted."""
    while count:
        day += _ONE
        if is_working_day(day, region):
            count -= 1
    return day


def before_working_days(day: date, count: int, region: Region) -> date:
    """The last working day after which so many are left until this day, this day included."""
    while count or not is_working_day(day, region):
        count -= count > 0 and is_working_day(day, region)
        day -= _ONE
    return day


def moved_to_working_day(day: date, region: Region) -> date:
    """This day, or the next one that is no Saturday, Sunday or holiday."""
    while not is_working_day(day, region):
        day += _ONE
    return day
