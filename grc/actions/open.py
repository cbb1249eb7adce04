"""A message nobody's ticket continues opens its own, acknowledged in the same transaction as the law says."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from grc.actions.draft import Draft, excerpt
from grc.actions.follow import follow
from grc.actions.gather import Gathered
from grc.actions.held import why_held
from grc.actions.house import House
from grc.actions.inbound import account_of, came_at, came_by, citizen_name, inbound, spoken
from grc.actions.opening import Opening, opened, situation_of
from grc.actions.oversize import tell_oversize
from grc.actions.silence import why_silent
from grc.db.transaction import Transaction
from grc.messages import conversations
from grc.messages.address import kind_of, value_of
from grc.people.correct import meet
from grc.people.learn import learn
from grc.tickets import reference, store
from grc.tickets.model import NewPerson, TicketKey
from grc.types import store as types
from routing.model import Decision
from workflows.catalogue import UnknownType

if TYPE_CHECKING:
    from grc.actions.receive import Parsed

NO_SUBJECT = "(sans objet)"
GENERAL = "general"


async def open_ticket(
    tx: Transaction, house: House, parsed: Parsed, gathered: Gathered, decision: Decision, answers_by: str, now: datetime
) -> TicketKey:
    """Opens the ticket the decision asks for, with its first message, deadlines, acknowledgement and timeline."""
    assert decision.service_id is not None  # a decision to open names a service
    message, received = parsed.message, parsed.received
    here, unknown = await _type(tx, decision)
    collectivity = gathered.collectivities[decision.collectivity_id]
    key = TicketKey(decision.collectivity_id, gathered.ticket_number)
    name, draft = citizen_name(message), Draft(key, now, citizen_name(message))
    known, member = gathered.person(key.collectivity_id), gathered.member_of(key.collectivity_id, message)
    taken = message.taken
    recognised = taken.person_id if taken else None
    answer_addr = message.reply_to or ("" if taken else message.from_addr)
    ours = answer_addr.lower() in gathered.facts.own_addresses  # our own mailbox would acknowledge itself
    silent = why_silent(gathered.abusive.get(key.collectivity_id), now)
    opening = Opening(
        key=key,
        current=here,
        collectivity=collectivity,
        service=gathered.services[decision.collectivity_id, decision.service_id],
        reference=reference.encode(key.id),
        subject=message.subject.strip() or NO_SUBJECT,
        requester_id=recognised or (known.person_id if known else gathered.person_number),
        requester_name=name,
        channel=came_by(message, received),
        answers_by=taken.answers_by if taken else answers_by,
        answer_addr=answer_addr,
        received_at=came_at(message, received),
        tracking_token=secrets.token_urlsafe(16),
        excerpt=excerpt(spoken(message)),
        facts={"may_answer": message.may_answer and not ours, "automatic": message.is_auto},
        fields=dict(message.fields),
        priority=decision.priority,
        alarm=decision.alarm,
        on_behalf_of=member.id if member else None,
        member=member.name if member else "",
        answer_account=account_of(message, received, answers_by),
        silent=silent,
        held=why_held(gathered.automatic_today >= house.daily_cap, key.collectivity_id in gathered.muted),
        services={s.slug: (s.id, s.name) for s in gathered.services.values() if s.collectivity_id == key.collectivity_id},
    )
    if taken:
        draft.tell("opened", f"Prise par {taken.agent_name}\u00a0: {_label(house, taken.channel)}.", channel=taken.channel)
    else:
        draft.tell("opened", f"Reçu par {house.channels[received.channel].label} : {received.account}.", channel=received.channel)
    if page := message.evidence.get("came_from"):
        draft.tell("came_from", page=page)
    draft.tell("routed", " ".join(reason.text for reason in decision.reasons), who=collectivity.title,
               reasons=[{"code": reason.code, "text": reason.text} for reason in decision.reasons],
               linked_ticket=decision.linked_ticket_id)  # fmt: skip
    if unknown:
        why = f"Le type « {decision.type} » n’existe pas, ou plus : la demande suit le type général."
        draft.tell("type_unknown", why, who=collectivity.title)
    if member is not None:
        draft.tell("on_behalf", member.why, who=collectivity.title, member=member.name)
    draft.messages.append(inbound(parsed, now))
    ticket = await opened(tx, opening, draft)
    if ours:
        draft.tell(
            "no_ack",
            "Le message vient d’une de nos propres adresses : aucun accusé de réception ne lui est envoyé.",
            who=collectivity.title,
        )
    elif not message.may_answer and not taken:
        why = f"Message automatique ({message.auto_reason}) : aucun accusé de réception ne lui est envoyé."
        draft.tell("no_ack", why, who=collectivity.title)
    elif silent:
        draft.tell("no_ack", silent, who=collectivity.title)
    tell_oversize(draft, situation_of(opening, tx.site.public_url), message)
    if decision.follows is not None:
        await follow(tx, draft, ticket, collectivity, decision.follows)
    sender = message.from_addr.lower()
    stranger = NewPerson(gathered.person_number, name, kind_of(sender), value_of(sender), now, message.from_label)
    await store.write(tx, draft.opening(ticket, None if known or recognised else stranger))
    if taken:
        await meet(tx, key.collectivity_id, ticket.requester_id, taken.addresses, taken.postal_address)
    await learn(tx, key.collectivity_id, ticket.requester_id, message, now)
    await conversations.go_on(tx, received, message, (key.collectivity_id, key.id))
    return key


def _label(house: House, channel: str) -> str:
    return house.channels[channel].label if channel in house.channels else channel


async def _type(tx: Transaction, decision: Decision) -> tuple[types.Current, bool]:
    """What the ticket begins with; the general type, and True, where a rule names one that there is not: no mail waits for that."""
    try:
        return await types.current(tx, decision.collectivity_id, decision.type), False
    except UnknownType:
        return await types.current(tx, decision.collectivity_id, GENERAL), True
