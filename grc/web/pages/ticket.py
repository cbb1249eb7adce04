"""The page of one ticket: the conversation in the middle, what binds and explains it at its side, the answer where the eye is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aiohttp import web

from grc.actions.look import look
from grc.actions.silence import why_silent
from grc.tickets import page as reading
from grc.tickets import rating
from grc.tickets.inbox import View
from grc.tickets.page import Delivery, File, Message, TicketPage
from grc.types import store as types
from grc.web import telling, words
from grc.web.defects import in_words
from grc.web.desk import Desk
from grc.web.page import is_partial, render
from grc.web.pages import fields, law, law_acts, sending, side, third, trace
from grc.web.pages.fields import Tried
from grc.web.pages.frame import frame, initials
from grc.web.panels import panels
from grc.web.parts import CHANNELS, channel_face, settings
from grc.web.places import places
from grc.web.ranged import PLAYED
from workflows.catalogue import UnknownType
from workflows.definition import Definition, Transition
from workflows.legal_due import KINDS
from workflows.legal_notice import NOTICES

CLOSE = "close"  # the transition that `reply(close=True)` makes

DONE = {
    "repondre": "Réponse enregistrée : elle part à l’instant.",
    "clore": "Réponse enregistrée, demande close.",
    "guichet": "Demande enregistrée. Son récépissé s’imprime depuis les détails.",
    "noter": "Note ajoutée. Le demandeur ne la voit pas.",
    "confier": "Attribution changée.",
    "deplacer": "Service changé.",
    "priorite": "Priorité changée.",
    "regler": "Signalement réglé.",
    "liberer": "L’accusé de réception part à l’instant.",
    "remplir": "Renseignements enregistrés.",
    "ecrire": "Message enregistré : il part à l’instant.",
    "tiers": "Message enregistré : il part à l’instant. Le demandeur ne le voit pas.",
    "reference": "Référence gardée : vos messages au tiers la porteront.",
}


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as the conversation shows it."""

    id: int
    side: str
    author: str
    author_initials: str
    machine: bool
    at: datetime
    when: str
    head: str
    text: str
    quoted: str
    has_html: bool
    files: Sequence[File]
    deliveries: Sequence[tuple[Delivery, str, str, str]]
    defects: Sequence[str]
    subject: str
    kind: str
    third: bool
    again: frozenset[int]  # its deliveries that failed and may leave by another way of whoever asked
    first_text: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A deadline as the side shows it."""

    name: str
    words: str
    pressing: str
    met: bool
    article: str
    reasons: Sequence[str]


async def show(desk: Desk) -> web.StreamResponse:
    """The ticket on a page of its own, or in the pane of the open one."""
    return await answer(desk, desk.request.match_info["reference"])


async def answer(
    desk: Desk, reference: str, *, error: str = "", text: str = "", kind: str = "", tried: Tried | None = None, status: int = 200
) -> web.StreamResponse:
    """The page of a ticket, with what was typed and why it was not taken, when it was not."""
    query = desk.request.query
    ticket = await reading.read(desk.tx, reference, whole=query.get("tout") == "1")
    if ticket.passed_to:
        return await trace.show(desk, ticket)
    if ticket.unread:
        await look(desk.tx, desk.agent, ticket.key, desk.now)
    definition = await _definition(desk, ticket)
    values = ticket_values(desk, ticket, definition)
    fait = query.get("fait", "")
    said = (DONE | side.DONE | law_acts.DONE | sending.DONE).get(fait, "")
    done = f"La demande est maintenant « {values['state'].lower()} »." if fait == "etape" else said
    values |= await sending.values(desk, ticket.key)
    if (draft := values["draft"]) and not error:
        text, kind = draft.sending.text, sending.THIRD if draft.sending.kind == "third" else ""
    values |= {"error": error, "text": text, "compose": kind, "done": done}
    values |= third.values(definition, ticket, desk.form.fields.get("tiers", "") or (draft.sending.to if draft else ""))
    values |= await side.values(desk, ticket, definition)
    values["law"] = await law.block(desk, ticket, definition)
    values["panels"] = await panels(desk, ticket, definition)
    values |= await _steps(desk, ticket, definition, tried)
    values["view"] = query["vue"] if query.get("vue", "") in set(View) else View.ALL.value
    values["done_word"] = fait
    if is_partial(desk.request):
        live = query.get("partie") == "vif"
        return render(desk.request, "agent/_live.html" if live else "agent/_ticket.html", status=status, oob=live, **values)
    return render(desk.request, "agent/ticket.html", status=status, oob=False, **{**await frame(desk), **values})


async def _definition(desk: Desk, ticket: TicketPage) -> Definition | None:
    """The definition it runs on; None where its module was taken away."""
    try:
        return await types.definition(desk.tx, ticket.type, ticket.version, ticket.variant)
    except UnknownType:
        return None


def ticket_values(desk: Desk, ticket: TicketPage, definition: Definition | None) -> dict[str, Any]:
    """All the page of a ticket says, in words."""
    channels = desk.request.app[CHANNELS]
    roles = desk.agent.roles(ticket.key.collectivity_id, ticket.service_id)
    label, transitions = _state(ticket, definition, roles)
    way = channel_face(channels, ticket.answer_channel)
    late, pressing = ("", "calm") if ticket.due_at is None or ticket.phase == "closed" else words.delay(ticket.due_at, desk.now)
    return {
        "ticket": ticket,
        "csrf": desk.agent.csrf,
        "agent": desk.agent,
        "initials": initials(desk.agent.name),
        "state": label,
        "can_close": any(t.name == CLOSE for t in transitions),
        "delay": late,
        "pressing": pressing,
        "bubbles": [_bubble(message, desk, ticket) for message in ticket.messages],
        "terms": _terms(ticket, definition, desk.now),
        "timeline": [(telling.event(e.what, e.data), e, words.spoken(e.at, desk.now)) for e in reversed(ticket.events)],
        "reasons": _reasons(ticket),
        "came_from": next((e.data.get("page", "") for e in ticket.events if e.what == "came_from"), ""),
        "alarm": (ticket.alarm_text or telling.alarm(ticket.alarm)) if ticket.alarm else "",
        "held": ticket.alarm == "ack_held" or any(d.state == "held" for message in ticket.messages for d in message.deliveries),
        "way": way,
        "channel": channel_face(channels, ticket.channel),
        "opened": words.spoken(ticket.opened_at, desk.now),
        "priorities": telling.PRIORITIES,
        "fields": fields.told_groups(definition, ticket),
        "may_fill": bool(definition and definition.fields and roles),
        "identities": [(*telling.identity(kind), telling.value(kind, value, label)) for kind, value, label in ticket.identities],
        "others": [(o, words.ago(o.last_at, desk.now)) for o in ticket.others],
        "previewed": reading.PREVIEWED,
        "played": PLAYED,
        "ratings": rating.WORDS,
        "abusive": why_silent(ticket.abusive_until, desk.now),
        "may_mark": "chief" in roles and ticket.member_id is None and not ticket.passed_to,
    }


def _state(ticket: TicketPage, definition: Definition | None, roles: frozenset[str]) -> tuple[str, Sequence[Transition]]:
    """The state in words, and what may be done in it."""
    if definition is None:
        return ticket.state, ()
    state = definition.states.get(ticket.state)
    return (state.label if state else ticket.state), definition.allowed(ticket.state, roles)


async def _steps(desk: Desk, ticket: TicketPage, definition: Definition | None, tried: Tried | None) -> dict[str, Any]:
    """What may be done, and of that the plain way to close, which has a button and a key of its own."""
    _, allowed = _state(ticket, definition, desk.agent.roles(ticket.key.collectivity_id, ticket.service_id))
    ways = await fields.ways(desk, ticket, definition, allowed, tried)
    plain = [way for way in ways if way.plain]
    closing = next(
        (way for way in plain if definition and way.transition.to and definition.states[way.transition.to].phase == "closed"), None
    )
    steps = [closing] if closing else plain[:1]
    return {
        "closes": closing.transition.name if closing else "", "steps": [way.transition for way in steps],
        "more_steps": [way for way in ways if way not in steps],
        "places": replace(places(settings(desk.request)), tiles=""),  # a map has no room there
    }  # fmt: skip


# Notices of the law that a person writes: they are said, not folded.
BY_HAND = frozenset(NOTICES) - {"ack", "aee"}
_OURS = {
    "ack": "accusé de réception", "aee": "accusé d’enregistrement", "notice": "message automatique", "call": "appel d’un autre programme",
    "appointment": "rendez-vous",
}  # fmt: skip


def _bubble(message: Message, desk: Desk, ticket: TicketPage) -> Bubble:
    side = {"in": "theirs", "note": "note"}.get(message.direction, "ours")
    face = channel_face(desk.request.app[CHANNELS], message.channel)
    machine = message.direction == "out" and message.kind != "message" and message.kind not in BY_HAND
    if message.direction == "note":
        head = "note interne"
    elif message.audience == "third":
        head = "un tiers nous écrit" if side == "theirs" else "message automatique à un tiers" if machine else "à un tiers"
        head += " · le demandeur ne le voit pas"
    elif message.kind in BY_HAND:
        head = f"{NOTICES[message.kind].title.lower()}, par {face.label}"
    elif machine:
        head = _OURS.get(message.kind, "message automatique")
    else:
        head = f"par {face.label}" + (" · message automatique" if message.is_auto else "")
    if message.public:
        head += " · en public"
    if message.first_text:
        head += " · modifié par son auteur"
    if message.written_for:
        head += f" · {message.written_for}"
    again = [d.id for d in message.deliveries if message.audience == "public" and d.lost]
    return Bubble(
        message.id, side, message.author_name or ticket.requester_name, initials(message.author_name or ticket.requester_name), machine,
        message.at, words.spoken(message.at, desk.now), head, message.body_text, message.quoted_text, message.has_html,
        [f for f in message.files if not f.inline or not message.has_html],
        [(d, *telling.delivery(d.state)) for d in message.deliveries], in_words(message.defects), message.subject, message.kind,
        message.audience == "third", frozenset(again), message.first_text,
    )  # fmt: skip


def _terms(ticket: TicketPage, definition: Definition | None, now: datetime) -> list[Term]:
    rules = definition.deadlines if definition is not None else {}
    terms = []
    for deadline in (one for one in ticket.deadlines if one.kind not in KINDS):  # those of the law stand in a block of their own
        if deadline.met_at is not None:
            said, pressing = f"fait {words.spoken(deadline.met_at, now)}", "done"
        elif deadline.paused_at is not None:
            said, pressing = f"suspendue depuis {words.ago(deadline.paused_at, now)}", "calm"
        else:
            said, pressing = words.delay(deadline.due_at, now, "")
        name = rules[deadline.kind].label if deadline.kind in rules else telling.deadline(deadline.kind)
        terms.append(Term(name, said, pressing, deadline.met_at is not None, deadline.article, deadline.reasons))
    return terms


def _reasons(ticket: TicketPage) -> list[str]:
    """Why the ticket came to this service, in the sentences the decision was kept with."""
    for event in ticket.events:
        if event.what == "routed":
            told: Sequence[Mapping[str, str]] = event.data.get("reasons") or ()
            return [reason["text"] for reason in told] or ([event.why] if event.why else [])
    return []
