"""An agent answers from his own mail program: what he wrote is the answer of the service, or a note where it was not for whoever asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.inbound import inbound, spoken
from grc.actions.reply import answer_subject
from grc.db.transaction import Transaction
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.types import store as types
from routing.model import AgentFact, Decision
from workflows.engine import Happening

if TYPE_CHECKING:
    from grc.actions.receive import Parsed


async def answer_by_mail(tx: Transaction, parsed: Parsed, decision: Decision, agent: AgentFact, now: datetime) -> TicketKey:
    """Adds what the agent wrote to the ticket the decision names. It leaves for whoever asked, unless he has it from the agent already."""
    assert decision.ticket is not None  # an agent answers about a ticket
    ticket = await store.lock(tx, decision.ticket)
    draft = Draft(ticket.key, now, agent.name, agent.id)
    wrote = replace(inbound(parsed, now), author_id=agent.id, author_name=agent.name, body_html=None, quoted_text="")
    why = " ".join(reason.text for reason in decision.reasons)
    if not decision.public:
        draft.messages.append(replace(wrote, direction="note", channel="note"))
        draft.tell("noted", why)
        draft.columns["unread"] = True
        await store.write(tx, draft.amending(ticket))
        return ticket.key
    to = ticket.answer_addr
    draft.messages.append(
        replace(
            wrote, direction="out", channel=ticket.answer_channel, from_addr="", to_addrs=(to,), cc_addrs=(),
            subject=answer_subject(ticket.subject, ticket.reference), mail_id=wrote.mail_id if decision.direct else None,
            mail_references=tuple(filter(None, (*wrote.mail_references, wrote.mail_id))),  # by which a second copy of it is known
            delivery=None if decision.direct else ticket.delivery(automatic=False),
        )
    )  # fmt: skip
    draft.tell("replied", why, to=to, channel=ticket.answer_channel)
    draft.columns |= {"last_at": now, "excerpt": excerpt(spoken(parsed.message))}
    if ticket.assignee_id is None:
        draft.columns["assignee_id"] = agent.id
        draft.tell("assigned", to=agent.name, to_id=agent.id)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    await happen(tx, ticket, definition, draft, Happening("agent_reply", "agent", {"answered": True, "text": ""}))
    await store.write(tx, draft.amending(ticket))
    return ticket.key
