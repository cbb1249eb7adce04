"""The page of the time spent on a ticket: what was noted, and a line more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from grc.actions.spend import spend
from grc.actions.unspend import unspend
from grc.clock import PARIS
from grc.errors import BadInput
from grc.tickets import page as reading
from grc.tickets import work_times
from grc.tickets.model import TicketKey
from grc.tickets.work_times import WorkTime
from grc.web import words
from grc.web.desk import Desk
from grc.web.pages.pane import pane

KINDS = {"desk": "au bureau", "phone": "au téléphone", "remote": "à distance", "visit": "sur place"}
QUICK = (5, 15, 30)  # minutes


@dataclass(frozen=True, slots=True)
class Line:
    """A line of time in words. `mine`: it may be taken away, today, by who reads."""

    time: WorkTime
    day: str
    spent: str
    kind: str
    mine: bool


async def show(desk: Desk) -> web.StreamResponse:
    """The lines of a ticket and the form."""
    ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
    today = desk.now.astimezone(PARIS).date()
    lines = [_line(time, desk, today) for time in await work_times.of_ticket(desk.tx, ticket.key)]
    return await pane(
        desk, "agent/_spent.html", ticket, lines=lines, kinds=KINDS, today=today.isoformat(), total=await total(desk, ticket.key)
    )  # fmt: skip


async def total(desk: Desk, key: TicketKey) -> str:
    """`1 h 25, 40 km`; empty where nothing was noted."""
    return _said(*await work_times.total(desk.tx, key))


def _said(minutes: int, km: int) -> str:
    return ", ".join(part for part in (words.duration(minutes) if minutes else "", f"{km}{words.NBSP}km" if km else "") if part)


def _line(time: WorkTime, desk: Desk, today: date) -> Line:
    spent = ", ".join(
        part for part in (words.duration(time.minutes) if time.minutes else "", f"{time.km}\u00a0km" if time.km else "") if part
    )
    mine = time.agent_id == desk.agent.id and time.made_at.astimezone(PARIS).date() == today
    return Line(time, _day(time.day, today), spent, KINDS[time.kind], mine)


def _day(day: date, today: date) -> str:
    near = {today: "aujourd’hui", today - timedelta(days=1): "hier"}
    return near.get(day) or words.day(day)


async def add(desk: Desk, key: TicketKey) -> str:
    """Notes the time of a quick button, or of the whole form."""
    today = desk.now.astimezone(PARIS).date()
    given = desk.form.text("jour", 10)
    try:
        day = date.fromisoformat(given) if given else today
    except ValueError:
        raise BadInput("jour", "Indiquez un jour.") from None
    kind = desk.form.text("genre", 10) or "desk"
    minutes, km = desk.form.number("minutes") or 0, desk.form.number("km") or 0
    await spend(desk.tx, desk.agent, key, minutes, kind, km, desk.form.text("note", 2000), day, desk.now)
    return "temps"


async def remove(desk: Desk, key: TicketKey) -> str:
    """Takes a line of his away."""
    await unspend(desk.tx, desk.agent, key, desk.form.number("ligne") or 0, desk.now)
    return "retirer"


async def values(desk: Desk, key: TicketKey) -> Mapping[str, Any]:
    """The values of the block at the side."""
    return {"spent": await total(desk, key), "quick": QUICK}
