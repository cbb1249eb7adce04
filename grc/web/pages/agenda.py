"""The agenda: a week of the appointments an agent may see, by agent and by day; and its address for his own calendar."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from aiohttp import web

from grc import clock
from grc.clock import PARIS
from grc.db.transaction import GATE
from grc.errors import NotFound
from grc.tickets import appointments, ics
from grc.tickets.appointments import queries
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.appointments import ICONS, KINDS, ics_response
from grc.web.pages.frame import frame
from grc.web.parts import db

PAGE = "/agent/agenda"
BEHIND = timedelta(days=90)  # how far back a calendar reads


@dataclass(frozen=True, slots=True)
class Slot:
    """An appointment in a cell or a list."""

    hours: str
    icon: str
    kind: str
    agent: str
    agent_id: int
    title: str
    place: str
    reference: str
    done: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week with its appointments, the earliest first."""

    name: str
    today: bool
    past: bool
    slots: Sequence[Slot]


async def show(desk: Desk) -> web.StreamResponse:
    """The week that is asked for, this one by default; with the address of the calendar where it was just made."""
    return await _page(desk)


async def subscribe(desk: Desk) -> web.StreamResponse:
    """Gives the agent's appointments a new address, shown this once; the one before is worth nothing from now on."""
    token = secrets.token_urlsafe(32)
    around = await _values(desk)
    await desk.tx.conn.execute("set local role grc_gate")
    await queries.open_feed(desk.tx.conn, agent_id=desk.agent.id, digest=_digest(token), now=desk.now)
    return render(desk.request, "agent/agenda.html", **{**around, "feed": True, "made": f"{desk.tx.site.public_url}{PAGE}/{token}.ics"})


async def unsubscribe(desk: Desk) -> web.StreamResponse:
    """Ends that address."""
    await desk.tx.conn.execute("set local role grc_gate")
    await queries.close_feed(desk.tx.conn, agent_id=desk.agent.id)
    return see_other(f"{PAGE}?fait=coupe")


async def feed(request: web.Request) -> web.StreamResponse:
    """The appointments of the agent whose address this is, for a program that knows nothing else of us."""
    digest, now = _digest(request.match_info["token"]), clock.now()
    async with db(request).transaction(GATE) as tx:
        whose = await queries.feed_of(tx.conn, digest=digest)
        if whose is None:
            raise NotFound("Cette adresse d’agenda n’existe pas, ou n’est plus valable.")
        rows = queries.of_feed(tx.conn, digest=digest, since=now - BEHIND)
        listed = [appointments.appointment(row) async for row in rows]
        content = ics.calendar(listed, tx.site.public_url, now, whose="agent", name=f"Rendez-vous de {whose['name']}")
    return ics_response(content, "rendez-vous.ics")


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def _page(desk: Desk) -> web.StreamResponse:
    around = await _values(desk)
    await desk.tx.conn.execute("set local role grc_gate")
    known = await queries.feed(desk.tx.conn, agent_id=desk.agent.id)
    return render(desk.request, "agent/agenda.html", **{**around, "feed": known is not None, "made": ""})


async def _values(desk: Desk) -> Mapping[str, Any]:
    today = desk.now.astimezone(PARIS).date()
    monday = monday_of(desk.request.query.get("semaine", ""), today)
    found = await appointments.between(desk.tx, desk.agent.collectivities, _midnight(monday), _midnight(monday + timedelta(days=7)))
    slots: dict[date, list[Slot]] = {}
    agents = {desk.agent.id: desk.agent.name}
    for one in found:
        begins, ends = one.starts_at.astimezone(PARIS), one.ends_at.astimezone(PARIS)
        agents.setdefault(one.agent_id, one.agent)
        slots.setdefault(begins.date(), []).append(
            Slot(
                f"{words.hour(begins)} à {words.hour(ends)}", ICONS[one.kind], KINDS[one.kind], one.agent, one.agent_id,
                one.member or one.requester_name, one.place if one.kind == "visit" else "", one.reference, one.state == "done",
            )
        )  # fmt: skip
    # Saturday and Sunday only where there is something
    dates = [day for day in (monday + timedelta(days=n) for n in range(7)) if day.weekday() < 5 or day in slots]
    days = [Day(_name(day), day == today, day < today, slots.get(day, ())) for day in dates]
    return {
        "days": days,
        "people": [(number, name) for number, name in sorted(agents.items(), key=lambda a: (a[0] != desk.agent.id, a[1]))],
        "week": f"du {_name(monday)} au {_name(monday + timedelta(days=6))}",
        "this": monday == monday_of("", today),
        "before": (monday - timedelta(days=7)).isoformat(),
        "after": (monday + timedelta(days=7)).isoformat(),
        "cut": desk.request.query.get("fait") == "coupe",
        **await frame(desk),
    }


def monday_of(asked: str, today: date) -> date:
    """The Monday of the week in which a day is; of this week where the word is no day."""
    try:
        day = date.fromisoformat(asked)
        day = day if 2000 <= day.year <= 2100 else today
    except ValueError:
        day = today
    return day - timedelta(days=day.weekday())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PARIS)


def _name(day: date) -> str:
    return f"{words.DAYS[day.weekday()]} {'1er' if day.day == 1 else day.day} {words.SHORT_MONTHS[day.month - 1]}"
