"""`/agent/personnes/<id>`: one person: who he is, by what he is known, and one line of all he asked and was told, over all channels."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from aiohttp import web

from grc.clock import PARIS
from grc.errors import BadInput, Forbidden, NotFound, Refused
from grc.messages.address import address
from grc.people import alike, correct, find, join
from grc.people.correct import KINDS
from grc.people.find import Address
from grc.people.join import By, Happened
from grc.tickets import person as reading
from grc.tickets.person import Said
from grc.types import state
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import is_partial, render, see_other
from grc.web.pages import persons
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, ChannelFace, channel_face

DONE = {
    "reunir": "Les deux fiches sont réunies. Vous pouvez les séparer à tout moment.",
    "separer": "Les deux fiches sont de nouveau séparées.",
    "nommer": "Nom corrigé.",
    "habiter": "Adresse postale corrigée.",
    "ajouter": "Adresse ajoutée.",
    "oter": "Adresse retirée. L’historique la garde.",
    "papier": "Noté : cette personne ne veut plus de réponse électronique.",
    "electronique": "Noté : cette personne accepte de nouveau les réponses électroniques.",
}
NOBODY = "Cette personne n’existe pas, ou ne vous est pas accessible."
CLOSE_SHOWN = 8  # closed requests that are listed before one asks for all


@dataclass(frozen=True, slots=True)
class Known:
    """An address of his as the page shows it; `by`: the channels it has come by."""

    address: Address
    icon: str
    name: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request of his, in words."""

    reference: str
    subject: str
    state: str
    open: bool
    service: str
    when: str
    channel: ChannelFace


@dataclass(frozen=True, slots=True)
class Entry:
    """A message of the line over all channels."""

    said: Said
    side: str
    head: str
    when: str
    channel: ChannelFace
    delivery: tuple[str, str, str] | None


async def show(desk: Desk) -> web.StreamResponse:
    """The page; or, further down its line, the next part of it."""
    here, known = await _known(desk)
    if is_partial(desk.request) and (before := desk.request.query.get("avant", "")).isdigit():
        line = await reading.line(desk.tx, here, known.id, int(before[:18]))
        entries = [_entry(desk, said) for said in line.said]
        return render(desk.request, "agent/_personne_suite.html", person=known, entries=entries, before=line.before)
    return await _page(desk, here, known)


async def act(desk: Desk) -> web.StreamResponse:
    """Does one of the acts of the page, and shows it again; with what was wrong, where it could not be done."""
    here, known = await _known(desk)
    if not known.within:
        raise Forbidden("Cette personne est suivie par un autre service de votre collectivité.")
    what = desk.request.match_info["act"]
    do = ACTS.get(what)
    if do is None:
        raise NotFound("Cette action n’existe pas.")
    try:
        await do(desk, here, known.id, By(desk.agent.name, desk.agent.id))
    except BadInput as error:
        return await _page(desk, here, known, wrong=what, error=str(error))
    return see_other(f"/agent/personnes/{known.id}?fait={what}")


async def _join(desk: Desk, here: int, person: int, by: By) -> None:
    other = await find.one(desk.tx, here, desk.form.number("autre") or 0)
    if other is None or not other.within:
        raise BadInput("autre", "Choisissez une personne que vos services suivent.")
    if await join.join(desk.tx, here, person, other.id, by, desk.form.text("pourquoi", 500).strip(), desk.now) is None:
        raise Refused("Ces deux fiches sont déjà réunies. Rechargez la page.")


async def _part(desk: Desk, here: int, person: int, by: By) -> None:
    joining = desk.form.number("reunion") or 0
    if all(one.id != joining for one in await join.joinings(desk.tx, here, person)):
        raise Refused("Ces deux fiches sont déjà séparées. Rechargez la page.")
    await join.part(desk.tx, here, joining, by, desk.form.text("pourquoi", 500).strip(), desk.now)


async def _rename(desk: Desk, here: int, person: int, by: By) -> None:
    await correct.rename(desk.tx, here, person, desk.form.text("nom", 300), by, desk.now)


async def _lives(desk: Desk, here: int, person: int, by: By) -> None:
    await correct.lives(desk.tx, here, person, desk.form.text("lieu", 2000), by, desk.now)


async def _add(desk: Desk, here: int, person: int, by: By) -> None:
    await correct.add(desk.tx, here, person, desk.form.text("genre", 10), desk.form.text("adresse", 300), by, desk.now)


async def _drop(desk: Desk, here: int, person: int, by: By) -> None:
    await correct.drop(desk.tx, here, person, desk.form.text("genre", 20), desk.form.text("adresse", 300), by, desk.now)


async def _on_paper(desk: Desk, here: int, person: int, by: By) -> None:
    try:
        since = datetime.combine(date.fromisoformat(desk.form.text("depuis", 10)), time(12), PARIS)
    except ValueError:
        raise BadInput("depuis", "Indiquez le jour de son refus.") from None
    if since.date() > desk.now.astimezone(PARIS).date():
        raise BadInput("depuis", "Le jour de son refus ne peut pas être à venir.")
    await correct.on_paper(desk.tx, here, person, since, desk.form.text("comment", 500), by, desk.now)


