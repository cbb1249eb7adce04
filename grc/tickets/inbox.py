"""The inbox of an agent: one page of rows and the counters beside its views, at a cost that does not grow with the tickets."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from grc.clock import PARIS
from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from grc.people.agents import SignedIn
from grc.tickets import reference

queries = sql.load(__file__, "inbox.sql")

PAGE = 50  # the queries read one row more, to know whether there is a next page
CAP = 100  # counters stop here, in the queries too, and say « 99+ »
WIDE = 300  # services in a scope from which one walk of the index of all costs less than a look-up for each
_FIRST_LATEST = (datetime(9999, 1, 1, tzinfo=UTC), 2**62)
_FIRST_OLDEST = (datetime(1, 1, 2, tzinfo=UTC), 0)
_WORD = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(r"[^\s@'\\]+@[^\s@'\\]+\.[^\s@'\\]+")
MOST_WORDS = 12


class View(StrEnum):
    """A way to look at the tickets of one's scope; the value is its word in addresses."""

    MINE = "miens"
    UNASSIGNED = "a-prendre"
    LATE = "en-retard"
    LAW_PASSED = "loi-passees"
    LAW_TODAY = "loi-aujourdhui"
    LAW_WEEK = "loi-semaine"
    ALL = "tous"
    CLOSED = "clos"


BY_LAW = (View.LAW_PASSED, View.LAW_TODAY, View.LAW_WEEK)


class Row(NamedTuple):
    """A ticket as the inbox shows it. A tuple, in the order of the view inbox_row: fifty are made at each page."""

    collectivity_id: int
    id: int
    reference: str
    type: str
    version: int
    state: str
    phase: str
    service_id: int
    assignee_id: int | None
    priority: int
    subject: str
    excerpt: str
    requester_name: str
    channel: str
    unread: bool
    alarm: str | None
    last_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    service: str
    collectivity: str
    assignee: str | None
    legal_due_at: datetime | None
    passed_to: str | None  # the collectivity it was transmitted to: here it is only a trace


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is in each view, counted no further than CAP. The last three: deadlines of the law that have passed, that pass until
    tonight, that pass within the week."""

    mine: int
    unassigned: int
    late: int
    law_passed: int
    law_today: int
    law_week: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a view; `after` is where the next one begins, None at the end."""

    rows: Sequence[Row]
    counts: Counts
    after: str | None = None


async def page(tx: Transaction, agent: SignedIn, view: View, after: str, now: datetime) -> Page:
    """A page of a view; `after` is empty or what the page before gave."""
    if view in BY_LAW:
        return await _page_by_law(tx, agent, view, after, now)
    latest = view is not View.LATE
    at, number = read_cursor(after) or (_FIRST_LATEST if latest else _FIRST_OLDEST)
    found = _query(agent, view.name.lower())(tx.conn, **_whose(agent, now), at=at, id=number)
    rows, counts = _read([row async for row in found])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    last = rows[-1] if more else None
    return Page(rows, counts, write_cursor(last.last_at if latest else last.due_at or now, last.id) if last else None)


async def _page_by_law(tx: Transaction, agent: SignedIn, view: View, after: str, now: datetime) -> Page:
    tonight, week = ends(now)
    until = {View.LAW_PASSED: now, View.LAW_TODAY: tonight, View.LAW_WEEK: week}[view]
    at, number = read_cursor(after) or (_FIRST_OLDEST if view is View.LAW_PASSED else (now, 0))
    found = _query(agent, "law")(tx.conn, **_whose(agent, now), at=at, id=number, until=until)
    rows, counts = _read([row async for row in found])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], counts, write_cursor(last.legal_due_at or now, last.id) if last else None)


def ends(now: datetime) -> tuple[datetime, datetime]:
    """When this day ends in Paris, and when the seven that begin with it do."""
    today = now.astimezone(PARIS).date()
    return datetime.combine(today + timedelta(days=1), time(), PARIS), datetime.combine(today + timedelta(days=7), time(), PARIS)


async def search(tx: Transaction, agent: SignedIn, asked: str, now: datetime) -> Page:
    """What is found by a reference, a mail address, or French words with or without accents."""
    whose = _whose(agent, now)
    named = reference.read(asked)
    if named is not None:
        rows, counts = _read([row async for row in _query(agent, "by_reference")(tx.conn, reference=named, **whose)])
        if rows:
            return Page(rows, counts)
    if _ADDRESS.fullmatch(asked.strip()):
        known_at = _query(agent, "by_address")(
            tx.conn, address=asked.strip().lower(), most=PAGE, **{**whose, "cols": list(agent.collectivities)}
        )  # fmt: skip
        rows, counts = _read([row async for row in known_at])
        if rows:
            return Page(rows, counts)
    rows, counts = _read([row async for row in _query(agent, "search")(tx.conn, words=query_words(asked), most=PAGE, **whose)])
    return Page(rows, counts)


async def counts(tx: Transaction, agent: SignedIn, now: datetime) -> Counts:
    """The counters alone."""
    return Counts(*await _query(agent, "counts")(tx.conn, **_whose(agent, now)))


def _query(agent: SignedIn, name: str) -> Any:
    """The query of this name for a scope of this width."""
    return getattr(queries, f"{'wide' if is_wide(agent) else 'narrow'}_{name}")


def _whose(agent: SignedIn, now: datetime) -> dict[str, Any]:
    """What every query asks of the agent: a narrow scope is named service by service, of a wide one row-level security takes care."""
    tonight, week = ends(now)
    asked: dict[str, Any] = {"me": agent.id, "now": now, "tonight": tonight, "week": week}
    return asked if is_wide(agent) else {**asked, "cols": agent.collectivities, "services": agent.services}


def is_wide(agent: SignedIn) -> bool:
    """Whether so many services are in his scope that the index of all collectivities serves him better."""
    return len(agent.services) > WIDE


def query_words(asked: str) -> str:
    """What somebody typed in the syntax of to_tsquery: all the words, the last one perhaps unfinished; an address is one word."""
    folded = fold(asked[:200])
    words = [f"'{address}'" for address in _ADDRESS.findall(folded)]
    plain = _WORD.findall(_ADDRESS.sub(" ", folded))
    words += plain[:MOST_WORDS]
    if plain and len(plain[-1]) >= 4 and len(plain) <= MOST_WORDS:
        words[-1] += ":*"
    return " & ".join(words)


def write_cursor(at: datetime, number: int) -> str:
    """Where a page ends, as it stands in an address."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {number}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """Where a page begins, or None where the text is not one of ours: then the first page is meant."""
    try:
        at, _, number = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition(" ")
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo is not None and 0 <= int(number) < 2**63 else None
    except (ValueError, binascii.Error):
        return None


_COUNTS = 6


def _read(found: Sequence[Any]) -> tuple[list[Row], Counts]:
    # the counters stand on every line; where the page is empty, one line has them alone
    counts = Counts(*tuple(found[0])[:_COUNTS])
    return [Row._make(values[_COUNTS:]) for values in map(tuple, found) if values[_COUNTS] is not None], counts
