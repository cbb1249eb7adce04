"""A request goes to the competent body of the service (L114-2): whoever asked is told, and the new body begins as its own type says.

The one transaction of the worker, or of the command line, in which all of it happens: killed anywhere, nothing of it remains.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from grc.actions import carry, create, law
from grc.actions.attach import attach
from grc.actions.carry import Actor
from grc.actions.case import Case
from grc.actions.draft import Draft
from grc.actions.legal_act import LETTER, MAIL, PDF, LegalAct, Signer
from grc.actions.legal_letter import letter_sheet
from grc.actions.opening import Opening, opened
from grc.actions.situation import Situation, situation
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.db.transaction import Transaction
from grc.errors import BadInput, Conflict
from grc.messages.model import Attachment
from grc.paper.render import render
from grc.tickets import store, transfers
from grc.tickets.model import Changes, LegalFact, NewMessage, NewTicket, Ticket, TicketKey
from grc.types import store as types
from workflows.catalogue import UnknownType
from workflows.dates import with_weekday
from workflows.texts import Rendered

GENERAL = "general"
NOTICE = "transmission"


@dataclass(frozen=True, slots=True)
class Order:
    """What whoever transmits a request says: to which body, to which of its services (empty: as its type or its rules have it), why (for
    agents), and who signs the notice."""

    to: int
    why: str
    signer: Signer
    service: str = ""

    def written(self) -> dict[str, Any]:
        """As an errand keeps it."""
        return {"to": self.to, "why": self.why, "service": self.service, "signer": [self.signer.name, self.signer.capacity]}

    @staticmethod
    def read(data: Mapping[str, Any]) -> Order:
        """As an errand kept it."""
        return Order(int(data["to"]), str(data["why"]), Signer(*data["signer"]), str(data["service"]))


def said(body: str, address: str, signer: Signer, now: datetime) -> dict[str, str]:
    """What the notice says of its own (L114-2)."""
    return {
        "to_body": body,
        "to_address": ", ".join(line.strip() for line in address.splitlines() if line.strip()),
        "transmitted_on": with_weekday(now.astimezone(PARIS).date()),
        "signer_name": signer.name,
        "signer_capacity": signer.capacity,
    }


async def pass_on(tx: Transaction, key: TicketKey, order: Order, by: Actor, now: datetime) -> TicketKey:
    """Carries the request to the body of the order and gives its ticket there. Refused where it cannot go, or not there."""
    ticket = await store.lock(tx, key)
    standing = await carry.movable(tx, ticket, now)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    place = await create.queries.place(tx.conn, id=order.to, agency=False)
    if order.to == key.collectivity_id or place is None or place["default"] is None:
        raise BadInput("organisme", "Cet organisme n’utilise pas le service\u00a0: transmettez-lui la demande par courriel.")
    to = Collectivity(*place["collectivity"])
    if definition.audience != "citizen" or to.kind == "agency":
        raise Conflict("Une demande de ce type ne se transmet pas.")
    about = await situation(tx, ticket, definition, by.name, now)

    draft = Draft(key, now, by.name, by.agent_id)
    act = LegalAct(Case(ticket, definition, draft), about, now)
    notice = act.write(NOTICE, said(to.title, to.postal_address or to.email or "", order.signer, now))
    await tell(tx, act, notice, order.signer)
    draft.tell("transferred", order.why, to=to.title)
    await carry.let_go(tx, ticket, draft, f"La demande a été transmise à {to.title}.")
    await store.write(tx, draft.amending(ticket))
    await transfers.queries.add(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, kind=transfers.PASSED, to_collectivity_id=to.id, body=to.title,
        address="", state=ticket.state, at=now, who=by.name, agent_id=by.agent_id, why=order.why,
    )  # fmt: skip
    person = await carry.met(tx, ticket, to.id, now)
    await carry.seal(tx, ticket, to.id, now)
    there = TicketKey(to.id, key.id)
    await _open(tx, _Arrival(ticket, about, order, person, standing["excerpt"], to, place), by, now)
    await carry.carry(tx, ticket, there, now)
    return there


async def tell(tx: Transaction, act: LegalAct, notice: Rendered, signer: Signer) -> None:
    """Puts the notice into the conversation: by mail, or, where no address is known, as a letter that the first body keeps to post."""
    ticket, draft = act.case.ticket, act.case.draft
    if ticket.answer_addr:
        await act.send(tx, NOTICE, notice, MAIL, signer)
        return
    content = await asyncio.to_thread(render, letter_sheet(act.about, notice, signer, act.now))
    letter = await attach(tx, ticket.key.collectivity_id, [Attachment(f"Transmission, {ticket.reference}.pdf", PDF, content)])
    draft.messages += (
        NewMessage("out", LETTER, act.now, draft.who, notice.text, kind=NOTICE, author_id=draft.agent_id, subject=notice.subject,
                   body_html=notice.html),
        NewMessage("note", LETTER, act.now, draft.who, "Lettre de transmission, à imprimer et à poster.", kind="notice",
                   author_id=draft.agent_id, attachments=letter),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A request about to begin with another body."""

    ticket: Ticket
    about: Situation  # as the first body had it
    order: Order
    person: int
    excerpt: str
    to: Collectivity
    place: Any


