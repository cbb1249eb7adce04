"""Whoever wrote a message has changed it: it says what it says now, and keeps what it said first."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.actions.inbound import citizen_name, spoken
from grc.db import sql
from grc.db.transaction import Transaction
from grc.fold import fold
from grc.messages.model import InboundMessage, Received, Settled
from grc.tickets import store
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "edit.sql")


async def edit(tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> Settled:
    """Changes the message that the arrival `message.edits` of the same account brought. One that brought none is set aside."""
    row = await brought(tx, received, message.edits)
    if row is None:
        return Settled("filtered", "Modification d’un message qui n’a pas ouvert de demande.")
    key = TicketKey(row["collectivity_id"], row["ticket_id"])
    place = (key.collectivity_id, key.id)
    if row["from_addr"] != message.from_addr.lower():
        return Settled("filtered", "Modification par un autre que l’auteur du message.", place)
    text = spoken(message)
    if text == row["body_text"]:
        return Settled("filtered", "Modification sans changement du texte.", place)
    ticket = await store.lock(tx, key)
    await _queries.change(
        tx.conn, collectivity_id=key.collectivity_id, id=row["id"], body_text=text, folded=fold(text[: store.SEARCHED]), now=now
    )
    draft = Draft(key, now, citizen_name(message))
    draft.tell("message_edited", "Le message a été modifié par son auteur\u202f; le premier texte est gardé.")
    draft.columns["unread"] = True
    await store.write(tx, draft.amending(ticket))
    return Settled("appended", "Le texte d’un message est modifié par son auteur.", place)


async def brought(tx: Transaction, received: Received, source_id: str) -> Mapping[str, Any] | None:
    """The message (collectivity_id, ticket_id, id, from_addr, body_text) that an arrival of the same account brought, or None."""
    row = await _queries.message(
        tx.conn, collectivity_id=received.collectivity_id, channel=received.channel, account=received.account, source_id=source_id
    )
    return dict(row) if row is not None else None
