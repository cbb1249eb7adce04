"""The addresses of what stands in the pages of web sites of members, of the shared page, and of who says which sites may show them."""

from __future__ import annotations

from grc.web import static
from grc.web.citizen import pages, shared
from grc.web.citizen.framed import framed
from grc.web.pages import sites
from grc.web.route import Route, Who

ROUTES: tuple[Route, ...] = (
    Route("GET", "/demarches", shared.show, Who.ANYONE, "shared"),
    Route("GET", "/cadre/demarches", framed(shared.show), Who.ANYONE, "shared_framed"),
    Route("GET", "/couleurs.css", pages.colours_around, Who.ANYONE, "colours_around"),
    Route("GET", "/embed.js", static.embed, Who.ANYONE, "embed"),
    Route("GET", "/admin/sites", sites.show, Who.ADMIN, "sites"),
    Route("POST", "/admin/sites", sites.save, Who.ADMIN, "sites_do", max_body=50_000),
)
