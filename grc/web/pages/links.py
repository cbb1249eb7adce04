"""The page where tickets are tied to one: those it belongs with, those that may be about the same, and a search for others."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from grc.tickets import inbox, links
from grc.tickets import page as reading
from grc.tickets.inbox import Row
from grc.tickets.links import Alike
from grc.types import store as types
from grc.web import words
from grc.web.desk import Desk
from grc.web.pages import side
from grc.web.pages.pane import pane
from workflows.catalogue import UnknownType


@dataclass(frozen=True, slots=True)
class Candidate:
    """A ticket that can be tied to this one. `chosen`: it is so likely that its box is ticked."""

    reference: str
    subject: str
    who: str
    when: str
    why: str
    chosen: bool


async def show(desk: Desk) -> web.StreamResponse:
    """The links of a ticket, and what may be linked."""
    ticket = await reading.read(desk.tx, desk.request.match_info["reference"])
    asked = desk.request.query.get("q", "").strip()[:200]
    kin = await side.kin_of(desk, ticket)
    try:
        definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    except UnknownType:
        definition = None
    speaks = side.speaks_for_others(definition)
    if asked:
        tied = {one.link.reference for one in kin} | {ticket.reference}
        found = await inbox.search(desk.tx, desk.agent, asked, desk.now)
        candidates = [_found(row, desk) for row in found.rows if row.reference not in tied]
    else:
        candidates = [_alike(one, desk, speaks=speaks) for one in await links.alike(desk.tx, ticket.key, desk.now)]
    return await pane(desk, "agent/_links.html", ticket, kin=kin, speaks=speaks, candidates=candidates, asked=asked)


def _found(row: Row, desk: Desk) -> Candidate:
    why = "close" if row.phase == "closed" else ""
    return Candidate(row.reference, row.subject, row.requester_name, words.ago(row.last_at, desk.now), why, chosen=False)


def _alike(one: Alike, desk: Desk, *, speaks: bool) -> Candidate:
    why = "même demandeur" if one.same_person else "même objet"
    chosen = speaks and not one.same_person
    return Candidate(one.reference, one.subject, one.requester_name, words.ago(one.opened_at, desk.now), why, chosen)
