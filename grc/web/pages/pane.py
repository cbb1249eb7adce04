"""A page in the place of a ticket, beside the list: what belongs to it and needs more room than its side has."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from grc.tickets.inbox import View
from grc.tickets.page import TicketPage
from grc.web.desk import Desk
from grc.web.page import is_partial, render
from grc.web.pages.frame import frame


async def pane(desk: Desk, template: str, ticket: TicketPage, **values: Any) -> web.StreamResponse:
    """The template with these values: as the part that htmx asks for, else on a page of its own."""
    asked = desk.request.query.get("vue", "")
    given = {"ticket": ticket, "csrf": desk.agent.csrf, "view": asked if asked in set(View) else View.ALL.value, **values}
    if is_partial(desk.request):
        return render(desk.request, template, **given)
    return render(desk.request, "agent/pane.html", **{**await frame(desk), **given, "part": template})
