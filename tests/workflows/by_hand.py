"""The legal clock as somebody would reckon it by hand, a day after the other, on a calendar of his own.

Written from the contract of `grc clock` and the law alone, and slow on purpose: it shares no line with what it is compared with. Cases and
answers are JSON, as on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
DAY = timedelta(days=1)

Json = Mapping[str, Any]


def reckon(case: Json) -> dict[str, Any]:
    """What `grc clock` must answer to a sound case, its steps left out."""
    region = case.get("region", "metropole")
    lasts = case.get("duration", {"months": 2})
    events = sorted(case["events"], key=lambda event: datetime.fromisoformat(event["at"]))
    received = next(_day(event) for event in events if event["kind"] == "received")
    transfers = [_day(event) for event in events if event["kind"] == "transferred"]
    competent = transfers[-1] if transfers else received
    found: dict[str, Any] = {
        "aee_due": _worked(received, 1, region),
        "are_due": _worked(competent, 10, region),
        "implicit_decision_on": None, "notify_by": None, "born_at": None, "appeal_until": None, "suspended_days": 0,
    }  # fmt: skip
    if case["regime"] != "none":
        _silence(found, case["regime"], received if case["regime"] == "svr" else competent, lasts, events, region)
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in found.items()}


def _silence(found: dict[str, Any], regime: str, start: date, lasts: Json, events: list[Json], region: str) -> None:
    """Lives the life of the request from its first event to its last, and keeps what each leaves."""
    end: date | None = _lasting(start, lasts)
    still: set[date] = set()  # the days on which the delay stands still
    over: Json | None = None
    for event in events:
        day = _day(event)
        if over is not None:
            break
        if event["kind"] in ("notified", "withdrawn") and (end is None or day <= end):
            over = event
        if event["kind"] == "incomplete" and event.get("indispensable", True) and (end is None or day <= end):
            came = next((_day(other) for other in events if other["kind"] == "completed" and _day(other) >= day), None)
            if regime == "sva":
                end = None if came is None else _lasting(max(start, came), lasts)
            else:
                last = day + event["days"] * DAY
                still.update(one for one in _days(day, last if came is None else min(last, came)) if one >= start)
                end = _lasting(start, lasts) + len(still) * DAY
    found["suspended_days"] = len(still)
    if over is not None:
        found["appeal_until"] = _franc(_day(over), region) if over["kind"] == "notified" else None
    elif end is not None:
        midnight = end + DAY
        found["implicit_decision_on"], found["notify_by"] = end, end - DAY
        found["born_at"] = datetime(midnight.year, midnight.month, midnight.day, tzinfo=PARIS)
        if regime == "svr":
            until = _franc(end, region)
            rejected = [_day(event) for event in events if event["kind"] == "notified" and event.get("decision") == "rejection"]
            again = [day for day in rejected if end < day <= until]
            found["appeal_until"] = _franc(again[0], region) if again else until


def _day(event: Json) -> date:
    return datetime.fromisoformat(event["at"]).astimezone(PARIS).date()


def _days(first: date, end: date) -> Iterator[date]:
    while first < end:
        yield first
        first += DAY


def _lasting(start: date, lasts: Json) -> date:
    """Calendar days; or months, to the day of the same number, and where the month has none to its last day."""
    if "days" in lasts:
        return start + int(lasts["days"]) * DAY
    first = start.replace(day=1)
    for _ in range(lasts["months"]):
        first = (first + 31 * DAY).replace(day=1)
    month = list(_days(first, (first + 31 * DAY).replace(day=1)))
    return month[min(start.day, len(month)) - 1]


def _worked(day: date, count: int, region: str) -> date:
    """The day itself is not counted."""
    for _ in range(count):
        day = _working(day + DAY, region)
    return day


def _working(day: date, region: str) -> date:
    """This day, or the next one that is no Saturday, Sunday or holiday."""
    while day.strftime("%u") in "67" or day in holidays(day.year, region):
        day += DAY
    return day


def _franc(day: date, region: str) -> date:
    return _working(_lasting(day, {"months": 2}) + DAY, region)


def holidays(year: int, region: str) -> set[date]:
    """Eleven, or thirteen in Alsace-Moselle. Easter by Gauss, with the two exceptions of his rule."""
    century = year // 100
    m = (15 + century - century // 4 - (13 + 8 * century) // 25) % 30
    d = (19 * (year % 19) + m) % 30
    e = (2 * (year % 4) + 4 * (year % 7) + 6 * d + (4 + century - century // 4) % 7) % 7
    full = d + e - 7 * ((d == 29 and e == 6) or (d == 28 and e == 6 and year % 19 > 10))
    easter = date(year, 3, 22) + full * DAY
    known = {date(year, *day) for day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))}
    known |= {easter + DAY, easter + 39 * DAY, easter + 50 * DAY}
    return known | {easter - 2 * DAY, date(year, 12, 26)} if region == "alsace-moselle" else known