async def _open(tx: Transaction, arrival: _Arrival, by: Actor, now: datetime) -> None:
    """The request begins there as its type says it begins: given to a service, acknowledged (L114-4), with deadlines of its own."""
    ticket, order, to = arrival.ticket, arrival.order, arrival.to
    key = TicketKey(to.id, ticket.key.id)
    here = await _type(tx, to.id, ticket.type)
    services = {slug: Service(*service) for slug, service in arrival.place["services"].items()}
    if order.service and order.service not in services:
        raise BadInput("service", "Ce service n’existe pas chez l’organisme choisi.")
    wanted = order.service or here.definition.service or ""
    service = services.get(wanted) or Service(*arrival.place["default"])
    # Whether its acknowledgement may leave by itself is what this body says of the address.
    about = await situation(tx, replace(ticket, key=key, service_id=service.id), here.definition, by.name, now)
    opening = Opening(
        key=key, current=here, collectivity=to, service=service,
        reference=ticket.reference, subject=ticket.subject, requester_id=arrival.person, requester_name=ticket.requester_name,
        channel=ticket.channel, answers_by=ticket.answer_channel or "email", answer_account=ticket.answer_account,
        answer_addr=ticket.answer_addr,
        received_at=ticket.opened_at or now, tracking_token=ticket.tracking_token or "", excerpt=arrival.excerpt,
        facts={"may_answer": bool(ticket.answer_addr)}, fields=dict(ticket.fields), priority=ticket.priority, held=about.held,
        silent=about.abusive,
        services={slug: (one.id, one.name) for slug, one in services.items()},
        legal=(*ticket.legal, *((LegalFact(0, "transferred", now),) if ticket.legal else ())),
    )  # fmt: skip
    draft = Draft(key, now, arrival.about.collectivity.title)
    draft.columns["unread"] = True
    draft.tell("transferred_here", order.why, who=by.name, **{"from": arrival.about.collectivity.title})
    if about.abusive:
        draft.tell("no_ack", about.abusive, who=to.title)
    if _owed_a_receipt(ticket):
        draft.begun.add("are")
    made = await opened(tx, opening, draft)
    if ticket.legal:
        law.noted(draft, "transferred", now, why=f"Transmise par {arrival.about.collectivity.title}.")
    await store.write(tx, await _written(tx, draft.opening(made, None), made))


async def _written(tx: Transaction, changes: Changes, made: NewTicket) -> Changes:
    """The same where the body had the request before and its trace stands there: the trace lives again, as a request just arrived."""
    key = made.key
    trace = await carry.queries.standing(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, now=changes.at)
    if trace is None:
        return changes
    await carry.queries.unseal(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, requester_id=made.requester_id)
    return replace(changes, open=None, columns=store.columns(made))


def _owed_a_receipt(ticket: Ticket) -> bool:
    """Whether the way in, or an agent, had started the clock: then the competent body owes a receipt (L114-4)."""
    kinds = {fact.kind for fact in ticket.legal}
    return "received" in kinds and ("acknowledged" in kinds or any(d.kind == "are" for d in ticket.open_deadlines))


async def _type(tx: Transaction, collectivity_id: int, name: str) -> types.Current:
    """The same type as that body has it; the general one where it is the first body's own."""
    try:
        return await types.current(tx, collectivity_id, name)
    except UnknownType:
        return await types.current(tx, collectivity_id, GENERAL)
