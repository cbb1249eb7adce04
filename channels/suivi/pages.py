"""The citizen's page of one request, and its files. Its address is a key: it is kept out of caches, referrers and search engines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from channels.suivi.goes_on import goes_on
from channels.suivi.ways import Tried, ways
from grc import clock
from grc.actions.rate import given
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import NotFound
from grc.tickets import rating
from grc.tickets.model import TicketKey
from grc.types import store as types
from grc.web.asked import by_input, draw
from grc.web.citizen import next as to_come
from grc.web.citizen import outcome, place
from grc.web.citizen import request as asked
from grc.web.citizen.bundle import FREE, widened
from grc.web.citizen.kept import Kept
from grc.web.citizen.limits import Limits
from grc.web.citizen.reading import note_read
from grc.web.citizen.request import CitizenRequest
from grc.web.citizen.token import Token, TokenMaker
from grc.web.page import render
from grc.web.parts import db, settings
from grc.web.places import places
from grc.web.told import told_to_requester
from workflows.definition import Definition
from workflows.form import Filled, documents, missing
from workflows.parts.fields import Field

HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"}
LONGEST = 20_000
DONE = {"etape": "C’est fait. Nous en sommes informés.", "avis": "Merci de votre avis."}

# What a browser may show in its own window; everything else is saved. Neither ever runs: the policy below allows nothing.
_SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp", "text/plain"})
_NOTHING = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows besides the request: what was typed in one of its forms, and what must be mended."""

    text: str = ""
    faults: Sequence[tuple[str, str]] = ()
    kept: Mapping[str, Sequence[Kept]] = field(default_factory=dict)
    known: outcome.Outcome | None = None
    tried: Tried | None = None
    rated: tuple[str, str] = ("", "")  # the value and the words of a rating that was not taken
    notice: str = ""  # why what was asked for was not done, where no field is wrong
    status: int = 200


NOTHING_TYPED = Shown()


@dataclass(frozen=True, slots=True)
class Pages:
    """Shows requests to whoever holds their link."""

    limits: Limits
    tokens: TokenMaker

    async def key(self, request: web.Request) -> TicketKey | None:
        """Which request this link opens."""
        return await asked.tracked(db(request), request.match_info["token"])

    async def where(self, request: web.Request) -> web.StreamResponse:
        """`GET /suivi`: where the link is to be found."""
        return render(request, "suivi/where.html")

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /suivi/<token>`."""
        key = await self.key(request)
        if key is None:
            return self.unknown(request)
        now = clock.now()
        await note_read(request, key, now)
        sent = request.query.get("recu", "")
        known = await outcome.outcome(db(request), "suivi", sent) if sent else None
        return await self.page(request, key, self.tokens.new(now), now, Shown(known=known))

    def unknown(self, request: web.Request) -> web.Response:
        """The link opens nothing, or nothing any more: which of the two is not told, what to do is."""
        return render(request, "suivi/unknown.html", status=404, headers=dict(HEADERS))

    async def page(
        self, request: web.Request, key: TicketKey, token: Token, now: datetime, shown: Shown = NOTHING_TYPED
    ) -> web.Response:  # fmt: skip
        """The page, with what was typed and what must be mended."""
        async with db(request).transaction(asked.scope(key)) as tx:
            ticket = await asked.read(tx, key)
            definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
            at = await place.by_id(tx, key.collectivity_id)
            steps = await ways(tx, ticket, definition, now.astimezone(PARIS).date(), shown.tried)
        other = await goes_on(db(request), key) if ticket.duplicate else None
        wanted, where = wanted_files(definition, ticket), places(settings(request))
        papers = draw(wanted, {}, Filled({}), faults=by_input(shown.faults), kept=shown.kept)
        values: dict[str, Any] = {
            "collectivity": at, "ticket": ticket, "state": definition.states[ticket.state],
            "steps": to_come.steps(ticket, definition.legal.regime, now), "token": self.tokens.write(token, str(key.id)),
            "known": shown.known, "text": shown.text, "faults": shown.faults, "kept": shown.kept.get(FREE, ()),
            "limits": widened(self.limits, wanted), "longest": LONGEST, "now": now, "address": f"/suivi/{request.match_info['token']}",
            "fields": told_to_requester(definition.fields, ticket.fields), "missing": missing(definition.items, ticket.fields),
            "papers": papers, "ways": [] if other else steps, "other": other, "places": where, "notice": shown.notice,
            "rated": shown.rated, "ratings": rating.WORDS,
            "may_rate": await self._may_rate(request, ticket, now), "done": DONE.get(request.query.get("fait", ""), ""),
        }  # fmt: skip
        headers = {**HEADERS, "Content-Security-Policy": where.policy}
        return render(request, "suivi/request.html", status=shown.status, headers=headers, **values)

    async def _may_rate(self, request: web.Request, ticket: CitizenRequest, now: datetime) -> bool:
        if ticket.open or ticket.closed_at is None or ticket.duplicate:
            return False
        count = 0
        if ticket.rating is not None:  # his role reads no timeline: whether he has changed it before is counted by the worker's
            async with db(request).transaction(WORKER) as tx:
                count = await given(tx, ticket.key, ticket.closed_at)
        return rating.may_rate(ticket.closed_at, count, now)

    async def file(self, request: web.Request) -> web.StreamResponse:
        """`GET /suivi/<token>/fichier/<number>`: a file of the conversation."""
        key, number = await self.key(request), request.match_info["file"]
        if key is None:
            return self.unknown(request)
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise NotFound("Ce fichier n’existe pas, ou ne vous est pas accessible.")
        async with db(request).transaction(asked.scope(key)) as tx:
            found, content = await asked.file(tx, key, int(number))
        shown = found.type in _SHOWN
        named = f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(found.name, safe='')}"
        kind = found.type if shown or found.type == "application/pdf" else "application/octet-stream"
        headers = {**HEADERS, "Content-Disposition": named, "Content-Security-Policy": _NOTHING}
        return web.Response(body=content, content_type=kind, charset="utf-8" if kind == "text/plain" else None, headers=headers)

    async def later(self, request: web.Request, text: str, *, had_files: bool) -> web.Response:
        """Nothing can be taken now: what was typed stands on the page, and one button tries again."""
        return render(
            request, "suivi/later.html", status=503, headers={**HEADERS, "Retry-After": "60"}, text=text, had_files=had_files,
            address=f"/suivi/{request.match_info['token']}",
        )  # fmt: skip


def wanted_files(definition: Definition, ticket: CitizenRequest) -> list[Field]:
    """The documents still wanted, as inputs of the answer: what is sent in them is known by its name."""
    lacking = {item.name for item in missing(definition.items, ticket.fields)}
    known = [one for one in definition.fields if one.kind == "file" and one.name in lacking]
    return [one.model_copy(update={"required": False}) for one in known] + [one for one in documents(definition) if one.name in lacking]
