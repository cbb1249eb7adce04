"""The addresses of what stands beside a ticket: the tickets it belongs with."""

from __future__ import annotations

from grc.web.pages import links
from grc.web.route import Route, Who

REF = "{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}"
TICKET = f"/agent/demandes/{REF}"

ROUTES: tuple[Route, ...] = (Route("GET", f"{TICKET}/liens", links.show, Who.AGENT, "links"),)
