"""The citizen answers on the page of his request: his words and files are sealed and taken like any other arrival."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channels.suivi.pages import LONGEST, Pages, Shown, wanted_files
from grc import clock
from grc.errors import Refused, Unavailable
from grc.messages.channel import Accept
from grc.messages.envelope import seal
from grc.messages.model import Accepted, Arrival
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web.citizen import bundle, outcome, upload
from grc.web.citizen import request as asked
from grc.web.citizen.bundle import FREE, Bundle
from grc.web.citizen.limits import Limits
from grc.web.citizen.request import CitizenRequest
from grc.web.citizen.token import Token, TokenMaker
from grc.web.citizen.upload import Sent, Unreadable
from grc.web.page import see_other
from grc.web.parts import db
from grc.web.words import NBSP, NNBSP, count
from workflows.form import PREFIX

UNREADABLE = "Ce message n’a pas pu être lu. Revenez en arrière, rechargez la page, puis envoyez-le de nouveau."
EXPIRED = f"Cette page était ouverte depuis longtemps et devait être renouvelée. C’est fait{NBSP}: relisez, puis envoyez de nouveau."
CHOOSE_AGAIN = f"Les fichiers n’ont pas pu être gardés{NBSP}: choisissez-les de nouveau avant d’envoyer."


@dataclass(frozen=True, slots=True)
class Reception:
    """Takes answers in. The link proves which request they continue."""

    pages: Pages
    accept: Accept
    limits: Limits
    tokens: TokenMaker

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """`POST /suivi/<token>`."""
        now = clock.now()
        try:
            sent = await upload.read(request, self.limits.body)
        except Unreadable as error:
            raise Refused(UNREADABLE) from error
        try:
            key = await self.pages.key(request)
            if key is None:
                return self.pages.unknown(request)
            return await self._take_or_mend(request, key, sent, now)
        except Unavailable:
            return await self.pages.later(request, sent.get("message"), had_files=bool(sent.files))

    async def _take_or_mend(self, request: web.Request, key: TicketKey, sent: Sent, now: datetime) -> web.StreamResponse:
        given = self.tokens.read(sent.get("jeton"), str(key.id))
        token = given or self.tokens.new(now)
        faults: list[tuple[str, str]] = []
        if given is None or given.expired(now):
            token = self.tokens.new(now, given.number if given else None)
            faults.append(("", EXPIRED))

        async with db(request).transaction(asked.scope(key)) as tx:
            ticket = await asked.read(tx, key)
            wanted = wanted_files(await types.definition(tx, ticket.type, ticket.version, ticket.variant), ticket)
        names, these, place = bundle.inputs(wanted), bundle.widened(self.limits, wanted), key.collectivity_id
        files = await bundle.gathered(db(request), place, token.number, sent, names, these)
        message = sent.get("message")
        faults.extend(_message_faults(message, has_files=bool(files.all)))
        faults.extend(files.faults)
        if sent.too_large:
            faults.append((FREE, these.too_heavy))
        if not faults:
            return await self._take(request, ticket, token, message, files)

        if not await bundle.keep(db(request), place, token.number, files, now):
            faults.append((FREE, CHOOSE_AGAIN))
        waiting = await bundle.waiting(db(request), place, token.number, names)
        shown = Shown(text=message, faults=faults, kept=waiting, status=413 if sent.too_large else 422)
        return await self.pages.page(request, key, token, now, shown)

    async def _take(self, request: web.Request, ticket: CitizenRequest, token: Token, message: str, files: Bundle) -> web.StreamResponse:
        key = ticket.key
        answers = {name.removeprefix(PREFIX): names for name, names in files.names().items() if names}
        typed = {"ticket": key.id, "nom": ticket.name, "message": message.strip("\n").rstrip()}
        raw = seal(typed | ({"champs": answers} if answers else {}), files.all)
        # Sent twice it is one; mended and sent again from the same page it is another, and neither is lost.
        source_id = f"{token.number}.{hashlib.sha256(raw).hexdigest()[:12]}"
        taken = await self.accept(Arrival("suivi", "suivi", source_id, raw, key.collectivity_id, {"ticket": key.id}))
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)
        try:
            await bundle.forget(db(request), key.collectivity_id, token.number, list(files.good))
            await outcome.settled(request, key.collectivity_id, "suivi", source_id)
        except Unavailable:
            pass  # it is in the ledger: the page says how things stand
        return see_other(f"/suivi/{request.match_info['token']}?recu={source_id}#recu")


def _message_faults(message: str, *, has_files: bool) -> list[tuple[str, str]]:
    if not message.strip() and not has_files:
        return [("message", "Écrivez votre message, ou joignez un fichier.")]
    if len(message) > LONGEST:
        has, most = (count(number, "caractère", "caractères") for number in (len(message), LONGEST))
        return [("message", f"Ce message a {has}{NNBSP}; raccourcissez-le à {most} au plus.")]
    return []
