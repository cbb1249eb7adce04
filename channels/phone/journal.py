"""The call log: who called and whom, what became of it, and the figures of a period by hour and by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from channels.phone.card import OUTCOMES, lasted
from grc.clock import PARIS
from grc.db import sql
from grc.people.phone import number, spoken
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame

queries = sql.load(__file__, "journal.sql")

PAGE = 50
PERIODS = {"1": "Aujourd’hui", "7": "Sept jours", "30": "Trente jours", "365": "Un an"}
_ALL, _WAYS = tuple(OUTCOMES), ("in", "out", "internal")
# What can be asked for: its word, the outcomes, the directions.
VIEWS: Mapping[str, tuple[str, Sequence[str], Sequence[str]]] = {
    "tous": ("Tous", _ALL, _WAYS),
    "manques": ("Manqués", ("missed",), ("in",)),
    "repondus": ("Répondus", ("answered", "talking"), ("in",)),
    "sortants": ("Sortants", _ALL, ("out",)),
}
_SIGNS = {"in": ("phone-incoming", "reçu"), "out": ("phone-outgoing", "émis"), "internal": ("phone", "interne")}
_LAST_ID = 2**62


@dataclass(frozen=True, slots=True)
class Line:
    """A call in a row, in words."""

    path: str
    who: str
    number: str
    way: str
    sign: str
    outcome: tuple[str, str, str]
    when: str
    lasted: str
    waited: str
    by: str
    queue: str
    place: str
    reference: str
    recording: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """The calls of an hour or a day. `missed` and `taken` are in hundredths of the largest bar; the rest is said."""

    name: str
    calls: int
    missed_calls: int
    missed: float
    taken: float
    waited: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for."""

    view: str
    period: str
    number: str
    before: tuple[datetime, int]
    since: datetime
    until: datetime

    @property
    def of(self) -> str:
        """The number as calls are kept by it; what is none is found with no call."""
        return number(self.number) or ("aucun" if self.number else "")

    def path(self, **other: str) -> str:
        """The address of the same with something else."""
        said = {"vue": self.view, "periode": self.period, "numero": self.number} | other
        return "/agent/appels?" + urlencode({name: value for name, value in said.items() if value})


async def show(desk: Desk) -> web.StreamResponse:
    """A page of the log, with the figures of its period."""
    asked = read(desk.request.query, desk.now)
    _, outcomes, directions = VIEWS[asked.view]
    here, given = list(desk.agent.collectivities), {"since": asked.since, "until": asked.until}
    rows = [
        row
        async for row in queries.page(
            desk.tx.conn, collectivities=here, outcomes=list(outcomes), directions=list(directions), number=asked.of,
            before_at=asked.before[0], before_id=asked.before[1], most=PAGE + 1, **given,
        )
    ]  # fmt: skip
    hours = [row async for row in queries.hours(desk.tx.conn, collectivities=here, **given)]
    days = [row async for row in queries.days(desk.tx.conn, collectivities=here, **given)]
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return render(
        desk.request, "phone/journal.html", asked=asked, sorts=VIEWS, periods=PERIODS, lines=[line(row, desk.now) for row in rows[:PAGE]],
        several=len(desk.agent.collectivities) > 1, totals=totals(days), hours=bars(hours, _hour), days=bars(days, _day),
        older=asked.path(avant=f"{last['rang_at'].isoformat()}_{last['id']}") if last is not None else "", **await frame(desk),
    )  # fmt: skip


def read(query: Mapping[str, str], now: datetime) -> Asked:
    """What a query asks for; the usual where it asks for nothing known. Pure."""
    view = query.get("vue", "") if query.get("vue", "") in VIEWS else "tous"
    period = query.get("periode", "") if query.get("periode", "") in PERIODS else "7"
    today = now.astimezone(PARIS).date()
    since = datetime.combine(today - timedelta(days=int(period) - 1), time(), PARIS)
    return Asked(
        view, period, query.get("numero", "").strip()[:40], _before(query.get("avant", ""), now), since, now + timedelta(minutes=1)
    )


def _before(text: str, now: datetime) -> tuple[datetime, int]:
    at, _, id_ = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None and id_.isdecimal() and len(id_) < 19:
            return moment.astimezone(UTC), int(id_)
    except (ValueError, OverflowError):
        pass
    return now + timedelta(days=1), _LAST_ID


def line(row: Any, now: datetime) -> Line:
    """A call in words. Pure."""
    sign, way = _SIGNS[row["direction"]]
    said = spoken(row["other"]) or "Numéro masqué"
    under = said if row["person"] not in (None, said) else ""
    return Line(
        f"/agent/appels/{row['collectivity_id']}/{row['id']}", row["person"] or said, under, way, sign,
        OUTCOMES[row["outcome"]], words.spoken(row["rang_at"], now), lasted(row["talked"]), lasted(row["waited"]),
        row["agent"] or (f"poste {row['line']}" if row["line"] else ""), row["queue"], row["place"], row["reference"] or "",
        row["recording"],
    )  # fmt: skip


def totals(days: Sequence[Any]) -> Sequence[tuple[str, str, str]]:
    """The figures of the period: (what, how much, of what). Pure."""
    calls, missed = sum(row["calls"] for row in days), sum(row["missed"] for row in days)
    taken = [(row["waited"], row["calls"] - row["missed"]) for row in days if row["waited"] is not None]
    weight = sum(count for _, count in taken)
    waited = round(sum(value * count for value, count in taken) / weight) if weight else None
    share = f"{round(100 * missed / calls)}\u00a0% des appels reçus" if calls else ""
    return (
        ("Appels reçus", str(calls), ""),
        ("Manqués", str(missed), share),
        ("Attente moyenne", lasted(waited) or "–", "avant de répondre"),
    )


def bars(rows: Sequence[Any], name: Any) -> Sequence[Bar]:
    """The calls of each hour or day as bars. Pure."""
    most = max((row["calls"] for row in rows), default=0)
    return [
        Bar(
            name(row["bucket"]), row["calls"], row["missed"], round(100 * row["missed"] / most, 2),
            round(100 * (row["calls"] - row["missed"]) / most, 2), lasted(None if row["waited"] is None else round(row["waited"])),
        )
        for row in rows
    ]  # fmt: skip


def _hour(bucket: int) -> str:
    return f"{bucket}\u00a0h à {bucket + 1}\u00a0h"


def _day(bucket: date) -> str:
    return f"{words.DAYS[bucket.weekday()]} {bucket.day}\u00a0{words.SHORT_MONTHS[bucket.month - 1]}"
