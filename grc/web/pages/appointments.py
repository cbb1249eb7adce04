"""The page of the appointments of a ticket: those there are, and a new one; and each as a file for a calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import web

from grc.actions.cancel_appointment import cancel_appointment
from grc.actions.end_appointment import end_appointment
from grc.actions.invite import span
from grc.actions.move_appointment import move_appointment
from grc.actions.plan_appointment import plan_appointment
from grc.clock import PARIS
from grc.errors import BadInput
from grc.tickets import appointments, ics, store
from grc.tickets import page as reading
from grc.tickets.appointments import Appointment
from grc.tickets.model import TicketKey
from grc.web.desk import Desk
from grc.web.pages.files import disposition
from grc.web.pages.pane import pane

KINDS = {"visit": "Visite sur place", "remote": "Prise en main à distance", "phone": "Appel téléphonique"}
ICONS = {"visit": "car", "remote": "monitor", "phone": "phone"}
STATES = {"planned": "à venir", "done": "tenu", "cancelled": "annulé"}
SHOWN = 3  # appointments to come at the side


@dataclass(frozen=True, slots=True)
class Line:
    """An appointment in words, and what a form that moves it begins with."""

    one: Appointment
    when: str
    kind: str
    icon: str
    state: str
    day: str
    begins: str
    ends: str
    minutes: int


def line(one: Appointment) -> Line:
    """The appointment in words, in Paris time."""
    begins, ends = one.starts_at.astimezone(PARIS), one.ends_at.astimezone(PARIS)
    when = span(one)
    minutes = round((one.ends_at - one.starts_at).total_seconds() / 60)
    return Line(
        one, when[:1].upper() + when[1:], KINDS[one.kind], ICONS[one.kind], STATES[one.state], begins.date().isoformat(),
        f"{begins:%H:%M}", f"{ends:%H:%M}", minutes,
    )  # fmt: skip


async def show(desk: Desk) -> web.StreamResponse:
    """The appointments and the forms."""
    ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
    lines = [line(one) for one in await appointments.of_ticket(desk.tx, ticket.key)]
    today = desk.now.astimezone(PARIS).date()
    return await pane(
        desk, "agent/_appointments.html", ticket,
        coming=[one for one in reversed(lines) if one.one.state == "planned"],
        past=[one for one in lines if one.one.state != "planned"],
        kinds=KINDS, colleagues=ticket.colleagues, me=desk.agent.id, today=today.isoformat(), day=(today + timedelta(days=1)).isoformat(),
        place=await appointments.where_to(desk.tx, ticket.key), tells=bool(ticket.answer_addr),
    )  # fmt: skip


async def plan(desk: Desk, key: TicketKey) -> str:
    """Plans one."""
    starts, ends = _span(desk)
    one = await plan_appointment(
        desk.tx, desk.agent, key, _whom(desk), desk.form.text("genre", 10), starts, ends, desk.form.text("lieu", 1000), desk.now,
        tell=_tells(desk),
    )  # fmt: skip
    return await _done(desk, one, "rendezvous")


async def move(desk: Desk, key: TicketKey) -> str:
    """Moves one."""
    starts, ends = _span(desk)
    one = await move_appointment(
        desk.tx, desk.agent, key, _number(desk), _whom(desk), starts, ends, desk.form.text("lieu", 1000), desk.now, tell=_tells(desk)
    )  # fmt: skip
    return await _done(desk, one, "reporter")


async def cancel(desk: Desk, key: TicketKey) -> str:
    """Calls one off."""
    await cancel_appointment(desk.tx, desk.agent, key, _number(desk), desk.now, tell=_tells(desk))
    return "annuler"


async def end(desk: Desk, key: TicketKey) -> str:
    """One was kept, with the time it took."""
    minutes, km = desk.form.number("minutes") or 0, desk.form.number("km") or 0
    await end_appointment(desk.tx, desk.agent, key, _number(desk), minutes, km, desk.form.text("note", 2000), desk.now)
    return "tenir"


async def file(desk: Desk) -> web.StreamResponse:
    """One appointment, for the agent's own calendar."""
    key = await store.find(desk.tx, desk.request.match_info["reference"])
    one = await appointments.one(desk.tx, key, int(desk.request.match_info["number"]))
    return ics_response(ics.calendar([one], desk.tx.site.public_url, desk.now, whose="agent"), f"rendez-vous-{one.reference}.ics")


def ics_response(content: bytes, name: str) -> web.Response:
    """A calendar file."""
    return web.Response(
        body=content,
        content_type=ics.TYPE,
        charset="utf-8",
        headers={"Content-Disposition": disposition("attachment", name), "Cache-Control": "private, no-store"},
    )


async def values(desk: Desk, key: TicketKey) -> Mapping[str, Any]:
    """The values of the block at the side: those to come, the next first."""
    coming = [line(one) for one in reversed(await appointments.of_ticket(desk.tx, key)) if one.state == "planned"]
    return {"coming": coming[:SHOWN]}


async def _done(desk: Desk, one: Appointment, word: str) -> str:
    """The word of what was done; another one where the agent has something else in these hours."""
    other = await appointments.overlapping(desk.tx, one.key.collectivity_id, one.agent_id, one.starts_at, one.ends_at, one.id)
    return "chevauche" if other else word


def _span(desk: Desk) -> tuple[datetime, datetime]:
    try:
        day = datetime.fromisoformat(desk.form.text("jour", 10)).date()
        begins, ends = time.fromisoformat(desk.form.text("debut", 8)), time.fromisoformat(desk.form.text("fin", 8))
    except ValueError:
        raise BadInput("jour", "Indiquez le jour, l’heure de début et l’heure de fin.") from None
    return datetime.combine(day, begins, PARIS), datetime.combine(day, ends, PARIS)


def _whom(desk: Desk) -> int:
    return desk.form.number("agent") or desk.agent.id


def _number(desk: Desk) -> int:
    return desk.form.number("rendezvous") or 0


def _tells(desk: Desk) -> bool:
    return desk.form.text("prevenir") == "1"
