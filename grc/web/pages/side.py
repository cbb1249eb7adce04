"""What helps an agent beyond answering, beside a ticket: those it belongs with, appointments, time spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.collectivities import replies
from grc.tickets import links
from grc.tickets.links import Linked
from grc.tickets.page import TicketPage
from grc.web.desk import Desk
from grc.web.pages import appointments, spent
from workflows.definition import Definition
from workflows.effects import TellLinked
from workflows.reckoned import TellBy

SHOWN = 6  # links at the side; the others are a click away
WORDS = {"above": "rattachée à", "below": "rattachée ici", "beside": "liée"}

DONE = {
    "lier": "Demandes liées.",
    "rattacher": "Demandes rattachées à celle-ci.",
    "ranger": "Demande rattachée.",
    "delier": "Lien retiré. L’historique le garde.",
    "reunir": "Le doublon est clos ; la suite arrivera à la demande gardée.",
    "temps": "Temps noté.",
    "retirer": "Temps retiré.",
    "rendezvous": "Rendez-vous fixé.",
    "chevauche": "Rendez-vous fixé. Attention : cette personne a déjà autre chose à ces heures, l’agenda le montre.",
    "reporter": "Rendez-vous déplacé.",
    "annuler": "Rendez-vous annulé.",
    "tenir": "Rendez-vous terminé.",
    "permettre": "Les messages automatiques partent de nouveau à cette adresse.",
    "separer": "Les deux demandes sont de nouveau suivies chacune pour elle-même.",
}


@dataclass(frozen=True, slots=True)
class Kin:
    """A linked ticket as the side and the page of links show it."""

    link: Linked
    word: str


async def values(desk: Desk, ticket: TicketPage, definition: Definition | None) -> Mapping[str, Any]:
    """The values of `_news.html` and `_beside.html`."""
    kin = await kin_of(desk, ticket)
    below = await links.below(desk.tx, ticket.key)
    speaks = speaks_for_others(definition)
    return {
        "kin": kin[:SHOWN],
        "kin_more": max(0, len(kin) - SHOWN),
        "below": below,
        "speaks": speaks,
        "telling": await links.telling(desk.tx, ticket.key) if speaks or below[0] else None,
        "merged": await links.duplicates(desk.tx, ticket.key),
        "claimed": await links.claimed(desk.tx, ticket.key) if ticket.alarm == "review_link" else None,
        "muted": ticket.answer_addr if await replies.is_muted(desk.tx, ticket.key.collectivity_id, ticket.answer_addr) else "",
        **await spent.values(desk, ticket.key),
        **await appointments.values(desk, ticket.key),
    }


async def kin_of(desk: Desk, ticket: TicketPage) -> Sequence[Kin]:
    """The tickets linked with this one, in words."""
    return [Kin(link, WORDS[link.kind]) for link in await links.standing(desk.tx, ticket.key)]


def speaks_for_others(definition: Definition | None) -> bool:
    """Whether this type tells or moves the tickets below it: an incident that many reported."""
    if definition is None:
        return False
    said = [one.consequences for one in definition.transitions] + [one.consequences for one in definition.reactions]
    return any(isinstance(consequence.effect, TellBy | TellLinked) for consequences in said for consequence in consequences)
