"""What a draft would show: its form as a citizen fills it in, its texts and documents on plausible values."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from grc.actions.draft import Draft
from grc.actions.notices import notice
from grc.actions.papers import sheet_of
from grc.actions.situation import Situation
from grc.actions.trial import REFERENCE
from grc.clock import PARIS
from grc.errors import BadInput, Conflict, NotFound
from grc.paper.render import render as typeset
from grc.tickets.model import TicketKey
from grc.types.options import options
from grc.web.asked import draw
from grc.web.citizen import place
from grc.web.desk import Desk
from grc.web.headers import PAGE_POLICY
from grc.web.page import render
from grc.web.pages.files import disposition
from grc.web.pages.types_bench import NOTHING, Bench, bench
from grc.web.pages.types_trial import ADDRESS, REQUESTER, form_fields, place_of
from grc.web.parts import settings
from grc.web.places import places
from workflows import sample
from workflows.definition import Definition
from workflows.form import read
from workflows.notice import BadText

FRAMED = {"Content-Security-Policy": PAGE_POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")}


async def form(desk: Desk) -> web.StreamResponse:
    """The form as a citizen of the collectivity sees it, with nothing behind its button."""
    here = await bench(desk)
    definition = here.examined.definition
    if definition is None:
        raise Conflict("Le formulaire se montrera dès que le type n’aura plus d’erreur de forme.")
    today = desk.now.astimezone(PARIS).date()
    fields = form_fields(definition)
    known = await options(desk.tx, here.author.id, fields, {}, today)
    asked = draw(fields, {}, read(fields, {}, today, known.find), known)
    return render(
        desk.request, "agent/types/preview.html", headers=FRAMED, type=definition, asked=asked, places=places(settings(desk.request)),
        collectivity=await place.by_code(desk.tx, here.author.code),
    )  # fmt: skip


async def paper(desk: Desk) -> web.StreamResponse:
    """A document of the draft as PDF, on plausible values."""
    here = await bench(desk)
    definition = here.examined.definition
    name = desk.request.match_info["paper"]
    if definition is None or name not in definition.documents:
        raise NotFound(NOTHING)
    about = await situation(desk, here, definition)
    try:
        sheet = sheet_of(definition.documents[name], about, Draft(TicketKey(0, 0), desk.now, desk.agent.name))
    except BadText as error:
        raise BadInput("body", f"Ce document ne peut pas être écrit : {error}.") from error
    content = await asyncio.to_thread(typeset, sheet)
    headers = {"Content-Disposition": disposition("inline", f"{name}.pdf"), "Content-Security-Policy": "default-src 'none'; sandbox"}
    return web.Response(body=content, content_type="application/pdf", headers=headers)


async def texts(desk: Desk, here: Bench) -> Mapping[str, tuple[str, str]]:
    """Each text of the draft as it would be read: its subject and its words; or why it cannot be written, with no subject."""
    definition = here.examined.definition
    if definition is None or not definition.texts:
        return {}
    about = await situation(desk, here, definition)
    return {name: _written(about, name, desk.now) for name in definition.texts}


def _written(about: Situation, name: str, now: Any) -> tuple[str, str]:
    try:
        message = notice(about, name, "requester", now, about.state, about.fields)
    except BadText as error:
        return "", f"{error}."
    return (message.subject, message.body_text) if message else ("", "")


async def situation(desk: Desk, here: Bench, definition: Definition) -> Situation:
    """What texts and documents of a draft are about, before there is any request."""
    where = await place_of(desk, here, definition)
    fields = sample.values(definition, desk.now.astimezone(PARIS).date())
    about = Situation(
        collectivity=where.collectivity, service=where.service, definition=definition, reference=REFERENCE, subject=definition.title,
        requester_name=REQUESTER, received_at=desk.now, tracking_token="essai", public_url=where.public_url, answers_by="email",  # noqa: S106
        answer_addr=ADDRESS, state=definition.initial, agent_name=desk.agent.name, third_addr=ADDRESS, services=where.services,
        words="Nous passons jeudi matin.",
    )  # fmt: skip
    return replace(about, fields=fields)
