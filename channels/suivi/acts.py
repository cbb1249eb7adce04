"""What whoever asked does on the page of his request besides writing: a step that the definition gives him, and what he thinks of it."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from channels.suivi.pages import Pages, Shown
from channels.suivi.ways import Tried, typed
from grc import clock
from grc.actions.rate import rate
from grc.actions.requester import step
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, Refused
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web.citizen import request as asked
from grc.web.citizen import upload
from grc.web.citizen.token import TokenMaker
from grc.web.citizen.upload import Sent, Unreadable
from grc.web.page import see_other
from grc.web.parts import db
from workflows.gestures import after, asked_for

MAX_BODY = 500_000  # bytes: words and fields, no file
CHANNEL = "suivi"
UNREADABLE = "Ce que vous avez envoyé n’a pas pu être lu. Revenez en arrière, rechargez la page, puis recommencez."

GOES_ON = "Cette demande est réunie à une autre de vos demandes\u00a0: rechargez la page, elle vous dit où la suivre."


@dataclass(frozen=True, slots=True)
class Acts:
    """Takes what he does. The link proves which request it is about; the worker's role does it."""

    pages: Pages
    tokens: TokenMaker

    async def step(self, request: web.Request) -> web.StreamResponse:
        """`POST /suivi/<token>/etape`."""
        key, sent = await self._opened(request)
        if key is None:
            return self.pages.unknown(request)
        now = clock.now()
        name, text, gesture = sent.get("etape")[:100], sent.get("texte"), asked_for(sent.fields)
        raw = after(sent.fields, gesture)
        async with db(request).transaction(asked.scope(key)) as tx:
            ticket = await asked.read(tx, key)
            if ticket.duplicate:
                raise Refused(GOES_ON)
            definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
            filled = await typed(tx, ticket, definition, name, raw, now.astimezone(PARIS).date())
        if gesture or filled.faults:
            tried = Tried(name, raw, filled.quiet() if gesture else filled, text)
            return await self._again(request, key, Shown(tried=tried, status=200 if gesture else 422))
        try:
            async with db(request).transaction(WORKER) as tx:
                await step(tx, key, name, text, filled.values, CHANNEL, now)
        except BadInput as error:
            return await self._again(request, key, Shown(tried=Tried(name, raw, filled, text, str(error)), status=error.status))
        except Refused as error:  # the state has changed, or he acts too often: the page says how things stand
            return await self._again(request, key, Shown(notice=str(error), status=error.status))
        return see_other(f"/suivi/{request.match_info['token']}?fait=etape#recu")

    async def rate(self, request: web.Request) -> web.StreamResponse:
        """`POST /suivi/<token>/avis`."""
        key, sent = await self._opened(request)
        if key is None:
            return self.pages.unknown(request)
        value, text = sent.get("avis"), sent.get("precision")
        try:
            async with db(request).transaction(WORKER) as tx:
                await rate(tx, key, int(value) if value in ("1", "2", "3", "4", "5") else None, text, clock.now())
        except BadInput as error:
            return await self._again(request, key, Shown(faults=[(error.field, str(error))], rated=(value, text), status=error.status))
        except Refused as error:
            return await self._again(request, key, Shown(notice=str(error), status=error.status))
        return see_other(f"/suivi/{request.match_info['token']}?fait=avis#recu")

    async def _opened(self, request: web.Request) -> tuple[TicketKey | None, Sent]:
        try:
            sent = await upload.read(request, MAX_BODY)
        except Unreadable as error:
            raise Refused(UNREADABLE) from error
        return await self.pages.key(request), sent

    async def _again(self, request: web.Request, key: TicketKey, shown: Shown) -> web.StreamResponse:
        now = clock.now()
        return await self.pages.page(request, key, self.tokens.new(now), now, shown)
