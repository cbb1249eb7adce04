"""What happens to one ticket and concerns those linked with it: a closing is told to those that wait, a word to those below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.reply import answer_subject
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Refused
from grc.tickets import store
from grc.tickets.model import NewDelivery, NewErrand, NewMessage, Ticket, TicketKey
from grc.types import store as types
from workflows.engine import Happening

_queries = sql.load(__file__, "relatives.sql")


async def closed(tx: Transaction, key: TicketKey, now: datetime, *, closed: bool) -> None:
    """Notes on every ticket linked with this one that it is closed, or open again; one that waited for it, and for no other, is told."""
    others = [row async for row in _queries.others(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)]
    for row in sorted(others, key=lambda row: (row["collectivity_id"], row["ticket_id"])):
        ticket = await store.lock(tx, TicketKey(row["collectivity_id"], row["ticket_id"]))
        await _queries.mark(
            tx.conn, collectivity_id=ticket.key.collectivity_id, ticket_id=ticket.key.id, other_collectivity_id=key.collectivity_id,
            other_ticket_id=key.id, closed=closed,
        )  # fmt: skip
        draft = Draft(ticket.key, now, row["place"])
        draft.tell("linked_closed" if closed else "linked_reopened", reference=row["reference"], title=row["title"])
        if closed and row["waits"] and ticket.phase == "open" and ticket.linked == 1:  # of those waited for, this was the last one open
            definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
            await happen(tx, ticket, definition, draft, Happening("linked_closed", "system"))
        await store.write(tx, draft.amending(ticket))


async def tell_below(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """Sets an errand for each ticket below that is open, so that one that fails keeps none of the others."""
    ticket = await store.lock(tx, key)
    draft = Draft(key, now, "Suites")
    below = [row async for row in _queries.below(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)]
    for row in below:
        other = {"collectivity_id": row["other_collectivity_id"], "ticket_id": row["other_ticket_id"]}
        draft.errands.append(NewErrand("tell_one", {**data, **other, "reference": ticket.reference}))
    if below:
        draft.tell("told_below", count=len(below))
        await store.write(tx, draft.amending(ticket))


async def told(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """One ticket below is sent the words, then makes the transition; what its state no longer allows is passed over."""
    ticket = await store.lock(tx, TicketKey(int(data["collectivity_id"]), int(data["ticket_id"])))
    if ticket.phase != "open":
        return
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(ticket.key, now, str(data.get("who") or f"Demande {data['reference']}"))
    words, transition = str(data.get("message") or ""), data.get("transition")
    answered = ticket.answered
    if words and ticket.answer_addr:
        answered = True
        draft.messages.append(_message(ticket, words, now))
        draft.columns |= {"last_at": now, "excerpt": excerpt(words)}
        draft.tell("replied", to=ticket.answer_addr, channel=ticket.answer_channel)
    if transition and ticket.state in definition.by_name[str(transition)].from_:
        happening = Happening(f"transition:{transition}", "system", {"text": words or f"Suite de la demande {data['reference']}.",
                                                                      "answered": answered})  # fmt: skip
        try:
            await happen(tx, ticket, definition, draft, happening)
        except Refused as error:
            draft.tell("errand_failed", str(error), kind="tell_one")
    await store.write(tx, draft.amending(ticket))


def _message(ticket: Ticket, words: str, now: datetime) -> NewMessage:
    return NewMessage(
        direction="out", channel=ticket.answer_channel, at=now, author_name=ticket.service_name, to_addrs=(ticket.answer_addr,),
        subject=answer_subject(ticket.subject, ticket.reference), body_text=words, kind="message",
        delivery=NewDelivery(ticket.answer_channel, ticket.answer_addr, automatic=False),
    )  # fmt: skip
