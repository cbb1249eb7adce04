"""Every address of the core on one screen: what it is, who answers, who may ask. Channels bring their own."""

from __future__ import annotations

from grc.web.beside_routes import ROUTES as BESIDE
from grc.web.citizen import addresses, legal_pages
from grc.web.citizen import pages as citizen
from grc.web.competence_routes import ROUTES as COMPETENCES
from grc.web.law_routes import ROUTES as LAW
from grc.web.metrics import healthz, metrics, readyz
from grc.web.pages import accounts, acts, agency, failures, fields, files, inbox, ledger, me, sent, signin, stream, ticket, write
from grc.web.people_routes import ROUTES as PEOPLE
from grc.web.register_routes import ROUTES as REGISTERS
from grc.web.route import Route, Who
from grc.web.site_routes import ROUTES as SITES
from grc.web.type_routes import ROUTES as TYPES

MB = 1_000_000
REF = "{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", "/healthz", healthz, Who.ANYONE, "healthz"),
    Route("GET", "/readyz", readyz, Who.ANYONE, "readyz"),
    Route("GET", "/metrics", metrics, Who.ANYONE, "metrics"),

    Route("GET", "/", citizen.home, Who.ANYONE, "home"),
    Route("GET", "/accessibilite", legal_pages.accessibility, Who.ANYONE, "accessibility"),
    Route("GET", "/mentions-legales", legal_pages.legal, Who.ANYONE, "legal"),
    Route("GET", "/donnees-personnelles", legal_pages.personal_data, Who.ANYONE, "personal_data"),
    Route("GET", "/adresses", addresses.suggest, Who.ANYONE, "addresses"),
    Route("GET", "/{place}", citizen.show, Who.ANYONE, "place"),
    Route("GET", "/{place}/couleurs.css", citizen.colours, Who.ANYONE, "place_colours"),
    Route("GET", "/{place}/accessibilite", legal_pages.accessibility, Who.ANYONE, "place_accessibility"),
    Route("GET", "/{place}/mentions-legales", legal_pages.legal, Who.ANYONE, "place_legal"),
    Route("GET", "/{place}/donnees-personnelles", legal_pages.personal_data, Who.ANYONE, "place_personal_data"),

    Route("GET", "/agent/connexion", signin.ask, Who.ANYONE, "sign_in"),
    Route("POST", "/agent/connexion", signin.sign_in, Who.ANYONE, "sign_in_do", max_body=20_000),
    Route("POST", "/agent/deconnexion", signin.sign_out, Who.AGENT, "sign_out"),

    Route("GET", "/agent", inbox.show, Who.AGENT, "inbox"),
    Route("GET", "/agent/flux", stream.flux, Who.AGENT, "flux"),
    Route("GET", f"/agent/demandes/{REF}", ticket.show, Who.AGENT, "ticket"),
    Route("GET", f"/agent/demandes/{REF}/html/{{message:[0-9]{{1,18}}}}", files.html, Who.AGENT, "message_html"),
    Route("GET", f"/agent/demandes/{REF}/fichiers/{{file:[0-9]{{1,18}}}}", files.file, Who.AGENT, "file"),
    Route("GET", f"/agent/demandes/{REF}/renseignements", fields.show, Who.AGENT, "ticket_fields"),
    Route("POST", f"/agent/demandes/{REF}/renseignements", fields.save, Who.AGENT, "ticket_fields_do"),
    Route("POST", f"/agent/demandes/{REF}/{{act:[a-z]+}}", acts.act, Who.AGENT, "act", max_body=26 * MB),
    Route("GET", "/agent/ecrire", write.ask, Who.AGENT, "write"),
    Route("POST", "/agent/ecrire", write.send, Who.AGENT, "write_do", max_body=26 * MB),

    Route("GET", "/agent/agence", agency.offer, Who.AGENT, "agency"),
    Route("GET", "/agent/agence/demandes", agency.listing, Who.AGENT, "agency_requests"),
    Route("GET", f"/agent/agence/demandes/{REF}", agency.show, Who.AGENT, "agency_request"),
    Route("GET", f"/agent/agence/demandes/{REF}/fichiers/{{file:[0-9]{{1,18}}}}", agency.file, Who.AGENT, "agency_file"),

    Route("GET", "/agent/moi", me.show, Who.AGENT, "me"),
    Route("POST", "/agent/moi/preferences", me.prefer, Who.AGENT, "prefer"),
    Route("POST", "/agent/moi/sessions", me.end_session, Who.AGENT, "end_session"),

    Route("GET", "/agent/sortant", sent.show, Who.AGENT, "sent"),
    Route("GET", "/agent/sortant/{id:[0-9]{1,18}}", sent.caught, Who.AGENT, "caught"),
    Route("GET", "/agent/sortant/{id:[0-9]{1,18}}/html", sent.html, Who.AGENT, "caught_html"),
    Route("POST", "/agent/sortant/{id:[0-9]{1,18}}/repondre", sent.answer, Who.AGENT, "caught_answer"),
    Route("GET", "/agent/boites", accounts.show, Who.ADMIN, "accounts"),
    Route("GET", "/agent/boites/{id:[0-9]{1,9}}", accounts.one, Who.ADMIN, "account"),
    Route("POST", "/agent/boites/{id:[0-9]{1,9}}/{act:[a-z]+}", accounts.act, Who.ADMIN, "account_do"),
    Route("GET", "/agent/registre", ledger.show, Who.ADMIN, "ledger"),
    Route("GET", "/agent/registre/{id:[0-9]{1,18}}", ledger.one, Who.ADMIN, "ledger_one"),
    Route("GET", "/agent/registre/{id:[0-9]{1,18}}/octets", ledger.octets, Who.ADMIN, "ledger_bytes"),
    Route("POST", "/agent/registre/{id:[0-9]{1,18}}/corriger", ledger.correct, Who.ADMIN, "ledger_correct", max_body=52 * MB),
    Route("POST", "/agent/registre/{id:[0-9]{1,18}}/rejouer", ledger.replay, Who.ADMIN, "ledger_replay"),
    Route("GET", "/agent/registre/envois", failures.show, Who.ADMIN, "failures"),
    Route("POST", "/agent/registre/envois/reessayer", failures.retry, Who.ADMIN, "failures_retry"),
    Route("POST", "/agent/registre/envois/adresse", failures.elsewhere, Who.ADMIN, "failures_elsewhere"),

    *PEOPLE,
    *REGISTERS,
    *TYPES,
    *BESIDE,
    *LAW,
    *COMPETENCES,
    *SITES,
)  # fmt: skip
