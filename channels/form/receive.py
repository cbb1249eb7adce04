"""A form is sent: read, checked, sealed into bytes, taken by the ledger; then its sender is told what became of it."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from channels.form.brake import Brake
from channels.form.fields import HONEYPOT, Fault, Typed, faults, tidy, typed
from channels.form.pages import Pages
from channels.form.proof import Prover
from channels.form.settings import FormSettings
from grc import clock
from grc.errors import Refused, Unavailable
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival, Attachment
from grc.web.citizen import kept, limits, outcome, upload
from grc.web.citizen.place import Place, PublicService
from grc.web.citizen.token import Token, TokenMaker
from grc.web.citizen.upload import Sent, Unreadable
from grc.web.page import see_other
from grc.web.parts import db
from grc.web.words import NBSP

UNREADABLE = "Ce formulaire n’a pas pu être lu. Revenez en arrière, rechargez la page, puis envoyez-le de nouveau."
EXPIRED = f"Cette page était ouverte depuis longtemps et devait être renouvelée. C’est fait{NBSP}: relisez, puis envoyez de nouveau."
FILLED_BY_ITSELF = f"Un champ caché a été rempli, sans doute par votre navigateur. Nous l’avons vidé{NBSP}: envoyez de nouveau."
SENT_ALREADY = f"Cette page a déjà servi plusieurs fois. Elle a été renouvelée{NBSP}: relisez, puis envoyez de nouveau."
TOO_MANY = (
    "Beaucoup de demandes sont parties de votre réseau en peu de temps. Attendez une heure, ou activez JavaScript, "
    "puis envoyez de nouveau. Vous pouvez aussi nous téléphoner ou nous écrire par e-mail."
)
CHOOSE_AGAIN = f"Les fichiers n’ont pas pu être gardés{NBSP}: choisissez-les de nouveau avant d’envoyer."


@dataclass(slots=True)
class Attempt:
    """One try at sending: what came, and what must be mended."""

    sent: Sent
    form: Typed
    token: Token
    faults: list[Fault] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    new: list[Attachment] = field(default_factory=list)
    status: int = 422

    def refuse(self, where: str, text: str, status: int | None = None) -> None:
        """Something must be mended: the form is shown again, with all that was typed."""
        self.faults.append(Fault(where, text))
        self.status = status or self.status


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
        """`POST /<code>/contact`."""
        now = clock.now()
        try:
            sent = await upload.read(request, self.settings.limits.body)
        except Unreadable as error:
            raise Refused(UNREADABLE) from error
        try:
            place, services = await self.pages.place(request)
            if isinstance(place, web.Response):
                return place
            attempt = await self._check(request, place, services, sent, now)
            if attempt.faults:
                return await self._again(request, place, services, attempt, now)
            return await self._take(request, place, attempt, now)
        except Unavailable:
            return self.pages.later(request, typed(sent.fields), had_files=bool(sent.files))

    async def _check(self, request: web.Request, place: Place, services: Sequence[PublicService], sent: Sent, now: datetime) -> Attempt:
        token = self.tokens.read(sent.get("jeton"), place.code)
        attempt = Attempt(sent, typed(sent.fields), token or self.tokens.new(now))
        if token is None or token.expired(now):
            attempt.token = self.tokens.new(now, token.number if token else None)
            attempt.refuse("", EXPIRED)
        if sent.get(HONEYPOT):
            attempt.refuse("", FILLED_BY_ITSELF)
        attempt.faults.extend(faults(attempt.form, {service.slug for service in services}))
        await self._check_files(request, place, attempt)
        if attempt.faults:
            return attempt

        counts = await self.brake.counts(attempt.token.number, request.remote or "", now)
        if counts.by_page >= self.settings.by_page:
            attempt.token = self.tokens.new(now)
            attempt.refuse("", SENT_ALREADY)
        elif not self.prover.holds(sent.get("altcha"), attempt.token.number):
            if counts.by_network >= self.settings.unproved:
                attempt.refuse("", TOO_MANY, 429)
            else:
                await asyncio.sleep(max(0.0, (self.settings.youngest - (now - attempt.token.at)).total_seconds()))
        return attempt

    async def _check_files(self, request: web.Request, place: Place, attempt: Attempt) -> None:
        asked = attempt.sent.fields.get("garder", ())
        wanted = {int(number) for number in asked if number.isascii() and number.isdigit() and len(number) < 19}
        waiting = [k.file for k in await kept.kept(db(request), place.id, attempt.token.number, wanted)]
        good, wrong = limits.check([*waiting, *attempt.sent.files], self.settings.limits)
        attempt.files, attempt.new = good, [file for file in good if file not in waiting]
        for text in wrong:
            attempt.refuse("fichiers", text)
        if attempt.sent.too_large:
            attempt.refuse("fichiers", self.settings.limits.too_heavy, 413)

    async def _again(
        self, request: web.Request, place: Place, services: Sequence[PublicService], attempt: Attempt, now: datetime
    ) -> web.StreamResponse:
        if not await kept.keep(db(request), place.id, attempt.token.number, attempt.new, now):
            attempt.refuse("fichiers", CHOOSE_AGAIN)
        waiting = await kept.kept(db(request), place.id, attempt.token.number)
        return self.pages.form(request, place, services, attempt.form, attempt.token, now, attempt.faults, waiting, attempt.status)

    async def _take(self, request: web.Request, place: Place, attempt: Attempt, now: datetime) -> web.StreamResponse:
        form = tidy(attempt.form)
        raw = seal(_fields(form), attempt.files)
        # Sent twice it is one; mended and sent again from the same page (the « back » button) it is another, and neither is lost.
        source_id = f"{attempt.token.number}.{hashlib.sha256(raw).hexdigest()[:12]}"
        proved = self.prover.holds(attempt.sent.get("altcha"), attempt.token.number)
        arrival = Arrival("form", place.code, source_id, raw, place.id, {"page": request.path, "proved": proved})
        taken = await self.accept(arrival)
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)
        if taken.new:
            try:
                await self.brake.note(attempt.token.number, request.remote or "", now, proved=proved)
                await kept.forget(db(request), place.id, attempt.token.number)
            except Unavailable:
                pass  # it is in the ledger: what was kept besides is swept in time
        await self._wait(request, place, source_id)
        return see_other(f"/{place.code}/contact/recu/{source_id}")

    async def _wait(self, request: web.Request, place: Place, source_id: str) -> None:
        try:
            await outcome.settled(request, place.id, "form", source_id)
        except Unavailable:
            pass  # the receipt page asks again, and says how things stand


def _fields(form: Typed) -> dict[str, str]:
    return {
        "objet": form.objet, "service": form.service, "message": form.message, "nom": form.nom, "courriel": form.courriel,
        "telephone": form.telephone, "adresse": form.adresse,
    }  # fmt: skip
