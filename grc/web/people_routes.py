"""The addresses of persons: found, looked at, joined and parted, put right."""

from __future__ import annotations

from grc.web.pages import person, persons
from grc.web.route import Route, Who

ONE = "/agent/personnes/{id:[0-9]{1,18}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/agent/personnes", persons.show, Who.AGENT, "persons"),
    Route("GET", ONE, person.show, Who.AGENT, "person"),
    Route("POST", f"{ONE}/{{act:[a-z]+}}", person.act, Who.AGENT, "person_do"),
)
