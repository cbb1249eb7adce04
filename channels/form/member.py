"""The form of a type as an agent of a member fills it in: he asks the agency on behalf of his collectivity, in his own name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from channels.form.fields import LONGEST, Fault
from channels.form.settings import FormSettings
from grc.clock import PARIS
from grc.collectivities import kinds
from grc.errors import NotFound, Unavailable
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival
from grc.people.agents import SignedIn
from grc.types import store as types
from grc.web.asked import by_input, new_questions
from grc.web.body import clean
from grc.web.citizen import bundle, outcome
from grc.web.citizen.bundle import FREE, Bundle
from grc.web.citizen.limits import Limits, received_file
from grc.web.citizen.token import Token, TokenMaker
from grc.web.citizen.upload import Sent
from grc.web.cover import NotCovered, not_covered
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.agency import AUDIENCE
from grc.web.pages.frame import frame
from grc.web.parts import db, settings
from grc.web.places import places
from grc.web.sheet import Sheet, sheet
from workflows.form import PREFIX
from workflows.gestures import after, asked_for
from workflows.reach import PHONE_FAULT, telephone
from workflows.typed import too_long

ACCOUNT = "agence"
ONE_MORE = "Vos réponses amènent une question de plus. Répondez-y, puis envoyez votre demande."
CHOOSE_AGAIN = "Les fichiers n’ont pas pu être gardés\u00a0: choisissez-les de nouveau avant d’envoyer."
NOT_OFFERED = "L’agence ne propose pas cette demande en ce moment. Revenez à la liste pour en choisir une autre."


@dataclass(frozen=True, slots=True)
class Filling:
    """One form while it is filled in: read within the agent's transaction, judged after it."""

    request: web.Request
    agent: SignedIn
    surround: Mapping[str, Any]  # what surrounds every page of an agent
    agency: int
    member: int
    names: Mapping[int, str]  # his collectivities
    sheet: Sheet
    token: Token
    sent: Sent
    now: datetime
    missing: NotCovered | None  # his collectivity does not subscribe to it

    @property
    def path(self) -> str:
        """Where the form is sent."""
        return f"/agent/agence/nouvelle/{self.sheet.definition.name}"


