"""The addresses of the rules that say who is competent for what, where."""

from __future__ import annotations

from grc.web.pages import competences
from grc.web.route import Route, Who

ROUTES: tuple[Route, ...] = (
    Route("GET", "/admin/competences", competences.show, Who.ADMIN, "competences"),
    Route("GET", "/admin/competences/nouvelle", competences.ask, Who.ADMIN, "competence_new"),
    Route("POST", "/admin/competences/nouvelle", competences.save, Who.ADMIN, "competence_new_do"),
    Route("GET", "/admin/competences/{rule:[0-9]{1,9}}", competences.ask, Who.ADMIN, "competence"),
    Route("POST", "/admin/competences/{rule:[0-9]{1,9}}", competences.save, Who.ADMIN, "competence_do"),
)
