"""A message nobody's ticket continues opens its own, acknowledged in the same transaction as the law says."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from grc.actions.deadlines import due
from grc.actions.draft import Draft, excerpt
from grc.actions.effects import Means, apply
from grc.actions.gather import Gathered
from grc.actions.house import House
from grc.actions.inbound import citizen_name, inbound, spoken
from grc.actions.notices import Situation, acknowledgement
from grc.db.transaction import Transaction
from grc.tickets import reference, store
from grc.tickets.model import NewDeadline, NewMessage, NewPerson, NewTicket, TicketKey
from routing.model import Decision
from workflows.engine import Happening, step

if TYPE_CHECKING:
    from grc.actions.receive import Parsed

NO_SUBJECT = "(sans objet)"


async def open_ticket(
    tx: Transaction, house: House, parsed: Parsed, gathered: Gathered, decision: Decision, answers_by: str, now: datetime
) -> TicketKey:
    """Opens the ticket the decision asks for, with its first message, deadlines, acknowledgement and timeline."""
    assert decision.service_id is not None  # a decision to open names a service
    message, received = parsed.message, parsed.received
    entry = house.catalogue.entry(decision.type)
    definition = entry.definition
    collectivity = gathered.collectivities[decision.collectivity_id]
    key = TicketKey(decision.collectivity_id, gathered.ticket_number)
    name, draft = citizen_name(message), Draft(key, now, citizen_name(message))
    known = gathered.person(key.collectivity_id)
    situation = Situation(
        collectivity=collectivity,
        service=gathered.services[decision.collectivity_id, decision.service_id],
        entry=entry,
        reference=reference.encode(key.id),
        subject=message.subject.strip() or NO_SUBJECT,
        requester_name=name,
        received_at=received.received_at,
        tracking_token=secrets.token_urlsafe(16),
        public_url=house.public_url,
        answers_by=answers_by,
        answer_addr=message.reply_to or message.from_addr,
    )

    def notice(_name: str) -> NewMessage | None:
        held = gathered.automatic_today >= house.daily_cap
        return acknowledgement(situation, now, held=held)

    def reckon(kinds: Sequence[str]) -> Sequence[NewDeadline]:
        return due(definition, kinds, situation.received_at, now, collectivity.region)

    draft.tell("opened", f"Reçu par {house.channels[received.channel].label} : {received.account}.", channel=received.channel)
    draft.tell("routed", " ".join(reason.text for reason in decision.reasons), who=collectivity.title,
               reasons=[{"code": reason.code, "text": reason.text} for reason in decision.reasons],
               linked_ticket=decision.linked_ticket_id)  # fmt: skip
    draft.messages.append(inbound(parsed, now))
    ours = situation.answer_addr.lower() in gathered.facts.own_addresses  # our own mailbox would acknowledge itself
    happening = Happening(
        "opened",
        "citizen",
        {"channel": received.channel, "may_answer": message.may_answer and not ours, "automatic": message.is_auto},
    )
    after = step(definition, definition.initial, happening, now)
    apply(after.effects, draft, Means(definition, notice, reckon))
    if ours:
        draft.tell(
            "no_ack",
            "Le message vient d’une de nos propres adresses : aucun accusé de réception ne lui est envoyé.",
            who=collectivity.title,
        )
    elif not message.may_answer:
        why = f"Message automatique ({message.auto_reason}) : aucun accusé de réception ne lui est envoyé."
        draft.tell("no_ack", why, who=collectivity.title)

    ticket = NewTicket(
        key=key,
        reference=situation.reference,
        type=definition.name,
        version=definition.version,
        state=after.state,
        phase=definition.states[after.state].phase,
        service_id=decision.service_id,
        priority=decision.priority,
        subject=situation.subject,
        requester_id=known.person_id if known else gathered.person_number,
        requester_name=name,
        channel=received.channel,
        answer_channel=answers_by,
        answer_addr=situation.answer_addr,
        tracking_token=situation.tracking_token,
        opened_at=received.received_at,
        due_at=draft.next_due(()),
        unread=bool(draft.columns.get("unread", False)),
        alarm=draft.columns.get("alarm") or decision.alarm,
        excerpt=excerpt(spoken(message)),
        fields=dict(message.fields),
    )
    stranger = None if known else NewPerson(gathered.person_number, name, "email", message.from_addr.lower(), now)
    draft.columns.clear()  # they went into the ticket itself
    await store.write(tx, draft.opening(ticket, stranger))
    return key