@dataclass(frozen=True, slots=True)
class MemberForm:
    """Shows such forms and takes them in: through the same envelope and the same ledger as a citizen's."""

    accept: Accept
    settings: FormSettings
    tokens: TokenMaker

    async def show(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/agence/nouvelle/<type>`: the form, on behalf of `?pour=` where he works for several, with the answers of a link."""
        chosen = desk.request.query.get("pour", "")
        answers = {name: [clean(text)] for name, text in desk.request.query.items() if name.startswith(PREFIX)}
        filling = await self._begun(desk, chosen, Sent(answers))
        return self._page(filling, Bundle(), [])

    async def send(self, desk: Desk) -> web.StreamResponse:
        """`POST`: takes it in, or shows it again with what was typed and what must be mended."""
        named = {name: [received_file(one.name, one.content) for one in files] for name, files in desk.form.files.items()}
        filling = await self._begun(desk, desk.form.text("pour", 20), Sent(desk.form.every, named))

        async def judge() -> web.StreamResponse:  # once his transaction is over: what follows begins others
            return await self._judge(filling)

        desk.then = judge
        return web.Response()

    async def _begun(self, desk: Desk, chosen: str, sent: Sent) -> Filling:
        agency, members = await kinds.agency(desk.tx), await desk.members()
        if agency is None or not members:
            raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
        today, name = desk.now.astimezone(PARIS).date(), desk.request.match_info["type"]
        offered = [one.definition for one in await types.offered(desk.tx, agency, AUDIENCE, on=today)]
        definition = next((one for one in offered if one.name == name), None)
        if definition is None:
            raise NotFound(NOT_OFFERED)
        member = next((one for one in members if str(one) == chosen), members[0])
        raw = after(sent.fields, asked_for(sent.fields))
        token = self.tokens.read(sent.get("jeton"), str(desk.agent.id)) or self.tokens.new(desk.now)
        return Filling(
            desk.request, desk.agent, await frame(desk), agency, member, await kinds.names(desk.tx, members),
            await sheet(desk.tx, definition, agency, raw, today, member), token, sent, desk.now,
            await not_covered(desk.tx, definition, member, today),
        )  # fmt: skip

    async def _judge(self, filling: Filling) -> web.StreamResponse:
        request, number, fields = filling.request, filling.token.number, filling.sheet.fields
        names, these = bundle.inputs(fields), self._limits(filling)
        files = await bundle.gathered(db(request), filling.agency, number, filling.sent, names, these)
        there = filling.sheet.with_files(files.names())
        faults, notice = _faults(there, filling.sent, files)
        if not faults and not notice and not asked_for(filling.sent.fields):
            return await self._take(filling, there, files, names)
        if not await bundle.keep(db(request), filling.agency, number, files, filling.now):
            faults.append(Fault(FREE, CHOOSE_AGAIN))
        kept = await bundle.waiting(db(request), filling.agency, number, names)
        return self._page(filling, files, faults, there=there, kept=kept, notice=notice)

    def _limits(self, filling: Filling) -> Limits:
        return bundle.widened(self.settings.limits, filling.sheet.fields)

    def _page(
        self, filling: Filling, files: Bundle, faults: list[Fault], *, there: Sheet | None = None, kept: Mapping[str, Any] | None = None,
        notice: str = "",
    ) -> web.Response:  # fmt: skip
        there, kept, where = there or filling.sheet, kept or {}, places(settings(filling.request))
        wrong = by_input((fault.field, fault.text) for fault in faults)
        return render(
            filling.request, "form/member.html", status=422 if faults else 200, headers={"Content-Security-Policy": where.policy},
            **filling.surround, type=there.definition, asked=there.questions(wrong), papers=there.papers(wrong, kept), places=where,
            limits=self._limits(filling), kept=kept.get(FREE, ()), faults=faults, by_field=wrong, notice=notice, names=filling.names,
            member=filling.member, address=filling.path, token=self.tokens.write(filling.token, str(filling.agent.id)),
            missing=filling.missing, message=filling.sent.get("message"), phone=filling.sent.get("telephone"),
        )  # fmt: skip

    async def _take(self, filling: Filling, there: Sheet, files: Bundle, names: list[str]) -> web.StreamResponse:
        request, agent, number = filling.request, filling.agent, filling.token.number
        sender = {"nom": agent.name, "courriel": agent.email, "telephone": telephone(filling.sent.get("telephone")) or "", "service": "",
                  "adresse": "", "pour": filling.member}  # fmt: skip
        raw = seal(sender | there.sealed(filling.sent.get("message").strip()), files.all)
        source_id = f"{number}.{hashlib.sha256(raw).hexdigest()[:12]}"
        arrival = Arrival("form", ACCOUNT, source_id, raw, filling.agency, {"page": filling.path, "agent": agent.id})
        taken = await self.accept(arrival)
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)
        await bundle.forget(db(request), filling.agency, number, names)
        found = await outcome.settled(request, filling.agency, "form", source_id)
        if found is None or not found.reference:
            return see_other("/agent/agence/demandes?fait=enregistree")
        return see_other(f"/agent/agence/demandes/{quote(found.reference)}?fait=nouvelle")


def _faults(there: Sheet, sent: Sent, files: Bundle) -> tuple[list[Fault], str]:
    """What must be mended, and what is said where an answer has only opened another question."""
    of_files = [Fault(*fault) for fault in files.faults]
    if asked_for(sent.fields):
        return of_files, ""
    opened = new_questions(there.fields, sent.fields, there.filled)
    seen = [Fault(one.name, one.text) for one in there.filled.faults if not any((one.name + ".").startswith(f"{name}.") for name in opened)]
    found = [*seen, *of_files]
    if telephone(sent.get("telephone")) is None:
        found.append(Fault("telephone", f"{PHONE_FAULT}, ou laissez ce champ vide."))
    if len(sent.get("message")) > LONGEST["message"]:
        found.append(Fault("message", too_long(len(sent.get("message")), LONGEST["message"])))
    return found, ONE_MORE if not found and len(seen) < len(there.filled.faults) else ""
