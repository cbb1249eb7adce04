"""A form is sent: read, checked, sealed into bytes, taken by the ledger; then its sender is told what became of it."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from channels.form.brake import Brake
from channels.form.fields import HONEYPOT, Fault, Typed, faults, tidy, typed
from channels.form.ground import Ground, ground
from channels.form.pages import Pages, Shown
from channels.form.proof import Prover
from channels.form.settings import FormSettings
from grc import clock
from grc.errors import Refused, Unavailable
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival
from grc.web.asked import new_questions
from grc.web.citizen import bundle, outcome, upload
from grc.web.citizen.bundle import FREE, Bundle
from grc.web.citizen.framed import FIELD, at, came_from
from grc.web.citizen.limits import Limits
from grc.web.citizen.place import Place
from grc.web.citizen.token import Token, TokenMaker
from grc.web.citizen.upload import Sent, Unreadable
from grc.web.outside import outside
from grc.web.page import see_other
from grc.web.parts import db
from grc.web.words import NBSP
from workflows.gestures import after, asked_for
from workflows.letter import unread

UNREADABLE = "Ce formulaire n’a pas pu être lu. Revenez en arrière, rechargez la page, puis envoyez-le de nouveau."
EXPIRED = f"Cette page était ouverte depuis longtemps et devait être renouvelée. C’est fait{NBSP}: relisez, puis envoyez de nouveau."
FILLED_BY_ITSELF = f"Un champ caché a été rempli, sans doute par votre navigateur. Nous l’avons vidé{NBSP}: envoyez de nouveau."
SENT_ALREADY = f"Cette page a déjà servi plusieurs fois. Elle a été renouvelée{NBSP}: relisez, puis envoyez de nouveau."
TOO_MANY = (
    "Beaucoup de demandes sont parties de votre réseau en peu de temps. Attendez une heure, ou activez JavaScript, "
    "puis envoyez de nouveau. Vous pouvez aussi nous téléphoner ou nous écrire par e-mail."
)
GONE = f"Ce formulaire n’est plus proposé. Ce que vous avez écrit est repris ci-dessous{NBSP}: relisez, complétez, puis envoyez."
ONE_MORE = "Vos réponses amènent une question de plus. Répondez-y, puis envoyez votre demande."
CHOOSE_AGAIN = f"Les fichiers n’ont pas pu être gardés{NBSP}: choisissez-les de nouveau avant d’envoyer."


@dataclass(slots=True)
class Attempt:
    """One try at sending: on which form, what came, and what must be mended."""

    here: Ground
    sent: Sent
    form: Typed
    token: Token
    files: Bundle = field(default_factory=Bundle)
    faults: list[Fault] = field(default_factory=list)
    notice: str = ""
    status: int = 422

    def refuse(self, where: str, text: str, status: int | None = None) -> None:
        """Something must be mended: the form is shown again, with all that was typed."""
        self.faults.append(Fault(where, text))
        self.status = status or self.status

    def show(self, notice: str = "") -> None:
        """The form is shown again though no answer is wrong: a line was added, a question opened. Files that were refused are told."""
        self.faults, self.notice, self.status = [Fault(*fault) for fault in self.files.faults], notice, 200

    @property
    def again(self) -> bool:
        """Whether the form is to be shown again."""
        return bool(self.faults) or self.status == 200


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes forms in, for all collectivities."""

    pages: Pages
    accept: Accept
    settings: FormSettings
    tokens: TokenMaker
    prover: Prover
    brake: Brake

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """`POST /<code>/contact` and `POST /<code>/demarches/<type>`."""
        now = clock.now()
        try:
            sent = await upload.read(request, self.settings.limits.body)
        except Unreadable as error:
            raise Refused(UNREADABLE) from error
        try:
            here = await ground(request, after(sent.fields, asked_for(sent.fields)))
            if isinstance(here, web.Response):
                return here
            if here.gone:
                return await self._gone(request, here, sent, now)
            attempt = await self._check(request, here, sent, now)
            if attempt.again:
                return await self._again(request, attempt, now)
            return await self._take(request, attempt, now)
        except Unavailable:
            return self.pages.later(request, typed(sent.fields), sent.fields, had_files=bool(sent.files))

    async def _check(self, request: web.Request, here: Ground, sent: Sent, now: datetime) -> Attempt:
        token = self.tokens.read(sent.get("jeton"), here.place.code)
        attempt = Attempt(here, sent, typed(sent.fields), token or self.tokens.new(now))
        if token is None or token.expired(now):
            attempt.token = self.tokens.new(now, token.number if token else None)
            attempt.refuse("", EXPIRED)
        if sent.get(HONEYPOT):
            attempt.refuse("", FILLED_BY_ITSELF)
        await self._take_files(request, attempt)
        _check_answers(attempt)
        for name, text in attempt.files.faults if attempt.status != 200 else ():
            attempt.refuse(name, text)
        if sent.too_large:
            attempt.refuse(FREE, self._limits(attempt).too_heavy, 413)
        if attempt.again:
            return attempt

        counts = await self.brake.counts(attempt.token.number, outside(request).address, now)
        if counts.by_page >= self.settings.by_page:
            attempt.token = self.tokens.new(now)
            attempt.refuse("", SENT_ALREADY)
        elif not self.prover.holds(sent.get("altcha"), attempt.token.number):
            if counts.by_network >= self.settings.unproved:
                attempt.refuse("", TOO_MANY, 429)
            else:
                await asyncio.sleep(max(0.0, (self.settings.youngest - (now - attempt.token.at)).total_seconds()))
        return attempt

    def _limits(self, attempt: Attempt) -> Limits:
        return bundle.widened(self.settings.limits, attempt.here.fields)

    async def _take_files(self, request: web.Request, attempt: Attempt) -> None:
        """The files, and their names as the answers of the questions that ask for them."""
        here = attempt.here
        attempt.files = await bundle.gathered(
            db(request), here.place.id, attempt.token.number, attempt.sent, bundle.inputs(here.fields), self._limits(attempt)
        )
        if here.sheet is not None:
            attempt.here = replace(here, sheet=here.sheet.with_files(attempt.files.names()))

    async def _again(self, request: web.Request, attempt: Attempt, now: datetime) -> web.StreamResponse:
        here, number, names = attempt.here, attempt.token.number, bundle.inputs(attempt.here.fields)
        if not await bundle.keep(db(request), here.place.id, number, attempt.files, now):
            attempt.refuse(FREE, CHOOSE_AGAIN)
        waiting = await bundle.waiting(db(request), here.place.id, number, names)
        page = came_from(request, here.origins, attempt.sent.get(FIELD))
        shown = Shown(attempt.form, attempt.token, attempt.faults, waiting, attempt.status, attempt.notice, page)
        return self.pages.form(request, here, shown, now)

    async def _gone(self, request: web.Request, here: Ground, sent: Sent, now: datetime) -> web.StreamResponse:
        """The form of a type that is no longer offered was sent: all of it stands in the general form."""
        form = typed(sent.fields)
        title = here.closed.title if here.closed else ""
        form = replace(form, objet=form.objet or title, message=unread(sent.fields, form.message))
        token = self.tokens.read(sent.get("jeton"), here.place.code) or self.tokens.new(now)
        attempt = Attempt(replace(here, typed=False), replace(sent, named={FREE: sent.files}), form, token)
        await self._take_files(request, attempt)
        attempt.show(GONE)
        attempt.status = 410
        return await self._again(request, attempt, now)

    async def _take(self, request: web.Request, attempt: Attempt, now: datetime) -> web.StreamResponse:
        here, number, form = attempt.here, attempt.token.number, tidy(attempt.form)
        raw = seal(_fields(form) | (here.sheet.sealed(form.message) if here.sheet else {}), attempt.files.all)
        # Sent twice it is one; mended and sent again from the same page (the « back » button) it is another, and neither is lost.
        source_id = f"{number}.{hashlib.sha256(raw).hexdigest()[:12]}"
        proved = self.prover.holds(attempt.sent.get("altcha"), number)
        meta: dict[str, Any] = {"page": request.path, "proved": proved}
        if page := came_from(request, here.origins, attempt.sent.get(FIELD)):
            meta["came_from"] = page
        arrival = Arrival("form", here.place.code, source_id, raw, here.place.id, meta)
        taken = await self.accept(arrival)
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)
        if taken.new:
            try:
                await self.brake.note(number, outside(request).address, now, proved=proved)
                await bundle.forget(db(request), here.place.id, number, bundle.inputs(here.fields))
            except Unavailable:
                pass  # it is in the ledger: what was kept besides is swept in time
        await self._wait(request, here.place, source_id)
        return see_other(at(request, here.place.code, f"/contact/recu/{source_id}"))

    async def _wait(self, request: web.Request, place: Place, source_id: str) -> None:
        try:
            await outcome.settled(request, place.id, "form", source_id)
        except Unavailable:
            pass  # the receipt page asks again, and says how things stand


def _check_answers(attempt: Attempt) -> None:
    """What must be mended in the answers, first those of the type, then those of the sender."""
    sheet, raw = attempt.here.sheet, attempt.sent.fields
    if asked_for(raw):
        attempt.show()
        return
    about_sender = faults(attempt.form, {service.slug for service in attempt.here.services}, of_type=sheet is not None)
    if sheet is None:
        attempt.faults += about_sender
        return
    opened = new_questions(sheet.fields, raw, sheet.filled)
    seen = [Fault(one.name, one.text) for one in sheet.filled.faults if not any(_within(one.name, name) for name in opened)]
    attempt.faults += [*seen, *about_sender]
    if not attempt.faults and len(seen) < len(sheet.filled.faults):
        attempt.show(ONE_MORE)


def _within(name: str, above: str) -> bool:
    return name == above or name.startswith(f"{above}.")


def _fields(form: Typed) -> dict[str, Any]:
    return {
        "objet": form.objet, "service": form.service, "message": form.message, "nom": form.nom, "courriel": form.courriel,
        "telephone": form.telephone, "adresse": form.adresse,
    }  # fmt: skip
