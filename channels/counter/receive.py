"""An agent fills the form of the counter in: his words are sealed, taken by the ledger, and lead him to the ticket."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
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
from grc.web.asked import by_input, new_questions
from grc.web.citizen import outcome
from grc.web.desk import WEB, Desk
from grc.web.page import render, see_other
from grc.web.pages import persons
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame
from grc.web.parts import db, settings
from grc.web.places import places as places_of
from grc.web.sheet import Sheet, sheet
from workflows.definition import Definition
from workflows.form import Fault
from workflows.gestures import after, asked_for

MOST = 6
NAMES = (
    "qui", "personne", "courriel", "telephone", "adresse", "voie", "arrivee", "type", "pose", "service", "objet", "texte", "reponse",
)  # fmt: skip
AGAIN = ("chercher", "champs")  # the buttons that show the form again, for who has no script
WAITS = "attente"  # it is in the ledger, and the worker takes long
ASKS = "Ce type pose des questions\u00a0: répondez-y, puis enregistrez."
ONE_MORE = "Vos réponses amènent une question de plus\u00a0: répondez-y, puis enregistrez."


@dataclass(slots=True)
class Typed:
    """What was typed, and of it what must be mended: the fault by the name of its input; `wrong` are those of the type's questions."""

    given: dict[str, str]
    raw: Mapping[str, Sequence[str]] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    wrong: list[Fault] = field(default_factory=list)
    notice: str = ""  # it is shown again though no answer is wrong: a question was not to be seen yet

    @property
    def again(self) -> bool:
        """Whether the form is to be shown again."""
        return bool(self.faults or self.wrong or self.notice)

    @property
    def number(self) -> int:
        """How many things are to be mended."""
        return len(self.faults) + len(self.wrong)


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

    async def questions(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/guichet/champs`: what the chosen type asks, for its place in the form, with what was answered so far."""
        here, _ = await administered(desk, "agent")
        typed = _typed(desk)
        there = await _sheet(desk, here.id, typed)
        where = places_of(settings(desk.request))
        return render(desk.request, "counter/_questions.html", faults=typed.faults, places=where, **_asked(there, typed))

    async def send(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/guichet`: takes it, and leads to the ticket; or shows it again with all that was typed."""
        typed = _typed(desk)
        if desk.form.text("faire", 20) in AGAIN or asked_for(desk.form.every):
            return await self._page(desk, typed)
        here, _ = await administered(desk, "agent")
        envelope = await _envelope(desk, here.id, typed)
        if typed.again:
            return await self._page(desk, typed, status=422 if typed.number else 200)
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
                return see_other(f"/agent/guichet?fait={WAITS}")
            if not await _reaches(desk, found.reference):
                return see_other(f"/agent/guichet?fait={quote(found.reference)}")
            return see_other(f"/agent/demandes/{quote(found.reference)}?vue=tous&fait=guichet")

        desk.then = take
        return web.Response()

    async def _page(self, desk: Desk, typed: Typed, status: int = 200) -> web.StreamResponse:
        here, places = await administered(desk, "agent")
        services = await _services(desk, here.id)
        offered = await _offered(desk, here.id)
        there = await _sheet(desk, here.id, typed)
        where = places_of(settings(desk.request))
        given = {name: typed.given.get(name, "") for name in NAMES}
        done = desk.request.query.get("fait", "")[:20]
        known = await _person(desk, here.id, given["personne"])
        rows = [persons.row(desk, known)] if known else await persons.rows(desk, here.id, given["qui"], MOST)
        return render(
            desk.request, "counter/form.html", status=status, headers={"Content-Security-Policy": where.policy}, here=here,
            here_places=places, typed=given, faults=typed.faults, number=typed.number, notice=typed.notice,
            rows=rows, services=services, offered=offered,
            chosen=str(known.id) if known else given["personne"], voices=WAYS, answers=ANSWERS, places=where,
            done=reference.read(done) or "", waits=done == WAITS, today=_today(desk).isoformat(),
            **_asked(there, typed), **await frame(desk),
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
    service = _named(faults, "service", given["service"], [(one.service, one.slug) for one in services])
    there = await _sheet(desk, here, typed)
    _judge(typed, there)
    if not given["objet"] and not given["texte"] and (there is None or not there.fields):
        faults["objet"] = "Écrivez en quelques mots ce que la personne demande."
    if given["reponse"] == "email" and not mail:
        faults["reponse"] = "Pour répondre par courriel, il faut son adresse électronique."
    if given["reponse"] == "sms" and not number:
        faults["reponse"] = "Pour répondre par SMS, il faut son téléphone."
    words = given["texte"] or ("" if there else given["objet"])
    told = there.sealed(words) if there else {"type": "", "champs": {}, "objet": (words.splitlines() or [""])[0][:120], "message": words}
    return {
        "nom": known.name if known else given["qui"], "personne": known.id if known else None, "courriel": mail, "telephone": number,
        "adresse": given["adresse"], "voie": given["voie"], "arrivee": _arrival(desk, typed), "type": told["type"], "service": service,
        "champs": told["champs"], "objet": given["objet"] or told["objet"], "texte": told["message"], "reponse": given["reponse"],
        "agent": desk.agent.id, "pris_par": desk.agent.name,
    }  # fmt: skip


def _typed(desk: Desk) -> Typed:
    given = {name: desk.form.text(name, 100_000)[: LONGEST.get(name, 100)].strip() for name in NAMES}
    return Typed(given, after(desk.form.every, asked_for(desk.form.every)))


def _today(desk: Desk) -> date:
    return desk.now.astimezone(PARIS).date()


async def _offered(desk: Desk, here: int) -> list[Definition]:
    return [one.definition for one in await types.offered(desk.tx, here, on=_today(desk))]


async def _sheet(desk: Desk, here: int, typed: Typed) -> Sheet | None:
    """The form of the type that was named, without its files; None where none was, a fault where it is not known which."""
    offered = {one.name: one for one in await _offered(desk, here)}
    kind = _named(typed.faults, "type", typed.given.get("type", ""), [(one.title, one.name) for one in offered.values()])
    return await sheet(desk.tx, offered[kind], here, typed.raw, _today(desk), files=False) if kind else None


def _judge(typed: Typed, there: Sheet | None) -> None:
    """What must be mended in the answers; a question that could not be seen yet is shown first."""
    if there is None:
        return
    if typed.given["pose"] != there.definition.name:
        typed.notice = ASKS if there.filled.faults else ""
        return
    opened = new_questions(there.fields, typed.raw, there.filled)
    typed.wrong += [one for one in there.filled.faults if not any(f"{one.name}.".startswith(f"{name}.") for name in opened)]
    if not typed.wrong and there.filled.faults:
        typed.notice = ONE_MORE


def _asked(there: Sheet | None, typed: Typed) -> dict[str, Any]:
    """The values of `_questions.html`."""
    wrong = by_input((one.name, one.text) for one in typed.wrong)
    return {"type": there.definition if there else None, "asked": there.questions(wrong) if there else ()}


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
