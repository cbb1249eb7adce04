"""The stream of news to an open page of an agent."""

from __future__ import annotations

from aiohttp import web

from grc.web.desk import Desk
from grc.web.flux import Listener
from grc.web.parts import FLUX


async def flux(desk: Desk) -> web.StreamResponse:
    """Opened within the session's transaction, told outside of it: no connection is held while the page is open."""
    listener = Listener(desk.session, frozenset(desk.agent.collectivities), frozenset(desk.agent.services), desk.agent.id)
    desk.then = lambda: desk.request.app[FLUX].stream(desk.request, listener)
    return web.Response()
