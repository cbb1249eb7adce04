"""An invitation to a meeting (RFC 5545) said in words: whoever reads the request may have no calendar at hand. Pure, bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from channels.email.charset import decode
from channels.email.mime import Part
from grc.clock import PARIS
from workflows.dates import with_weekday

MAX_BYTES = 200_000  # of a calendar looked at
MAX_EVENTS = 3
MAX_CHARS = 300  # of a value said

_TYPES = {"text/calendar", "application/ics"}
_TITLES = {"REQUEST": "Invitation", "CANCEL": "Annulation", "PUBLISH": "Rendez-vous", "COUNTER": "Autre horaire proposé"}
_ANSWERS = {"ACCEPTED": "Invitation acceptée", "DECLINED": "Invitation refusée", "TENTATIVE": "Invitation acceptée sous réserve"}
_LINE = re.compile(r"(?P<name>[A-Za-z-]{1,40})(?P<parameters>(?:;[^:;\"]{1,100}(?:\"[^\"]{0,300}\")?){0,10}):(?P<value>.*)")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_ESCAPED = re.compile(r"\\([\\;,nN])")


@dataclass(frozen=True, slots=True)
class _Moment:
    """A day, with its time in Paris or as it was written, where it has one."""

    day: date
    time: str = ""


def in_words(parts: Sequence[Part]) -> str:
    """What these parts invite to: what, when, where, who asks; nothing where none is an invitation."""
    said = [_said(event, method) for part in parts if part.type in _TYPES for method, event in _events(part)]
    return "\n\n".join(dict.fromkeys(said[:MAX_EVENTS]))


def _events(part: Part) -> Iterator[tuple[str, Mapping[str, str]]]:
    """The method of a calendar with the properties of each of its events, the first of each name, with their parameters."""
    text = decode(part.content()[:MAX_BYTES], part.params.get("charset", "utf-8"))[0]
    method, inside, event = part.params.get("method", "").upper(), 0, dict[str, str]()
    for line in re.sub(r"\n[ \t]", "", text).split("\n"):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        name, value = found["name"].upper(), found["value"].strip()
        if (name, value.upper()) == ("BEGIN", "VEVENT"):
            inside, event = 1, {}
        elif name == "BEGIN" and inside:
            inside += 1  # an alarm inside the event has a description of its own
        elif name == "END" and inside:
            inside -= 1
            if not inside:
                yield method, event
        elif name == "METHOD":
            method = method or value.upper()
        elif inside == 1:
            event.setdefault(name, value)
            event.setdefault(f"{name};", found["parameters"].upper())


def _said(event: Mapping[str, str], method: str) -> str:
    answer = next((words for state, words in _ANSWERS.items() if f"PARTSTAT={state}" in event.get("ATTENDEE;", "")), "Réponse")
    title = answer if method == "REPLY" else _TITLES.get(method, "Rendez-vous")
    lines = [f"{title}\u00a0: {_plain(event.get('SUMMARY', '')) or 'sans titre'}"]
    if when := _when(event):
        lines.append(f"Quand\u00a0: {when}{' (se répète)' if 'RRULE' in event else ''}")
    if where := _plain(event.get("LOCATION", "")):
        lines.append(f"Où\u00a0: {where}")
    if who := re.sub(r"^mailto:", "", _plain(event.get("ORGANIZER", "")), flags=re.IGNORECASE):
        lines.append(f"De la part de\u00a0: {who}")
    return "\n".join(lines)


def _plain(value: str) -> str:
    """A text of a calendar on one line, without its escapes."""
    return " ".join(_ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value).split())[:MAX_CHARS]


def _when(event: Mapping[str, str]) -> str:
    start, end = _moment(event.get("DTSTART", "")), _moment(event.get("DTEND", ""))
    if start is None:
        return ""
    if not start.time:
        last = end.day - timedelta(days=1) if end is not None and end.day > start.day else start.day  # the end of a day is the next one
        first = with_weekday(start.day)
        return first if last == start.day else f"du {first} au {with_weekday(last)}"
    if end is None or not end.time:
        return f"{with_weekday(start.day)} à {start.time}"
    if end.day == start.day:
        return f"{with_weekday(start.day)} de {start.time} à {end.time}"
    return f"du {with_weekday(start.day)} à {start.time} au {with_weekday(end.day)} à {end.time}"


def _moment(stamp: str) -> _Moment | None:
    """The moment of a property: in UTC it is said in Paris, in any other zone as whoever invites wrote it."""
    found = _STAMP.fullmatch(stamp)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if found[4] is None:
            return _Moment(day)
        at = datetime(day.year, day.month, day.day, int(found[4]), int(found[5]), tzinfo=UTC)
        if found[6]:
            at = at.astimezone(PARIS)
    except (ValueError, OverflowError):
        return None
    return _Moment(at.date(), f"{at.hour}\u00a0h\u00a0{at.minute:02}")
