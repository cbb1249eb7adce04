"""The addresses of what stands beside a ticket: the tickets it belongs with, time spent, appointments; their agenda, and figures of all."""

from __future__ import annotations

from grc.web.pages import agenda, appointments, figures, links, replies, spent
from grc.web.route import Route, Who

TICKET = "/agent/demandes/{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}"

ROUTES: tuple[Route, ...] = (
    Route("GET", f"{TICKET}/liens", links.show, Who.AGENT, "links"),
    Route("GET", f"{TICKET}/temps", spent.show, Who.AGENT, "spent"),
    Route("GET", f"{TICKET}/rendez-vous", appointments.show, Who.AGENT, "appointments"),
    Route("GET", f"{TICKET}/rendez-vous/{{number:[0-9]{{1,18}}}}.ics", appointments.file, Who.AGENT, "appointment_file"),
    Route("GET", "/admin/reponses", replies.show, Who.ADMIN, "replies"),
    Route("POST", "/admin/reponses", replies.save, Who.ADMIN, "replies_do"),
    Route("GET", "/agent/agenda", agenda.show, Who.AGENT, "agenda"),
    Route("POST", "/agent/agenda/adresse", agenda.subscribe, Who.AGENT, "agenda_subscribe"),
    Route("POST", "/agent/agenda/adresse/fin", agenda.unsubscribe, Who.AGENT, "agenda_unsubscribe"),
    Route("GET", "/agent/agenda/{token:[A-Za-z0-9_-]{43}}.ics", agenda.feed, Who.LINK, "agenda_feed"),
    Route("GET", "/agent/chiffres", figures.show, Who.CHIEF, "figures"),
    Route("GET", "/agent/chiffres.csv", figures.table, Who.CHIEF, "figures_table"),
)
