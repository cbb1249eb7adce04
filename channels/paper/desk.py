"""The desk where letters that came are confirmed: the pages beside the fields, by the keyboard alone, and the next letter at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from aiohttp import web

from channels.paper import letters
from channels.paper.decision import Decision
from channels.paper.letters import Letter
from channels.paper.reading import Reader
from channels.paper.take import Handed, queries, take
from grc import files
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, NotFound
from grc.people import find, phone
from grc.people.find import Found
from grc.tickets import reference as references
from grc.types import store as types
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from workflows.dates import day_in, in_words

HERE = "/agent/courrier"
FIELDS = ("nom", "adresse", "courriel", "telephone", "objet", "arrivee", "type", "service", "demande", "personne")
OLDEST = timedelta(days=366)
MOST_KNOWN = 4
_NOTHING = "default-src 'none'; sandbox; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True)
class ScanDesk:
    """The pages of letters that come. What is decided is done by `reader` under the worker's role, once this agent's has seen it."""

    reader: Reader

    async def show(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier`: the letter that has waited longest."""
        row = await queries.next_waiting(desk.tx.conn, collectivities=list(desk.agent.collectivities))
        if row is None:
            return await self._page(desk, None, {}, None)
        return await self._letter(desk, await _one(desk, row["collectivity_id"], row["id"]))

    async def one(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/<letter>`."""
        return await self._letter(desk, await _asked(desk))

    async def picture(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/<letter>/pages/<n>`: a picture that we made."""
        letter = await _asked(desk)
        number = int(desk.request.match_info["page"])
        digest = await queries.page(desk.tx.conn, collectivity_id=letter.collectivity_id, letter_id=letter.id, number=number)
        if digest is None:
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        headers = {"Cache-Control": "private, max-age=3600", "Content-Security-Policy": _NOTHING}
        return self._given(desk, letter, digest, "image/jpeg", headers)

    async def original(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/<letter>/original`: the file as it came, to be kept and never shown inline: it may hold anything."""
        letter = await _asked(desk)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(letter.file)}", "Content-Security-Policy": _NOTHING}
        return self._given(desk, letter, letter.original or letter.digest, "application/octet-stream", headers)

    def _given(self, desk: Desk, letter: Letter, digest: bytes, kind: str, headers: Mapping[str, str]) -> web.StreamResponse:
        """Bytes of a letter that this agent was found to see: nothing is attached to a request yet, so that his role reads none of them."""

        async def then() -> web.StreamResponse:
            async with self.reader.db.transaction(WORKER) as tx:
                content = await files.get(tx, letter.collectivity_id, digest)
            return web.Response(body=content, content_type=kind, headers=headers)

        desk.then = then
        return web.Response()

    async def decide(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/courrier/<letter>`: it becomes a request, or goes on with one; then the next letter."""
        letter = await _asked(desk)
        typed = {name: desk.form.fields.get(name, "") for name in FIELDS}
        try:
            decided, service_id, arrived_on = await self._read(desk, letter, typed)
        except BadInput as error:
            return await self._letter(desk, letter, typed, error)

        async def then() -> web.StreamResponse:
            async with self.reader.db.transaction(WORKER) as tx:
                done = await queries.decide(
                    tx.conn, collectivity_id=letter.collectivity_id, id=letter.id, decided=decided.kept(), agent_id=desk.agent.id,
                    service_id=service_id, arrived_on=arrived_on, now=desk.now,
                )  # fmt: skip
            if done is None:
                raise Conflict("Quelqu’un d’autre s’est déjà occupé de cette lettre.")
            await self.reader.step((letter.collectivity_id, letter.id))
            return see_other(f"{HERE}?fait=rangee")

        desk.then = then
        return web.Response()

    async def aside(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/courrier/<letter>/ecarter`, and back by `reprendre`."""
        letter = await _asked(desk)
        back = desk.request.match_info["act"] == "reprendre"
        if not back and desk.request.match_info["act"] != "ecarter":
            raise NotFound("Cette action n’existe pas.")

        async def then() -> web.StreamResponse:
            async with self.reader.db.transaction(WORKER) as tx:
                where = {"collectivity_id": letter.collectivity_id, "id": letter.id}
                if back:
                    done = await queries.take_back(tx.conn, **where, now=desk.now)
                else:
                    done = await queries.put_aside(tx.conn, **where, agent_id=desk.agent.id)
            if done is None:
                raise Conflict("Quelqu’un d’autre s’est déjà occupé de cette lettre.")
            return see_other(
                f"{HERE}/{letter.collectivity_id}-{letter.id}"
                if back
                else f"{HERE}?fait=ecartee&lettre={letter.collectivity_id}-{letter.id}"
            )

        desk.then = then
        return web.Response()

    async def hand_in(self, desk: Desk) -> web.StreamResponse:
        """`POST /agent/courrier/deposer`: files from this agent's machine."""
        chosen = await service_of(desk, desk.form.text("service", 40))
        today = desk.now.astimezone(PARIS).date()
        sent = [one for one in desk.form.files.get("fichiers", ()) if one.content]
        try:
            if not sent:
                raise BadInput("fichiers", "Choisissez au moins un fichier PDF ou TIFF.")
            day = arrival_day(desk.form.text("arrivee", 20), today)
        except BadInput as error:
            return await self._page(desk, None, {"arrivee": desk.form.text("arrivee", 20)}, error)

        async def then() -> web.StreamResponse:
            new = 0
            for one in sent:
                handed = Handed(chosen["collectivity_id"], "page", one.name, one.content, day, chosen["slug"], desk.agent.id)
                new += (await take(self.reader.db, handed, desk.now)).new
            return see_other(f"{HERE}?fait={'deposee' if new else 'connue'}")

        desk.then = then
        return web.Response()

    async def _read(self, desk: Desk, letter: Letter, typed: Mapping[str, str]) -> tuple[Decision, int, date]:
        """What was typed, as a decision. BadInput names the field that is wrong."""
        chosen = await service_of(desk, typed["service"])
        if chosen["collectivity_id"] != letter.collectivity_id:
            raise BadInput("service", "Choisissez un service de la collectivité à qui cette lettre est adressée.")
        arrived_on = arrival_day(typed["arrivee"], desk.now.astimezone(PARIS).date())
        number = phone.number(typed["telephone"]) if typed["telephone"].strip() else ""
        if typed["telephone"].strip() and not number:
            raise BadInput("telephone", "Ce numéro de téléphone n’est pas lisible : dix chiffres, ou +33…")
        ticket = await _named(desk, letter.collectivity_id, typed["demande"]) if typed["demande"].strip() else None
        offered = {one.definition.name for one in await types.offered(desk.tx, letter.collectivity_id, on=arrived_on)}
        if typed["type"] and typed["type"] not in offered:
            raise BadInput("type", "Ce type de demande n’est pas proposé ici : choisissez-en un autre.")
        said = letter.proposed
        decision = Decision(
            name=typed["nom"].strip()[:200], address=_lines(typed["adresse"]), email=typed["courriel"].strip().lower()[:254], phone=number,
            subject=" ".join(typed["objet"].split())[:300], type=typed["type"], service=chosen["slug"], ticket=ticket,
            written_on=str(said.get("written_on", "")), known=await _known_address(desk, letter, typed["personne"]),
        )  # fmt: skip
        return decision, chosen["id"], arrived_on

    async def _letter(
        self, desk: Desk, letter: Letter, typed: Mapping[str, str] | None = None, error: BadInput | None = None
    ) -> web.StreamResponse:
        said = letter.proposed
        values = typed or {
            "nom": str(said.get("name", "")), "adresse": str(said.get("address", "")), "courriel": str(said.get("email", "")),
            "telephone": phone.spoken(str(said.get("phone", ""))), "objet": str(said.get("subject", "")),
            "arrivee": letter.arrived_on.isoformat(), "type": "", "service": f"{letter.collectivity_id}-{letter.service_id}",
            "demande": letter.reference, "personne": "",
        }  # fmt: skip
        return await self._page(desk, letter, values, error)

    async def _page(self, desk: Desk, letter: Letter | None, typed: Mapping[str, str], error: BadInput | None) -> web.StreamResponse:
        today = desk.now.astimezone(PARIS).date()
        more: dict[str, Any] = {"pages": [], "types": [], "persons": [], "letter": letter, "written_on": ""}
        if letter is not None:
            where = {"collectivity_id": letter.collectivity_id, "letter_id": letter.id}
            written = day_in(str(letter.proposed.get("written_on", "")))
            more |= {
                "pages": [dict(row) async for row in queries.sizes(desk.tx.conn, **where)],
                "types": [one.definition for one in await types.offered(desk.tx, letter.collectivity_id, on=today)],
                "persons": await _alike(desk, letter),
                "written_on": in_words(written) if written else "",
            }
        collectivities = list(desk.agent.collectivities)
        return render(
            desk.request, "paper/desk.html", status=error.status if error else 200, typed={**dict.fromkeys(FIELDS, ""), **typed},
            wrong=error.field if error else "", error=str(error) if error else "", today=today.isoformat(),
            counts=await queries.counts(desk.tx.conn, collectivities=collectivities),
            services=await services(desk), lately=[_told(row) async for row in queries.lately(desk.tx.conn, collectivities=collectivities)],
            done=desk.request.query.get("fait", ""), undo=_key_text(desk.request.query.get("lettre", "")), **more, **await frame(desk),
        )  # fmt: skip


async def services(desk: Desk) -> list[Any]:
    """The services in whose name this agent works."""
    rows = queries.services_named(desk.tx.conn, collectivities=list(desk.agent.collectivities))
    return [row async for row in rows if desk.agent.roles(row["collectivity_id"], row["id"])]


async def service_of(desk: Desk, typed: str) -> Any:
    """The service that `12-34` names. BadInput where it is none of his."""
    found = next((row for row in await services(desk) if f"{row['collectivity_id']}-{row['id']}" == typed), None)
    if found is None:
        raise BadInput("service", "Choisissez un service.")
    return found


def arrival_day(typed: str, today: date) -> date:
    """The day on which a letter arrived. BadInput where it lies ahead, or long behind."""
    day = day_in(typed) if typed.strip() else today
    if day is None:
        raise BadInput("arrivee", "Cette date n’est pas lisible.")
    if not today - OLDEST <= day <= today:
        raise BadInput("arrivee", "La date d’arrivée est à venir, ou remonte à plus d’un an.")
    return day


async def _asked(desk: Desk) -> Letter:
    named = desk.request.match_info
    return await _one(desk, int(named["place"]), int(named["letter"]))


async def _one(desk: Desk, collectivity_id: int, number: int) -> Letter:
    found = await letters.read(desk.tx, [(collectivity_id, number)])
    if not found or not desk.agent.roles(collectivity_id, found[0].service_id):
        raise NotFound("Cette lettre n’existe pas, ou ne vous est pas accessible.")
    return found[0]


async def _named(desk: Desk, collectivity_id: int, typed: str) -> int:
    written = references.read(typed)
    row = await queries.ticket(desk.tx.conn, collectivity_id=collectivity_id, reference=written) if written else None
    if row is None:
        raise BadInput("demande", "Aucune demande de cette collectivité que vous suiviez n’a cette référence.")
    return int(row["id"])


async def _alike(desk: Desk, letter: Letter) -> Sequence[Found]:
    """The persons known here who may have written it."""
    said = letter.proposed
    found: dict[int, Found] = {}
    for words in (said.get("email"), said.get("phone"), said.get("name")):
        for one in await find.find(desk.tx, letter.collectivity_id, str(words), MOST_KNOWN) if words else ():
            found.setdefault(one.id, one)
    return [one for one in found.values() if one.within and one.addresses][:MOST_KNOWN]


async def _known_address(desk: Desk, letter: Letter, typed: str) -> str:
    """An address of the person that was chosen, by which he is known; empty where none was."""
    if not typed.isdigit() or len(typed) > 18:
        return ""
    found = await find.one(desk.tx, letter.collectivity_id, int(typed))
    if found is None or not found.within or not found.addresses:
        raise BadInput("personne", "Cette personne n’est plus connue ici.")
    first = found.addresses[0]
    return first.value if first.kind == "email" else f"{first.kind}:{first.value}"


def _lines(typed: str) -> str:
    return "\n".join(line for line in (" ".join(one.split()) for one in typed.splitlines()) if line)[:600]


def _key_text(typed: str) -> str:
    collectivity, _, number = typed.partition("-")
    return typed if collectivity.isdigit() and number.isdigit() and len(typed) < 30 else ""


def _told(row: Any) -> dict[str, Any]:
    decided = row["decided"] or {}
    return {
        "key": f"{row['collectivity_id']}-{row['id']}", "aside": row["state"] == "aside", "ticket": row["ticket"],
        "subject": row["subject"] or decided.get("subject") or row["file"], "name": decided.get("name", ""),
        "by_mark": bool(row["reference"]), "arrived": in_words(row["arrived_on"]),
    }  # fmt: skip
