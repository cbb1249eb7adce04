"""A message that continues a ticket joins it, and moves it as its definition says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from grc.actions.deadlines import due
from grc.actions.draft import Draft, excerpt
from grc.actions.effects import Means, apply
from grc.actions.house import House
from grc.actions.inbound import citizen_name, inbound, spoken
from grc.db.transaction import Transaction
from grc.tickets import store
from grc.tickets.model import NewDeadline, TicketKey
from routing.model import Decision
from workflows.engine import Happening, step

if TYPE_CHECKING:
    from grc.actions.receive import Parsed


async def append(tx: Transaction, house: House, parsed: Parsed, decision: Decision, answers_by: str, now: datetime) -> TicketKey:
    """Adds the message to the ticket the decision names; an automatic one never reopens it."""
    assert decision.ticket is not None  # a decision to append names a ticket
    message, received = parsed.message, parsed.received
    kind = "bounce" if message.is_bounce else "automatic_message" if message.is_auto else "citizen_message"
    ticket = await store.lock(tx, decision.ticket)
    definition = house.catalogue.get(ticket.type, ticket.version)
    draft = Draft(ticket.key, now, citizen_name(message))

    def reckon(kinds: Sequence[str]) -> Sequence[NewDeadline]:
        return due(definition, kinds, received.received_at, now, ticket.region)

    draft.tell("received", " ".join(reason.text for reason in decision.reasons), channel=received.channel)
    draft.messages.append(inbound(parsed, now))
    after = step(definition, ticket.state, Happening(kind, "citizen", {"channel": received.channel}), now)
    apply(after.effects, draft, Means(definition, lambda _name: None, reckon))

    draft.columns |= {"state": after.state}
    if kind == "citizen_message":
        draft.columns |= {"channel": received.channel, "last_at": now, "excerpt": excerpt(spoken(message))}
        # The way back moves with a proof alone: else a forged From with a Reply-To would have our answers sent to a stranger. The
        # citizen's own page names nobody.
        if message.from_addr and decision.proven:
            draft.columns |= {"answer_channel": answers_by, "answer_addr": message.reply_to or message.from_addr}
    if decision.alarm:
        draft.columns["alarm"] = decision.alarm
    await store.write(tx, draft.amending(ticket))
    return ticket.key
