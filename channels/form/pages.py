"""The pages of the form: the general one, that of a type, the receipt, and what is shown when nothing can be taken now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web

from channels.form.fields import HONEYPOT, LONGEST, Fault, Typed
from channels.form.ground import Ground, ground
from channels.form.proof import Prover
from channels.form.said import Said, said
from channels.form.settings import FormSettings
from grc import clock
from grc.errors import NotFound
from grc.messages.envelope import clean
from grc.types import store as types
from grc.web.citizen import next as to_come
from grc.web.citizen import outcome
from grc.web.citizen import request as asked
from grc.web.citizen.bundle import FREE, widened
from grc.web.citizen.find import find
from grc.web.citizen.framed import FIELD, at, came_from
from grc.web.citizen.kept import Kept
from grc.web.citizen.token import Token, TokenMaker
from grc.web.page import render
from grc.web.parts import db, settings
from grc.web.places import places
from grc.web.told import told_to_requester
from workflows.definition import Definition
from workflows.form import missing
from workflows.propose import propose

# The page may be gone back to with what was typed in it, which `no-store` would forbid; it is never shared or shown to another.
GO_BACK = {"Cache-Control": "private, no-cache"}
CAPABILITY = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "no-store"}

NOTHING_RECEIVED = (
    "Nous n’avons rien reçu sous ce numéro. Si vous veniez d’envoyer une demande, revenez en arrière et envoyez-la de nouveau."
)
_NOTHING: Mapping[str, Sequence[Kept]] = {}


@dataclass(frozen=True, slots=True)
class Shown:
    """What a form shows besides its questions: what was typed of the sender, what must be mended, the files that wait."""

    form: Typed
    token: Token
    faults: Sequence[Fault] = ()
    kept: Mapping[str, Sequence[Kept]] = field(default_factory=dict)
    status: int = 200
    notice: str = ""  # something said above the form that is no fault
    came_from: str = ""  # the page of a member's web site
    said: Said | None = None  # before he came here, where he has typed nothing yet


@dataclass(frozen=True, slots=True)
class Pages:
    """Shows the forms and their receipts, for all collectivities."""

    settings: FormSettings
    tokens: TokenMaker
    prover: Prover

    async def show(self, request: web.Request) -> web.StreamResponse:
        """`GET /<code>/contact`, `GET /<code>/demarches/<type>`: a form with what was said before (`channels/form/said.py`), else empty."""
        told = said(request.query)
        here = await ground(request, {}, told)
        if isinstance(here, web.Response):
            return here
        if here.gone:
            write = at(request, here.place.code, "/contact", {"q": here.closed.title} if here.closed else {})
            return render(request, "form/gone.html", status=404, collectivity=here.place, closed=here.closed, write=write)
        now = clock.now()
        form = told.sender({service.slug for service in here.services}, here.fields if here.typed else None)
        return self.form(request, here, Shown(form, self.tokens.new(now), came_from=came_from(request, here.origins), said=told), now)

    def form(self, request: web.Request, here: Ground, shown: Shown, now: datetime) -> web.Response:
        """The form, empty or with what was typed and what must be mended."""
        by_field: dict[str, list[str]] = {}
        for fault in shown.faults:
            by_field.setdefault(fault.field, []).append(fault.text)
        where, sheet = places(settings(request)), here.sheet
        values: dict[str, Any] = {
            "collectivity": here.place, "services": here.services, "form": shown.form, "faults": shown.faults, "by_field": by_field,
            "kept": shown.kept.get(FREE, ()), "limits": widened(self.settings.limits, sheet.fields if sheet else ()), "longest": LONGEST,
            "honeypot": HONEYPOT, "token": self.tokens.write(shown.token, here.place.code), "notice": shown.notice,
            "challenge": self.prover.challenge(shown.token.number, now), "came_from": shown.came_from,
            "action": at(request, here.place.code, f"/demarches/{sheet.definition.name}" if sheet else "/contact"),
        }  # fmt: skip
        if sheet is None:
            proposals = propose(f"{shown.form.objet}\n{shown.form.message}", here.offered)
            return render(
                request, "form/contact.html", status=shown.status, headers=dict(GO_BACK), **values,
                proposals=[(one.definition, self._proposed(request, here, shown, one.definition)) for one in proposals],
                offered=here.offered,
            )  # fmt: skip
        return render(
            request, "form/request.html", status=shown.status, headers={**GO_BACK, "Content-Security-Policy": where.policy}, **values,
            type=sheet.definition, asked=sheet.questions(by_field), papers=sheet.papers(by_field, shown.kept), places=where,
        )  # fmt: skip

    def _proposed(self, request: web.Request, here: Ground, shown: Shown, definition: Definition) -> str:
        """Where the form of a type is that what was said may mean; what is known stands in it, too."""
        query = shown.said.query if shown.said else {}
        return at(request, here.place.code, f"/demarches/{definition.name}", query)

    def later(self, request: web.Request, form: Typed, raw: Mapping[str, Sequence[str]], *, had_files: bool) -> web.Response:
        """Nothing can be taken now: what was typed stands on the page, and one button tries again."""
        answers = [(name, text) for name, texts in raw.items() if name.startswith("c.") for text in texts]
        return render(
            request, "form/later.html", status=503, headers={"Retry-After": "60"}, form=form, answers=answers, had_files=had_files,
            honeypot=HONEYPOT, action=request.path_qs, came_from=clean((raw.get(FIELD) or [""])[0]),
        )  # fmt: skip

    async def receipt(self, request: web.Request) -> web.StreamResponse:
        """`GET /<code>/contact/recu/<number>`: what was received, under which reference, what comes next and by when."""
        found = await find(request, at(request, "", "/contact"))
        if isinstance(found, web.Response):
            return found
        now = clock.now()
        known = await outcome.outcome(db(request), "form", request.match_info["number"])
        if known is None:
            raise NotFound(NOTHING_RECEIVED)
        values: dict[str, Any] = {"ticket": None, "steps": [], "fields": [], "missing": []}
        key = await asked.tracked(db(request), known.tracking_token) if known.tracking_token else None
        if key is not None:
            async with db(request).transaction(asked.scope(key)) as tx:
                ticket = await asked.read(tx, key)
                definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
            values = {
                "ticket": ticket, "steps": to_come.steps(ticket, definition.legal.regime, now),
                "fields": told_to_requester(definition.fields, ticket.fields), "missing": missing(definition.items, ticket.fields),
            }  # fmt: skip
        return render(request, "form/receipt.html", headers=dict(CAPABILITY), collectivity=found, outcome=known, **values)