async def _electronic(desk: Desk, here: int, person: int, by: By) -> None:
    await correct.on_paper(desk.tx, here, person, None, desk.form.text("comment", 500), by, desk.now)


ACTS: dict[str, Callable[[Desk, int, int, By], Awaitable[None]]] = {
    "reunir": _join, "separer": _part, "nommer": _rename, "habiter": _lives, "ajouter": _add, "oter": _drop, "papier": _on_paper,
    "electronique": _electronic,
}  # fmt: skip


async def _known(desk: Desk) -> tuple[int, find.Found]:
    """The collectivity of the person in the address, and the person he is one with. NotFound for another collectivity's."""
    number = int(desk.request.match_info["id"])
    place = await find.place(desk.tx, number, desk.agent.collectivities)
    found = await find.one(desk.tx, place[0], place[1]) if place else None
    if place is None or found is None:
        raise NotFound(NOBODY)
    return place[0], found


async def _page(desk: Desk, here: int, known: find.Found, *, wrong: str = "", error: str = "") -> web.StreamResponse:
    values: dict[str, Any] = {
        "person": persons.row(desk, known),
        "wrong": wrong,
        "error": error,
        "done": DONE.get(desk.request.query.get("fait", ""), ""),
    }
    if not known.within:
        return render(desk.request, "agent/personne.html", **values, **await frame(desk))
    came_by = await reading.channels(desk.tx, here, known.id)
    line = await reading.line(desk.tx, here, known.id)
    asked = desk.request.query.get("q", "").strip()[:200]
    candidates = [one for one in await persons.rows(desk, here, asked, 8) if one.found.id != known.id and one.found.within]
    values |= {
        "id": known.id, "addresses": [_address(desk, one, came_by.get(address(one.kind, one.value), ())) for one in known.addresses],
        "standing": await correct.standing(desk.tx, here, known.id), "kinds": KINDS, "asked": asked, "candidates": candidates,
        "requests": [await _request(desk, one) for one in await reading.requests(desk.tx, here, known.id)], "shown": CLOSE_SHOWN,
        "entries": [_entry(desk, said) for said in line.said], "before": line.before,
        "alike": await alike.alike(desk.tx, here, known.id), "joinings": await join.joinings(desk.tx, here, known.id),
        "history": [_happened(desk, one) for one in await join.history(desk.tx, here, known.id)],
        "today": desk.now.astimezone(PARIS).date().isoformat(), "typed": desk.form.fields,
    }  # fmt: skip
    return render(desk.request, "agent/personne.html", status=422 if error else 200, **values, **await frame(desk))


def _address(desk: Desk, one: Address, channels: Sequence[str]) -> Known:
    sign, name = telling.identity(one.kind)
    by = ", ".join(channel_face(desk.request.app[CHANNELS], channel).label for channel in channels)
    return Known(one, sign, name, telling.value(one.kind, one.value, one.label), by)


async def _request(desk: Desk, one: reading.Request) -> Request:
    label = await state.label(desk.tx, one.type, one.version, one.variant, one.state)
    face = channel_face(desk.request.app[CHANNELS], one.channel)
    return Request(one.reference, one.subject, label, one.phase == "open", one.service, words.ago(one.last_at, desk.now), face)


def _entry(desk: Desk, said: Said) -> Entry:
    face = channel_face(desk.request.app[CHANNELS], said.channel)
    if said.direction == "note":
        side, head = "note", "note interne"
    elif said.direction == "in":
        side, head = "theirs", "un tiers nous écrit" if said.audience == "third" else f"reçu par {face.label}"
    else:
        side, head = "ours", "à un tiers" if said.audience == "third" else f"répondu par {face.label}"
        if said.kind != "message":
            head = f"message automatique, par {face.label}"
    delivery = telling.delivery(said.delivery) if said.delivery else None
    return Entry(said, side, head, words.spoken(said.at, desk.now), face, delivery)


_HAPPENED = {
    "joined": ("users", "Réunie avec la fiche de {name}"), "joined_into": ("users", "Réunie à la fiche de {name}"),
    "parted": ("unlink", "Séparée de la fiche de {name}"), "parted_from": ("unlink", "Séparée de la fiche de {name}"),
    "renamed": ("pencil", "Nom corrigé : {from} devient {to}"), "lives": ("house", "Adresse postale corrigée"),
    "address_added": ("plus", "Adresse ajoutée : {label}"), "address_dropped": ("minus", "Adresse retirée : {label}"),
    "on_paper": ("mail-x", "Refuse les réponses électroniques"), "electronic": ("mail-check", "Accepte les réponses électroniques"),
}  # fmt: skip
ICONS = {sign for sign, _ in _HAPPENED.values()}


def _happened(desk: Desk, one: Happened) -> tuple[str, str, Happened, str, str]:
    sign, text = _HAPPENED.get(one.what, ("circle-dot", one.what))
    was = str(one.data.get("from") or "inconnue") if one.what == "lives" else ""
    return sign, text.format_map({"name": "", "from": "", "to": "", "label": "", **one.data}), one, words.spoken(one.at, desk.now), was
