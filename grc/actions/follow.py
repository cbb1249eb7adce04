"""A reply to a request closed long ago has opened another one: each names the other."""

from __future__ import annotations

from grc.actions.draft import Draft
from grc.collectivities.model import Collectivity
from grc.db.transaction import Transaction
from grc.tickets import store
from grc.tickets.model import NewLink, NewTicket, TicketKey


async def follow(tx: Transaction, draft: Draft, ticket: NewTicket, collectivity: Collectivity, old: TicketKey) -> None:
    """Links the ticket about to be opened, with its draft, to the old one, and the old one to it."""
    before = await store.lock(tx, old)
    draft.links.append(NewLink("beside", old, before.reference, before.subject, collectivity.title, closed=before.phase == "closed"))
    draft.tell("linked", who=collectivity.title, reference=before.reference)
    there = Draft(old, draft.now, collectivity.title)
    there.links.append(NewLink("beside", ticket.key, ticket.reference, ticket.subject, collectivity.title))
    there.tell("linked", reference=ticket.reference)
    await store.write(tx, there.amending(before))
