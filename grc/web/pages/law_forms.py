"""What the forms of the legal acts show: what is proposed, what was typed, and what asking for items would change."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from grc.actions import law
from grc.actions.correct import NAMES
from grc.actions.legal_act import LETTER, MAIL
from grc.actions.mark_abusive import proposed_end
from grc.actions.notify import WAYS
from grc.clock import PARIS
from grc.tickets import abusive, legal, store
from grc.tickets.model import TicketKey
from grc.tickets.page import TicketPage
from grc.types import store as types
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages import transfer_form
from grc.web.pages.law_typed import ITEM
from workflows.condition import conditions, hold, reader
from workflows.dates import with_weekday
from workflows.foresee import Foreseen, asking

USUAL_DAYS = 30
_ROLE = {"agent": "Agent du service", "chief": "Responsable du service", "admin": "Responsable du service", "operator": "Agent du service"}


async def values(desk: Desk, ticket: TicketPage, slug: str) -> dict[str, Any]:
    """The values of the form of this act: what was typed stays."""
    form, query = desk.form, desk.request.query
    known = [fact for fact in await legal.facts(desk.tx, ticket.key) if fact.stands]
    typed = {
        name: form.fields.get(name, query.get(name, "")) for name in ("jour", "mot", "pieces", "pourquoi", "decision", "motifs", "sens")
    }
    typed |= {
        "jours": form.fields.get("jours") or query.get("jours") or str(USUAL_DAYS),
        "indispensable": form.fields.get("indispensable", query.get("indispensable", "oui")),
        "signataire": form.fields.get("signataire", desk.agent.name),
        "qualite": form.fields.get("qualite", capacity(desk, ticket)),
        "voie": form.fields.get("voie") or (MAIL if ticket.answer_addr else LETTER),
        "moyen": form.fields.get("moyen", "recommande"),
        "fait": form.fields.get("fait", query.get("fait", "")),
    }
    found: dict[str, Any] = {
        "typed": typed, "today": desk.now.astimezone(PARIS).date().isoformat(), "means": WAYS, "mail": MAIL, "letter": LETTER,
        "facts": [(fact.id, NAMES[fact.kind], words.day(fact.at)) for fact in known], "partial": False,
    }  # fmt: skip
    if slug == "pieces":
        found |= {"items": await items(desk, ticket), "ticked": {v for n, v in form.fields.items() if n.startswith(ITEM)}}
        found["changed"] = _told(await _foreseen(desk, ticket.key))
    if slug == "transmettre":
        found |= await transfer_form.values(desk, ticket)
    if slug == "signaler":
        known_by = await abusive.sources(desk.tx, ticket.key, desk.now)
        found["sources"] = [(one, telling.value(one.kind, one.value)) for one in known_by]
        free = (f"{one.kind}:{one.value}" for one, _ in found["sources"] if one.until is None)
        typed["source"] = form.fields.get("source") or next(free, "")
        typed["jusque"] = form.fields.get("jusque") or proposed_end(desk.now).isoformat()
    if slug in ("completee", "demande-motifs"):
        found["last_in"] = _last_in(ticket)
    return found


def capacity(desk: Desk, ticket: TicketPage) -> str:
    """The capacity proposed for whoever acts: « Responsable du service Voirie »."""
    roles = desk.agent.roles(ticket.key.collectivity_id, ticket.service_id)
    highest = next((role for role in ("admin", "chief", "agent") if role in roles), "agent")
    return f"{_ROLE[highest]} {ticket.service}"


async def items(desk: Desk, ticket: TicketPage) -> list[tuple[str, str]]:
    """The items of the type that this request wants: name and label."""
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    read = reader(ticket.fields)
    return [(item.name, item.label) for item in definition.items if hold(conditions(item.when), read)]


def _last_in(ticket: TicketPage) -> str:
    """The day of the last message of whoever asked, as a field has it: the day proposed for what arrived."""
    came = [message.at for message in ticket.messages if message.direction == "in" and message.audience == "public"]
    return max(came).astimezone(PARIS).date().isoformat() if came else ""


async def consequence(desk: Desk) -> web.StreamResponse:
    """What asking for items would change, for what the form says at this moment."""
    key = await store.find(desk.tx, desk.request.match_info["reference"])
    return render(desk.request, "agent/law/consequence.html", changed=_told(await _foreseen(desk, key)))


async def _foreseen(desk: Desk, key: TicketKey) -> Foreseen | None:
    days = _days(desk)
    ticket = (await store.held(desk.tx, [key]))[key]
    definition = await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    if days is None or not any(fact.kind == "received" for fact in ticket.legal):
        return None
    given = desk.form.fields.get("indispensable", desk.request.query.get("indispensable", "oui"))
    told = law.events(law.facts(ticket.legal))
    return asking(definition.legal, ticket.region, told, desk.now, days, indispensable=given != "non")


def _days(desk: Desk) -> int | None:
    given = desk.form.fields.get("jours") or desk.request.query.get("jours") or str(USUAL_DAYS)
    return int(given) if given.isascii() and given.isdigit() and 1 <= int(given) <= 365 else None


def _told(changed: Foreseen | None) -> str:
    """What it changes, in a sentence said before the button."""
    if changed is None:
        return ""
    before = with_weekday(changed.before) if changed.before else ""
    after = with_weekday(changed.after) if changed.after else ""
    match changed.rule:
        case "suspension":
            return (
                f"Le silence décidera le {after} au lieu du {before} si rien n’arrive\u00a0; plus tôt si les pièces arrivent plus tôt "
                "(suspension, L114-5 al. 3)."
            )
        case "restart":
            return (
                "Le délai ne court plus tant que les pièces manquent, puis recommence en entier\u00a0: si elles arrivent le dernier jour, "
                f"jusqu’au {after} au lieu du {before} (L114-5 al. 2)."
            )
        case _:
            kept = f"\u00a0: le silence décidera toujours le {before}" if before else ""
            return f"Le délai ne change pas{kept} (L114-5-1)."
