"""What remains of a request with a body that transmitted it: to whom, when, by whom and why, its own notes and its own timeline."""

from __future__ import annotations

from aiohttp import web

from grc.tickets import transfers
from grc.tickets.page import TicketPage
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.pages import law
from grc.web.pages.pane import pane


async def show(desk: Desk, ticket: TicketPage) -> web.StreamResponse:
    """The page of a trace: nothing can be done on it."""
    hops = await transfers.way(desk.tx, ticket.key.id)
    last = next((hop for hop in reversed(hops) if hop.from_id == ticket.key.collectivity_id), None)
    return await pane(
        desk, "agent/_trace.html", ticket, last=last, when=words.spoken(ticket.passed_at or desk.now, desk.now), moves=law.moves(hops),
        notes=[(note, words.spoken(note.at, desk.now)) for note in ticket.messages],
        timeline=[(telling.event(e.what, e.data), e, words.spoken(e.at, desk.now)) for e in reversed(ticket.events)],
    )  # fmt: skip
