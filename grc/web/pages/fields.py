"""The fields of a ticket on an agent's pages: told at its side, mended in a form, asked for on the way of a transition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from aiohttp import web

from grc.actions.fill import fill as fill_in
from grc.actions.fill import mark
from grc.clock import PARIS
from grc.errors import Conflict, Forbidden
from grc.tickets import page as reading
from grc.tickets.inbox import View
from grc.tickets.page import TicketPage
from grc.types import store as types
from grc.types.options import options
from grc.web import telling
from grc.web.asked import Asked, by_input, draw
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.parts import settings
from grc.web.places import places
from grc.web.told import Told, told_fields
from workflows.definition import Definition, Transition
from workflows.engine import UnsaidFact, guarded
from workflows.form import Filled, Raw, as_typed, fill, read
from workflows.gestures import after, asked_for
from workflows.parts.fields import Field

GROUPS = (("requester", "Renseignements"), ("agent", "Ajoutés par le service"))
FORM_GROUPS = (("requester", "Dits par le demandeur"), ("agent", "Ajoutés par le service"))


@dataclass(frozen=True, slots=True)
class Way:
    """A transition as the head offers it: what it asks for on the way, or why it is not possible at this moment."""

    transition: Transition
    asked: Sequence[Asked] = ()
    refused: str = ""
    open: bool = False  # it was tried and something must be mended: its form is shown with what was typed
    text: str = ""
    error: str = ""

    @property
    def plain(self) -> bool:
        """Whether one press does it."""
        return not self.refused and not self.asked and self.transition.text is None


@dataclass(frozen=True, slots=True)
class Tried:
    """A transition that could not be made as it was asked for."""

    name: str
    raw: Raw
    filled: Filled | None
    text: str
    error: str = ""


def told_groups(definition: Definition | None, ticket: TicketPage) -> list[tuple[str, list[Told]]]:
    """What is known of the request: what whoever asked said, what the service added, and what no field of the type declares."""
    known = definition.fields if definition else ()
    groups = [(title, told_fields((one for one in known if one.by == by), ticket.fields)) for by, title in GROUPS]
    declared = {one.name for one in known} | {item.name for item in definition.items} if definition else set[str]()
    more = [Told(telling.field(name), telling.value(name, str(value))) for name, value in ticket.fields.items() if name not in declared]
    if definition:
        more += [Told(item.label, ", ".join(map(str, ticket.fields.get(item.name) or ()))) for item in definition.items]
    return [(title, told) for title, told in ((groups[0][0], groups[0][1] + [one for one in more if one.text]), groups[1]) if told]


async def ways(
    desk: Desk, ticket: TicketPage, definition: Definition | None, allowed: Sequence[Transition], tried: Tried | None
) -> list[Way]:
    """The transitions of this state, each with its form or with why it is not possible."""
    if definition is None:
        return []
    fields = {name: definition.by_field[name] for one in allowed for name in one.asks}
    known = await options(desk.tx, ticket.key.collectivity_id, fields.values(), {}, _today(desk), ticket.member_id) if fields else None
    found = []
    for one in allowed:
        mine = tried if tried is not None and tried.name == one.name else None
        asks = [definition.by_field[name] for name in one.asks]
        refused = "" if one.asks else _refused(definition, one, ticket)  # what is asked for may be what the guard wants
        asked: list[Asked] = []
        if known is not None and asks:
            raw = mine.raw if mine else as_typed(asks, ticket.fields)
            filled = mine.filled if mine and mine.filled else read(asks, raw, _today(desk), known.find, ticket.fields)
            faults = by_input((fault.name, fault.text) for fault in filled.faults) if mine else {}
            asked = draw(asks, raw, filled, known, faults, mark=f"{one.name}-")
        found.append(Way(one, asked, refused, mine is not None, mine.text if mine else "", mine.error if mine else ""))
    return found


def _refused(definition: Definition, one: Transition, ticket: TicketPage) -> str:
    try:
        return guarded(definition, one, ticket.fields, ticket.facts())
    except UnsaidFact:  # a guard that asks what only the moment itself says: it is told when it is made
        return ""


async def asked_on_the_way(desk: Desk, ticket: TicketPage, name: str) -> Tried | Mapping[str, Any]:
    """The fields that a transition asks for, as they were typed: their values, or what must be mended."""
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    one = definition.by_name.get(name)
    fields = [definition.by_field[asked] for asked in one.asks] if one else []
    raw = after(desk.form.every, asked_for(desk.form.every))
    known = await options(desk.tx, ticket.key.collectivity_id, fields, raw, _today(desk), ticket.member_id)
    filled = fill(definition, fields, raw, _today(desk), known.find, ticket.fields)
    text = desk.form.fields.get("texte", "")
    if filled.faults or asked_for(desk.form.every):
        return Tried(
            name, raw, filled if not asked_for(desk.form.every) else Filled(filled.values, (), filled.hidden, filled.reckoned), text
        )
    emptied = {one.name: None for one in fields if one.name in ticket.fields and one.name not in filled.values}
    return {**emptied, **filled.values}


async def show(desk: Desk) -> web.StreamResponse:
    """`GET /agent/demandes/<reference>/renseignements`: the fields of the request, to be mended."""
    ticket, definition = await _known(desk)
    return await _form(desk, ticket, definition, as_typed(_fields(definition), ticket.fields), mark(ticket.fields))


async def save(desk: Desk) -> web.StreamResponse:
    """`POST`: keeps them, or shows the form again with what was typed and what must be mended."""
    ticket, definition = await _known(desk)
    sent = desk.form.every
    gesture = asked_for(sent)
    raw, fields, seen = after(sent, gesture), _fields(definition), desk.form.text("vu_le", 40)
    known = await options(desk.tx, ticket.key.collectivity_id, fields, raw, _today(desk), ticket.member_id)
    filled = fill(definition, fields, raw, _today(desk), known.find, ticket.fields, partly=True)
    if gesture:
        return await _form(desk, ticket, definition, raw, seen)
    if filled.faults:
        return await _form(desk, ticket, definition, raw, seen, faults=filled.faults, status=422)
    try:
        done = await fill_in(desk.tx, desk.agent, ticket.key, filled.values, {one.name for one in fields}, seen, desk.now)
    except Conflict as error:
        return await _form(desk, ticket, definition, raw, mark(ticket.fields), error=str(error), status=409)
    return see_other(f"/agent/demandes/{quote(ticket.reference)}?vue={_view(desk.form.text('vue'))}{'&fait=remplir' if done else ''}")


async def _known(desk: Desk) -> tuple[TicketPage, Definition]:
    ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
    if not desk.agent.roles(ticket.key.collectivity_id, ticket.service_id):
        raise Forbidden("Votre rôle ne vous permet pas d’agir sur cette demande.")
    return ticket, await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)


def _fields(definition: Definition) -> list[Field]:
    """The fields that an agent may mend: files are changed by messages that bring them."""
    return [one for one in definition.fields if one.kind != "file"]


async def _form(
    desk: Desk, ticket: TicketPage, definition: Definition, raw: Raw, seen: str, *, faults: Sequence[Any] = (), error: str = "",
    status: int = 200,
) -> web.StreamResponse:  # fmt: skip
    fields, where = _fields(definition), places(settings(desk.request))
    known = await options(desk.tx, ticket.key.collectivity_id, fields, raw, _today(desk), ticket.member_id)
    filled = fill(definition, fields, raw, _today(desk), known.find, ticket.fields, partly=True)
    asked = draw(fields, raw, filled, known, by_input((fault.name, fault.text) for fault in faults), partly=True)
    values = {
        "ticket": ticket, "groups": [(title, [one for one in asked if one.field.by == by]) for by, title in FORM_GROUPS],
        "places": where, "view": _view(desk.form.text("vue") or desk.request.query.get("vue", "")), "seen": seen,
        "error": error, "faults": faults, "csrf": desk.agent.csrf,
    }  # fmt: skip
    headers = {"Content-Security-Policy": where.policy}
    return render(desk.request, "agent/fill.html", status=status, headers=headers, **{**await frame(desk), **values})


def _view(told: str) -> str:
    return told if told in set(View) else View.ALL.value


def _today(desk: Desk) -> date:
    return desk.now.astimezone(PARIS).date()
