"""The body to which a request was transmitted refuses it: it returns to where it came from, as it stood there, with what was said since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grc.actions import carry, law, merge
from grc.actions.carry import Actor
from grc.actions.draft import Draft
from grc.actions.reply import answer_subject
from grc.db.transaction import Transaction
from grc.tickets import store, transfers
from grc.tickets.model import LegalFact, NewLegalFact, NewMessage, OpenDeadline, Ticket, TicketKey
from grc.types import store as types

ALARM = "transfer_refused"


async def pass_back(tx: Transaction, key: TicketKey, why: str, by: Actor, now: datetime) -> TicketKey:
    """Returns the request and gives its ticket where it returned; `why` is told to whoever asked. Conflict where it cannot return."""
    ticket = await store.lock(tx, key)
    standing = await carry.movable(tx, ticket, now)
    hop = await transfers.returnable(tx, key)
    here = hop.body
    draft = Draft(key, now, by.name, by.agent_id)
    if ticket.answer_addr:
        draft.messages.append(told(ticket, here, hop.from_title, why, draft))
    draft.tell("transfer_refused", why, to=hop.from_title, by=here)
    await carry.let_go(tx, ticket, draft, f"La demande est revenue à {hop.from_title}.")
    await store.write(tx, draft.amending(ticket))
    await transfers.queries.add(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, kind=transfers.REFUSED, to_collectivity_id=hop.from_id,
        body=hop.from_title, address="", state=ticket.state, at=now, who=by.name, agent_id=by.agent_id, why=why,
    )  # fmt: skip
    person = await carry.met(tx, ticket, hop.from_id, now)
    await carry.seal(tx, ticket, hop.from_id, now)
    there = TicketKey(hop.from_id, key.id)
    trace = await carry.queries.standing(tx.conn, collectivity_id=there.collectivity_id, ticket_id=there.id, now=now)
    await carry.queries.unseal(tx.conn, collectivity_id=there.collectivity_id, ticket_id=there.id, requester_id=person)
    await merge.queries.free(tx.conn, collectivity_id=there.collectivity_id, id=there.id, merged_at=trace["passed_at"])
    await carry.carry(tx, ticket, there, now)
    await _resume(tx, there, ticket, standing["excerpt"], Draft(there, now, here), why)
    return there


async def _resume(tx: Transaction, there: TicketKey, ticket: Ticket, excerpt: str, draft: Draft, why: str) -> None:
    """It stands again as it stood there, with its deadlines: that the other received it no longer counts."""
    back = await store.lock(tx, there)
    definition = await types.definition(tx, back.type, back.version, back.variant)
    draft.tell(ALARM, why, by=draft.who)
    void(back.legal, draft, why)
    draft.columns |= {
        "state": back.state, "requester_name": ticket.requester_name, "answer_channel": ticket.answer_channel,
        "answer_account": ticket.answer_account,
        "answer_addr": ticket.answer_addr, "fields": dict(ticket.fields), "tracking_token": ticket.tracking_token, "excerpt": excerpt,
        "unread": True, "alarm": ALARM, "channel": ticket.channel,
    }  # fmt: skip
    standing = law.Standing(back.legal, back.open_deadlines)
    law.follow(draft, standing, definition, back.region, is_open=True)
    due_again(draft, back.open_deadlines)
    await store.write(tx, draft.amending(back))


def void(facts: Sequence[LegalFact], draft: Draft, why: str) -> None:
    """The last receipt by another body did not happen, in the eyes of the law: who refuses was not competent (L114-3)."""
    received = next((fact for fact in reversed(facts) if fact.kind == "transferred"), None)
    if received is not None:
        said = NewLegalFact("transferred", received.at, draft.who, draft.agent_id, why=why[:2000], supersedes=received.id, void=True)
        draft.legal.append(said)


def due_again(draft: Draft, deadlines: Sequence[OpenDeadline]) -> None:
    """What presses next, once deadlines that were over run again."""
    draft.columns |= {"due_at": draft.next_due(deadlines), "legal_due_at": draft.next_due(deadlines, law=True)}


def told(ticket: Ticket, by: str, to: str, why: str, draft: Draft) -> NewMessage:
    """What whoever asked is told, once: `by` does not take the request, `to` has it again."""
    text = (
        f"Bonjour,\n\nVotre demande {ticket.reference} avait été transmise par {to} à {by}, qui ne peut pas la "
        f"traiter\u00a0:\n\n"
        f"{why}\n\n"
        f"Elle est revenue à {to}, qui s’en occupe. Vous n’avez rien à faire\u00a0: votre référence et votre page de suivi "
        "restent les mêmes."
    )
    return NewMessage(
        direction="out", kind="notice", channel=ticket.answer_channel, at=draft.now, author_id=draft.agent_id, author_name=draft.who,
        to_addrs=(ticket.answer_addr,), subject=answer_subject(ticket.subject, ticket.reference), body_text=text,
        delivery=ticket.delivery(automatic=False),
    )  # fmt: skip
