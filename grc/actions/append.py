"""A message that continues a ticket joins it, and moves it as its definition says."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.inbound import account_of, citizen_name, inbound, spoken
from grc.actions.oversize import tell_oversize
from grc.actions.returned import DELAYED, returned, tell_returned, what_of
from grc.actions.situation import situation
from grc.db.transaction import Transaction
from grc.messages import conversations
from grc.messages.model import InboundMessage
from grc.people.learn import learn
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types import store as types
from routing.model import Decision
from workflows.definition import By, Definition
from workflows.engine import Happening

if TYPE_CHECKING:
    from grc.actions.receive import Parsed


async def append(tx: Transaction, parsed: Parsed, decision: Decision, answers_by: str, now: datetime) -> TicketKey:
    """Adds the message to the ticket the decision names; an automatic one never reopens it. What a server reports of a mail of ours is
    noted on the delivery it is about."""
    assert decision.ticket is not None  # a decision to append names a ticket
    message, received = parsed.message, parsed.received
    ticket = await store.lock(tx, decision.ticket)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    third = decision.third  # a notice that our mail to the third party was not delivered is not for whoever asked either
    kind = _kind(message, third=third)
    draft = Draft(ticket.key, now, citizen_name(message))
    what = "reported" if message.report else "received_third" if third else "received"
    draft.tell(what, " ".join(reason.text for reason in decision.reasons), channel=received.channel)
    said = inbound(parsed, now)
    draft.messages.append(replace(said, audience="third" if third else "machine" if message.report else "public"))
    if kind == "third_message":
        draft.columns["unread"] = True  # whatever the type makes of it, an agent must see it
    by: By = "third" if third else "citizen"
    happening = Happening(kind, by, {"channel": received.channel}, _documents(message, ticket, definition))
    await happen(tx, ticket, definition, draft, happening, received_at=received.received_at, silent=_silent(message))
    if message.report:
        tell_returned(draft, await returned(tx, ticket.key, message, now, third=third), message)
    if kind == "citizen_message":
        draft.columns |= {"channel": received.channel, "last_at": now, "excerpt": excerpt(spoken(message))}
        # The way back moves with a proof alone: else a forged From with a Reply-To would have our answers sent to a stranger. The
        # citizen's own page names nobody.
        if message.from_addr and decision.proven:
            draft.columns |= {
                "answer_channel": answers_by, "answer_addr": message.reply_to or message.from_addr,
                "answer_account": account_of(message, received, answers_by),
            }  # fmt: skip
    if message.oversize is not None:
        writer = replace(ticket, answer_addr=message.reply_to or message.from_addr)  # whoever wrote this, not whoever asked first
        tell_oversize(draft, await situation(tx, writer, definition, draft.who, now), message, third=third)
    if decision.alarm:
        draft.columns["alarm"] = decision.alarm
    await store.write(tx, draft.amending(ticket))
    if decision.proven and ticket.answer_addr.lower() == message.from_addr.lower():  # his own request, not one that his was merged into
        await learn(tx, ticket.key.collectivity_id, ticket.requester_id, message, now)
    await conversations.go_on(tx, received, message, (ticket.key.collectivity_id, ticket.key.id))
    return ticket.key


def _documents(message: InboundMessage, ticket: Ticket, definition: Definition) -> dict[str, list[Any]]:
    """The documents of the request that came by its own page, beside those that came before. Nothing else is changed by a message."""
    if message.ticket_id is None:
        return {}
    wanted = {item.name for item in definition.items}
    return {
        name: [*(before if isinstance(before := ticket.fields.get(name), list) else ()), *names]
        for name, names in message.fields.items()
        if name in wanted and isinstance(names, list)
    }


def _silent(message: InboundMessage) -> str:
    """Why nothing that the service writes by itself may answer this message; empty: it may."""
    if message.may_answer:
        return ""
    return f"Message automatique ({message.auto_reason}) : aucun message automatique ne lui répond."


def _kind(message: InboundMessage, *, third: bool) -> str:
    if message.is_bounce and what_of(message) != DELAYED:
        return "bounce"
    if message.is_auto:
        return "automatic_message"
    return "third_message" if third else "citizen_message"
