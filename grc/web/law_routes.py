"""The addresses of the legal life of a request: the acts of an agent, the letters, and the notices that a collectivity words itself."""

from __future__ import annotations

from grc.web.pages import abusive, law_acts, mentions, notices
from grc.web.route import Route, Who

_LAW = "/agent/demandes/{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}/loi"

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{_LAW}/lettre/{{message:[0-9]{{1,18}}}}", law_acts.letter, Who.AGENT, "legal_letter"),
    Route("GET", f"{_LAW}/{{acte:[a-z-]+}}", law_acts.ask, Who.AGENT, "legal_act"),
    Route("POST", f"{_LAW}/{{acte:[a-z-]+}}", law_acts.act, Who.AGENT, "legal_act_do"),
    Route("GET", "/admin/avis", notices.show, Who.ADMIN, "notices"),
    Route("GET", "/admin/avis/{avis:[a-z_]+}", notices.edit, Who.ADMIN, "notice"),
    Route("POST", "/admin/avis/{avis:[a-z_]+}", notices.save, Who.ADMIN, "notice_do"),
    Route("GET", "/admin/mentions", mentions.show, Who.ADMIN, "mentions"),
    Route("POST", "/admin/mentions", mentions.save, Who.ADMIN, "mentions_do"),
    Route("GET", "/admin/sources-abusives", abusive.show, Who.CHIEF, "abusive_sources"),
    Route("POST", "/admin/sources-abusives", abusive.act, Who.CHIEF, "abusive_sources_do"),
)
