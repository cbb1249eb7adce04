"""An agent fills the form of the counter in: his words are sealed, taken by the ledger, and lead him to the ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import quote

from aiohttp import web

from channels.counter.parse import ANSWERS, WAYS
from channels.counter.settings import LONGEST, LONGEST_WAIT
from grc.clock import PARIS
from grc.errors import BadInput, NotFound, Unavailable
from grc.fold import fold
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival
from grc.people import correct, find
from grc.tickets import page as reading
from grc.tickets import reference, store
from grc.tickets.page import Place
from grc.types import store as types
from grc.web import sessions
from grc.web.citizen import outcome
from grc.web.desk import WEB, Desk
from grc.web.page import render, see_other
from grc.web.pages import persons
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame
from grc.web.parts import db

MOST = 6
NAMES = ("qui", "personne", "courriel", "telephone", "adresse", "voie", "arrivee", "type", "service", "objet", "texte", "reponse")
LATER = "/agent?vue=tous"  # where it will stand, should the worker take long


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, and of it what must be mended: the fault by the name of its input."""

    given: dict[str, str]
    faults: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counter:
    """Shows the form and takes it in."""

    accept: Accept

    async def show(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/guichet`: the form, for `?personne=` where he is known already."""
        return await self._page(desk, Typed({name: desk.request.query.get(name, "")[:1000] for name in NAMES}))

    async def persons(self, desk: Desk) -> web.StreamResponse:
        """The persons that what is typed may mean, for the list under it."""
        here, _ = await administered(desk, "agent")
        asked = desk.request.query.get("qui", "").strip()[:200]
        rows = await persons.rows(desk, here.id, asked, MOST)
        return render(desk.request, "counter/_found.html", rows=rows, chosen="")

    async def receipt(self, desk: Desk) -> web.StreamResponse:
        """The receipt of a request, to be printed and handed over."""
        ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
        place = next(one for one in await reading.places(desk.tx, (ticket.key.collectivity_id,)) if one.service_id == ticket.service_id)
        link = f"{desk.tx.site.public_url}/suivi/{ticket.tracking_token}" if ticket.tracking_token else ""
        return render(desk.request, "counter/receipt.html", ticket=ticket, place=place, link=link, **await frame(desk))

    async def send(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/guichet`: takes it, and leads to the ticket; or shows it again with all that was typed."""
        given = {name: desk.form.text(name, 100_000)[: LONGEST.get(name, 100)].strip() for name in NAMES}
        if desk.form.text("faire", 20) == "chercher":
            return await self._page(desk, Typed(given))
        here, _ = await administered(desk, "agent")
        typed = Typed(given)
        envelope = await _envelope(desk, here.id, typed)
        if typed.faults:
            return await self._page(desk, typed, status=422)
        raw = seal(envelope, ())
        # Sent twice it is one: the number of the form and what was typed are its name in the ledger.
        source_id = f"{desk.agent.id}.{desk.form.text('envoi', 40)}.{hashlib.sha256(raw).hexdigest()[:12]}"
        arrival = Arrival("counter", "guichet", source_id, raw, here.id, {"agent": desk.agent.id})

        async def take() -> web.StreamResponse:  # once his transaction is over: what follows begins others
            taken = await self.accept(arrival)
            if not isinstance(taken, Accepted):
                raise Unavailable(taken.reason)
            found = await outcome.settled(desk.request, here.id, "counter", source_id, LONGEST_WAIT)
            if found is None or not found.reference:
                return see_other(LATER)
            if not await _reaches(desk, found.reference):
                return see_other(f"/agent/guichet?fait={quote(found.reference)}")
            return see_other(f"/agent/demandes/{quote(found.reference)}?vue=tous&fait=guichet")

        desk.then = take
        return web.Response()

    async def _page(self, desk: Desk, typed: Typed, status: int = 200) -> web.StreamResponse:
        here, places = await administered(desk, "agent")
        services = await _services(desk, here.id)
        offered = [one.definition for one in await types.offered(desk.tx, here.id, on=desk.now.astimezone(PARIS).date())]
        given = {name: typed.given.get(name, "") for name in NAMES}
        known = await _person(desk, here.id, given["personne"])
        rows = [persons.row(desk, known)] if known else await persons.rows(desk, here.id, given["qui"], MOST)
        return render(
            desk.request, "counter/form.html", status=status, here=here, places=places, typed=given, faults=typed.faults, rows=rows,
            chosen=str(known.id) if known else given["personne"], services=services, offered=offered, voices=WAYS, answers=ANSWERS,
            done=reference.read(desk.request.query.get("fait", "")[:20]) or "",
            today=desk.now.astimezone(PARIS).date().isoformat(), **await frame(desk),
        )  # fmt: skip


async def _envelope(desk: Desk, here: int, typed: Typed) -> dict[str, Any]:
    """What goes into the ledger, with the faults of what was typed noted beside it."""
    given, faults = typed.given, typed.faults
    known = await _person(desk, here, given["personne"])
    if known is None and not given["qui"]:
        faults["qui"] = "Indiquez le nom de la personne, ou choisissez-la dans la liste."
    mail = _address(faults, "courriel", "email", given["courriel"])
    number = _address(faults, "telephone", "tel", given["telephone"])
    if known:
        mail = mail or next((a.value for a in known.addresses if a.kind == "email"), "")
        number = number or next((a.value for a in known.addresses if a.kind == "tel"), "")
    services = await _services(desk, here)
    offered = [one.definition for one in await types.offered(desk.tx, here, on=desk.now.astimezone(PARIS).date())]
    service = _named(faults, "service", given["service"], [(one.service, one.slug) for one in services])
    kind = _named(faults, "type", given["type"], [(one.title, one.name) for one in offered])
    if not given["objet"] and not given["texte"]:
        faults["objet"] = "Écrivez en quelques mots ce que la personne demande."
    if given["reponse"] == "email" and not mail:
        faults["reponse"] = "Pour répondre par courriel, il faut son adresse électronique."
    if given["reponse"] == "sms" and not number:
        faults["reponse"] = "Pour répondre par SMS, il faut son téléphone."
    words = given["texte"] or given["objet"]
    return {
        "nom": known.name if known else given["qui"], "personne": known.id if known else None, "courriel": mail, "telephone": number,
        "adresse": given["adresse"], "voie": given["voie"], "arrivee": _arrival(desk, typed), "type": kind, "service": service,
        "objet": given["objet"] or (words.splitlines() or [""])[0][:120], "texte": words, "reponse": given["reponse"],
        "agent": desk.agent.id, "pris_par": desk.agent.name,
    }  # fmt: skip


async def _reaches(desk: Desk, ref: str) -> bool:
    """Whether the agent may see the request: one that he took for another service is that service's."""
    async with db(desk.request).transaction(WEB) as tx:
        await sessions.enter(tx, desk.session, desk.now)
        try:
            await store.find(tx, ref)
        except NotFound:
            return False
    return True


def _address(faults: dict[str, str], name: str, kind: str, typed: str) -> str:
    if not typed:
        return ""
    try:
        return correct.read(kind, typed)[0]
    except BadInput as error:
        faults[name] = str(error)
        return ""


def _named(faults: dict[str, str], name: str, typed: str, known: Sequence[tuple[str, str]]) -> str:
    """What the typed words name: wholly, or as the only one in which all of them begin a word."""
    wanted = fold(typed).split()
    if not wanted:
        return ""
    exact = [value for title, value in known if fold(title).split() == wanted]
    found = exact or [value for title, value in known if all(any(w.startswith(one) for w in fold(title).split()) for one in wanted)]
    if len(found) == 1:
        return found[0]
    titles = [title for title, value in known if value in found]
    faults[name] = f"Précisez\u00a0: {', '.join(titles[:5])}." if titles else f"«\u00a0{typed}\u00a0» ne désigne rien ici."
    return ""


def _arrival(desk: Desk, typed: Typed) -> str:
    """When a letter came, where it did not come today: at noon of that day."""
    if typed.given["voie"] != "paper" or not typed.given["arrivee"]:
        return ""
    try:
        day = date.fromisoformat(typed.given["arrivee"])
    except ValueError:
        typed.faults["arrivee"] = "Indiquez le jour d’arrivée de la lettre."
        return ""
    if day > desk.now.astimezone(PARIS).date():
        typed.faults["arrivee"] = "Le jour d’arrivée de la lettre ne peut pas être à venir."
    return datetime.combine(day, time(12), PARIS).isoformat() if day < desk.now.astimezone(PARIS).date() else ""


async def _person(desk: Desk, here: int, told: str) -> find.Found | None:
    if not (told.isascii() and told.isdigit()) or len(told) > 18:
        return None
    place = await find.place(desk.tx, int(told), (here,))
    return await find.one(desk.tx, here, place[1]) if place else None


async def _services(desk: Desk, here: int) -> Sequence[Place]:
    return await reading.places(desk.tx, (here,))
