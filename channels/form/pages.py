"""The pages of the form: the form itself, its receipt, and what is shown when nothing can be taken now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from channels.form.fields import HONEYPOT, LONGEST, Fault, Typed
from channels.form.proof import Prover
from channels.form.settings import FormSettings
from grc import clock
from grc.errors import NotFound
from grc.types import store as types
from grc.web.citizen import next as to_come
from grc.web.citizen import outcome, place
from grc.web.citizen import request as asked
from grc.web.citizen.find import find
from grc.web.citizen.kept import Kept
from grc.web.citizen.place import PUBLIC, Place, PublicService
from grc.web.citizen.token import Token, TokenMaker
from grc.web.page import render
from grc.web.parts import db

# The page may be gone back to with what was typed in it, which `no-store` would forbid; it is never shared or shown to another.
GO_BACK = {"Cache-Control": "private, no-cache"}
CAPABILITY = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}

NOTHING_RECEIVED = (
    "Nous n’avons rien reçu sous ce numéro. Si vous veniez d’envoyer une demande, revenez en arrière et envoyez-la de nouveau."
)


@dataclass(frozen=True, slots=True)
class Pages:
    """Shows the form and its receipts, for all collectivities."""

    settings: FormSettings
    tokens: TokenMaker
    prover: Prover

    async def place(self, request: web.Request) -> tuple[Place | web.Response, Sequence[PublicService]]:
        """The collectivity of this path with its services, or the redirection or choice its name leads to."""
        found = await find(request, "/contact")
        if isinstance(found, web.Response):
            return found, ()
        async with db(request).transaction(PUBLIC) as tx:
            return found, await place.services(tx, found)

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /<code>/contact`: an empty form; `?service=voirie` chooses a service."""
        found, services = await self.place(request)
        if isinstance(found, web.Response):
            return found
        now = clock.now()
        chosen = request.query.get("service", "")
        form = Typed(service=chosen if any(service.slug == chosen for service in services) else "")
        return self.form(request, found, services, form, self.tokens.new(now), now)

    def form(
        self,
        request: web.Request,
        at: Place,
        services: Sequence[PublicService],
        form: Typed,
        token: Token,
        now: datetime,
        faults: Sequence[Fault] = (),
        kept: Sequence[Kept] = (),
        status: int = 200,
    ) -> web.Response:
        """The form, empty or with what was typed and what must be mended."""
        by_field: dict[str, list[str]] = {}
        for fault in faults:
            by_field.setdefault(fault.field, []).append(fault.text)
        return render(
            request, "form/contact.html", status=status, headers=dict(GO_BACK),
            collectivity=at, services=services, form=form, faults=faults, by_field=by_field, kept=kept, limits=self.settings.limits,
            longest=LONGEST, honeypot=HONEYPOT, token=self.tokens.write(token, at.code), challenge=self.prover.challenge(token.number, now),
        )  # fmt: skip

    def later(self, request: web.Request, form: Typed, *, had_files: bool) -> web.Response:
        """Nothing can be taken now: what was typed stands on the page, and one button tries again."""
        return render(
            request, "form/later.html", status=503, headers={"Retry-After": "60"}, form=form, had_files=had_files, honeypot=HONEYPOT
        )

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """`GET /<code>/contact/recu/<number>`: what was received, under which reference, what comes next and by when."""
        found, _ = await self.place(request)
        if isinstance(found, web.Response):
            return found
        now = clock.now()
        known = await outcome.outcome(db(request), "form", request.match_info["number"])
        if known is None:
            raise NotFound(NOTHING_RECEIVED)
        ticket, next_steps = None, []
        key = await asked.tracked(db(request), known.tracking_token) if known.tracking_token else None
        if key is not None:
            async with db(request).transaction(asked.scope(key)) as tx:
                ticket = await asked.read(tx, key)
                regime = (await types.definition(tx, ticket.type, ticket.version, ticket.variant)).legal.regime
            next_steps = to_come.steps(ticket, regime, now)
        return render(
            request, "form/receipt.html", headers=dict(CAPABILITY), collectivity=found, outcome=known, ticket=ticket, steps=next_steps
        )
