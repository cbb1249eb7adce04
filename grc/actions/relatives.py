"""What happens to one ticket and concerns those linked with it: a closing is told to those that wait, a word to those below."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft, excerpt
from grc.actions.happen import happen
from grc.actions.link import queries as links
from grc.actions.reply import answer_subject
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Refused
from grc.tickets import store
from grc.tickets.model import NewErrand, NewMessage, Ticket, TicketKey
from grc.types import store as types
from workflows.definition import Definition
from workflows.engine import Happening

_queries = sql.load(__file__, "relatives.sql")


async def phase(tx: Transaction, key: TicketKey, now: datetime) -> None:
    """Notes on every ticket linked with this one whether it is closed at this moment; one that waited for it, and for no other, is told.

    It asks how the ticket stands now, since of a closing and the reopening behind it either may be told first.
    """
    others = [row async for row in _queries.others(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)]
    for row in sorted(others, key=lambda row: (row["collectivity_id"], row["ticket_id"])):
        ticket = await store.lock(tx, TicketKey(row["collectivity_id"], row["ticket_id"]))
        closed = await _queries.mark(
            tx.conn, collectivity_id=ticket.key.collectivity_id, ticket_id=ticket.key.id, other_collectivity_id=key.collectivity_id,
            other_ticket_id=key.id,
        )  # fmt: skip
        if closed is None:
            continue
        draft = Draft(ticket.key, now, row["place"])
        draft.tell("linked_closed" if closed else "linked_reopened", reference=row["reference"], title=row["title"])
        if closed and row["waits"] and ticket.phase == "open" and ticket.linked == 1:  # of those waited for, this was the last one open
            definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
            await happen(tx, ticket, definition, draft, Happening("linked_closed", "system"))
        await store.write(tx, draft.amending(ticket))


async def tell_below(tx: Transaction, key: TicketKey, data: Mapping[str, Any], telling: int, now: datetime) -> None:
    """Sets an errand for each ticket below that is open, so that one that fails keeps none of the others. `telling` numbers them as one."""
    ticket = await store.lock(tx, key)
    draft = Draft(key, now, str(data.get("who") or "Suites"))
    below = [row async for row in _queries.below(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id)]
    for row in below:
        other = {"collectivity_id": row["other_collectivity_id"], "ticket_id": row["other_ticket_id"]}
        draft.errands.append(NewErrand("tell_one", {**data, **other, "reference": ticket.reference, "telling": telling}))
    if below:
        draft.tell("told_below", count=len(below))
        await store.write(tx, draft.amending(ticket))


async def told(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> str:
    """One ticket below is sent the words, which is an answer like another, then makes the transition.

    Gives what of it could not be done, in French, for whoever asked; empty where all was. The page of the ticket above hears of it.
    """
    other = TicketKey(int(data["collectivity_id"]), int(data["ticket_id"]))
    tx.wake("ticket", f"{key.collectivity_id}:{key.id}:told")
    ticket = await store.lock(tx, other)
    where = {"other_collectivity_id": other.collectivity_id, "other_ticket_id": other.id}
    if not await _queries.belongs(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, **where):
        return "Elle n’est plus rattachée."
    if ticket.phase != "open":
        return "Elle était déjà close."
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(other, now, str(data.get("who") or f"Demande {data['reference']}"))
    left = [
        await _spoken_to(tx, ticket, definition, draft, data) if data.get("message") else "",
        await _moved(tx, ticket, definition, draft, data) if data.get("transition") else "",
    ]
    if not draft.is_empty():
        await store.write(tx, draft.amending(ticket))
    return " ".join(why for why in left if why)


async def _spoken_to(tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, data: Mapping[str, Any]) -> str:
    if not ticket.answer_addr:
        return "Elle n’a pas d’adresse où écrire."
    words = str(data["message"])
    draft.messages.append(_message(ticket, words, data, draft.now))
    draft.columns |= {"last_at": draft.now, "excerpt": excerpt(words)}
    draft.tell("replied", to=ticket.answer_addr, channel=ticket.answer_channel)
    await happen(tx, ticket, definition, draft, Happening("agent_reply", "agent", {"answered": True}))
    return ""


async def _moved(tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, data: Mapping[str, Any]) -> str:
    transition = definition.by_name.get(str(data["transition"]))
    if transition is None or draft.columns.get("state", ticket.state) not in transition.from_:
        return f"« {transition.label if transition else data['transition']} » n’est pas possible dans son état."
    answered = ticket.answered or any(message.direction == "out" for message in draft.messages)
    text = str(data.get("message") or f"Suite de la demande {data['reference']}.")
    try:
        await happen(
            tx, ticket, definition, draft, Happening(f"transition:{transition.name}", "system", {"text": text, "answered": answered})
        )
    except Refused as error:
        return str(error)
    return ""


async def untied(tx: Transaction, key: TicketKey, data: Mapping[str, Any], now: datetime) -> None:
    """A link ended on the other side ends on this one."""
    ticket = await store.lock(tx, TicketKey(int(data["collectivity_id"]), int(data["ticket_id"])))
    row = await links.untie(
        tx.conn, collectivity_id=ticket.key.collectivity_id, ticket_id=ticket.key.id, other_collectivity_id=key.collectivity_id,
        other_ticket_id=key.id, now=now,
    )  # fmt: skip
    if row is None:
        return
    draft = Draft(ticket.key, now, str(data["who"]))
    draft.tell("unlinked", reference=row["other_reference"])
    await store.write(tx, draft.amending(ticket))


def _message(ticket: Ticket, words: str, data: Mapping[str, Any], now: datetime) -> NewMessage:
    by, who = data.get("by"), data.get("who")
    return NewMessage(
        direction="out", channel=ticket.answer_channel, at=now, author_id=by, author_name=str(who) if by and who else ticket.service_name,
        to_addrs=(ticket.answer_addr,), subject=answer_subject(ticket.subject, ticket.reference), body_text=words, kind="message",
        delivery=ticket.delivery(automatic=False),
    )  # fmt: skip
