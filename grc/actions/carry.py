"""A request is carried from one body to another, whole, in the transaction of whoever asks for it; the first body is left a trace.

What is public goes: messages with their files, deliveries and evidence, what counts in law, the link, the reference. Notes, exchanges with
third parties, time spent and the timeline stay. Nothing is copied twice and nothing is undone by deleting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Conflict
from grc.tickets import store
from grc.tickets.model import NewErrand, Ticket, TicketKey
from workflows.dates import with_weekday

queries = sql.load(__file__, "carry.sql")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a request: an agent by his number and name, or a command by its own."""

    name: str
    agent_id: int | None = None


async def movable(tx: Transaction, ticket: Ticket, now: datetime) -> Any:
    """What of a ticket in hand is copied when it goes. Conflict says what must be done before it can."""
    row = await queries.standing(tx.conn, collectivity_id=ticket.key.collectivity_id, ticket_id=ticket.key.id, now=now)
    if ticket.passed_to is not None:
        raise Conflict("Cette demande a déjà été transmise.")
    if ticket.phase != "open":
        raise Conflict("Cette demande est close\u00a0: rouvrez-la avant de la transmettre.")
    if ticket.on_behalf_of is not None:
        raise Conflict("Cette demande est faite pour une collectivité\u00a0: elle ne se transmet pas.")
    if row["merged_into"] is not None:
        raise Conflict("Cette demande est le doublon d’une autre\u00a0: transmettez l’autre, ou séparez-les.")
    if row["appointment"] is not None:
        when = with_weekday(row["appointment"].date())
        raise Conflict(f"Un rendez-vous est prévu le {when}\u00a0: annulez-le, ou attendez qu’il soit tenu.")
    return row


async def let_go(tx: Transaction, ticket: Ticket, draft: Draft, why: str) -> None:
    """Puts into the draft what ends here when a request goes: its deadlines, its links, what was still to be done for it."""
    where = {"collectivity_id": ticket.key.collectivity_id, "ticket_id": ticket.key.id, "now": draft.now}
    draft.met.extend({d.kind for d in ticket.open_deadlines} - set(draft.met))
    given_up = [row["kind"] async for row in queries.give_up_errands(tx.conn, **where, why=why[:500])]
    if given_up:
        draft.tell("errands_given_up", why, count=len(given_up), kinds=sorted(given_up))
    async for row in queries.untie_all(tx.conn, **where):
        draft.tell("unlinked", reference=row["other_reference"])
        there = {"collectivity_id": row["other_collectivity_id"], "ticket_id": row["other_ticket_id"], "who": draft.who}
        draft.errands.append(NewErrand("unlinked", there))


async def met(tx: Transaction, ticket: Ticket, to: int, now: datetime) -> int:
    """Whoever asked, as the body `to` knows him or meets him now: at the addresses that this request itself shows."""
    shown = [
        (row["kind"], row["value"])
        async for row in queries.identities(
            tx.conn, collectivity_id=ticket.key.collectivity_id, ticket_id=ticket.key.id, person=ticket.requester_id,
            answer_addr=ticket.answer_addr.lower(),
        )
    ]  # fmt: skip
    named = {"kinds": [kind for kind, _ in shown], "addresses": [value for _, value in shown]}
    known: int | None = await queries.known(tx.conn, collectivity_id=to, **named)
    if known is not None:
        return known
    _, person = await store.next_numbers(tx)
    await queries.meet(tx.conn, collectivity_id=to, id=person, name=ticket.requester_name, now=now, **named)
    return person


async def seal(tx: Transaction, ticket: Ticket, to: int, now: datetime) -> None:
    """The body keeps a trace, and forgets a person of whom it has no other request."""
    key = ticket.key
    await queries.seal(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, passed_to=to, now=now)
    for forget in (queries.forget_addresses, queries.forget_person):
        await forget(tx.conn, collectivity_id=key.collectivity_id, person=ticket.requester_id)


async def carry(tx: Transaction, ticket: Ticket, there: TicketKey, now: datetime) -> None:
    """Everything that goes, once a row stands at `there`."""
    here = ticket.key.collectivity_id
    ends = {"from_id": here, "to_id": there.collectivity_id, "ticket_id": ticket.key.id}
    await queries.keep_mail_ids(tx.conn, from_id=here, ticket_id=ticket.key.id)
    await queries.share_files(tx.conn, **ends)
    await queries.move_messages(tx.conn, **ends, from_service=ticket.service_id)
    await queries.move_arrivals(tx.conn, **ends)
    await queries.copy_facts(tx.conn, **ends)
    await queries.bring_up(tx.conn, collectivity_id=there.collectivity_id, ticket_id=there.id, now=now)
    tx.wake("ticket", f"{there.collectivity_id}:{there.id}:transferred_here")
