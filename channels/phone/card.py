"""Who calls, on the screen of the agent who took the call: what is known of him, what he waits for, and a sheet to write on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from channels.phone import sheet
from channels.phone.sheet import Sheet
from grc.db import sql
from grc.errors import BadInput, NotFound
from grc.people.find import Found, OpenRequest, by_phone, open_requests
from grc.people.phone import spoken
from grc.tickets import reference, store
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame

queries = sql.load(__file__, "card.sql")

STAYS = timedelta(minutes=30)  # after the end of a call, for whoever writes when he has hung up
LASTS = timedelta(hours=4)  # a call whose end was never told
MOST_SHOWN = 8  # open requests on a card
NOTHING: Mapping[str, str] = {"objet": "", "texte": "", "nom": "", "service": "", "vers": ""}


@dataclass(frozen=True, slots=True)
class Card:
    """A call as it is shown. `person` is None where the number is unknown, or hidden."""

    place: int
    id: int
    title: str
    going_on: bool
    number: str
    when: str
    how_long: str
    queue: str
    person: Found | None
    requests: Sequence[OpenRequest]
    services: Sequence[Any]


async def corner(desk: Desk) -> web.StreamResponse:
    """The cards of the agent who looks, for the corner of his page; nothing where nobody calls him."""
    since = desk.now - LASTS
    await queries.serve(desk.tx.conn, agent_id=desk.agent.id)
    rows = [row async for row in queries.mine(desk.tx.conn, agent_id=desk.agent.id, since=since)]
    shown = [row for row in rows if row["ended_at"] is None or row["ended_at"] > desk.now - STAYS]
    cards = [await card(desk, row) for row in shown[:2]]
    return render(desk.request, "phone/corner.html", cards=cards, csrf=desk.agent.csrf, typed=NOTHING, wrong="", error="")


async def page(desk: Desk) -> web.StreamResponse:
    """One call on a page of its own, with its sheet."""
    return await _page(desk, await _row(desk), NOTHING, "", "")


async def fill_in(desk: Desk) -> web.StreamResponse:
    """Writes what was said as a new request, or into an open one; then that request is shown."""
    row = await _row(desk)
    typed = {name: desk.form.text(name, 20_000 if name == "texte" else 300) for name in NOTHING}
    written = Sheet(row["collectivity_id"], row["other"], typed["texte"], typed["nom"])
    try:
        if typed["vers"]:
            key = await store.find(desk.tx, typed["vers"])
            if key.collectivity_id != row["collectivity_id"]:
                raise BadInput("vers", "Cette demande est d’une autre collectivité.")
            await sheet.add_to_request(desk.tx, desk.agent, written, key, desk.now)
            shown = typed["vers"]
        else:
            service = int(typed["service"]) if typed["service"].isdecimal() and len(typed["service"]) < 10 else 0
            key = await sheet.open_request(desk.tx, desk.agent, written, service, typed["objet"], desk.now)
            shown = reference.encode(key.id)
    except BadInput as error:
        return await _page(desk, row, typed, {"text": "texte"}.get(error.field, error.field), str(error))
    await _settle(desk, row, key.id)
    return see_other(f"/agent/demandes/{shown}")


async def put_away(desk: Desk) -> web.StreamResponse:
    """The call needs no sheet: its card goes, everywhere this agent has it open."""
    await _settle(desk, await _row(desk), None)
    return see_other("/agent/appels")


async def _settle(desk: Desk, row: Any, ticket_id: int | None) -> None:
    agent = await queries.settle(
        desk.tx.conn, collectivity_id=row["collectivity_id"], id=row["id"], ticket_id=ticket_id, now=desk.now
    )  # fmt: skip
    if agent is not None:
        desk.tx.wake("agent", f"{agent}:appel")


async def _row(desk: Desk) -> Any:
    found = desk.request.match_info
    await queries.serve(desk.tx.conn, agent_id=desk.agent.id)
    row = await queries.one(desk.tx.conn, collectivity_id=int(found["place"]), id=int(found["call"]))
    if row is None:
        raise NotFound("Cet appel n’existe pas, ou ne vous est pas accessible.")
    return row


async def _page(desk: Desk, row: Any, typed: Mapping[str, str], wrong: str, error: str) -> web.StreamResponse:
    shown = await card(desk, row)
    return render(
        desk.request, "phone/call.html", status=422 if error else 200, card=shown, call=row, typed=typed, wrong=wrong, error=error,
        outcome=OUTCOMES[row["outcome"]], **{**await frame(desk), "corners": ()},
    )  # fmt: skip


async def card(desk: Desk, row: Any) -> Card:
    """A call, with who is known at its number and what he waits for, as far as this agent may see it."""
    place, number = row["collectivity_id"], row["other"]
    person = next(iter(await by_phone(desk.tx, place, number)), None) if number.startswith("+") else None
    requests = await open_requests(desk.tx, place, person.id) if person is not None else []
    services = [s async for s in queries.services(desk.tx.conn, collectivity_id=place, services=list(desk.agent.services))]
    going_on = row["outcome"] == "talking"
    return Card(
        place, row["id"], _title(row["direction"], going_on=going_on), going_on, spoken(number) or "Numéro masqué",
        words.spoken(row["rang_at"], desk.now), lasted(row["talked"]), row["queue"], person, requests[:MOST_SHOWN], services,
    )  # fmt: skip


def _title(direction: str, *, going_on: bool) -> str:
    if going_on:
        return "Appel en cours" if direction == "in" else "Vous appelez"
    return "Appel terminé"


def lasted(seconds: int | None) -> str:
    """« 2 min 05 s »; empty where it is not known."""
    if seconds is None:
        return ""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}\u00a0min\u00a0{rest:02}\u00a0s" if minutes else f"{rest}\u00a0s"


OUTCOMES: Mapping[str, tuple[str, str, str]] = {  # word, how it presses, sign
    "ringing": ("Sonne", "soon", "phone-call"),
    "talking": ("En cours", "done", "phone-call"),
    "answered": ("Répondu", "done", "phone"),
    "missed": ("Manqué", "late", "phone-missed"),
    "forwarded": ("Renvoyé", "", "phone-forwarded"),
    "not_reached": ("Sans réponse", "soon", "phone-off"),
}
