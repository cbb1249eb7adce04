"""Conversations with the accounts of a collectivity on networks: which ticket somebody talks about, and how far a dialogue is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.address import is_mail
from grc.messages.model import InboundMessage, Received

_queries = sql.load(__file__, "conversations.sql")


@dataclass(frozen=True, slots=True)
class Conversation:
    """How a conversation stands. `state` is the channel's own; no `ticket`: nothing is asked yet, or what was asked is let go."""

    ticket: tuple[int, int] | None = None  # its collectivity and number
    state: Mapping[str, Any] = field(default_factory=dict)
    last_in_at: datetime | None = None


async def get(tx: Transaction, collectivity_id: int, channel: str, account: str, address: str) -> Conversation:
    """The conversation of an address with an account of this collectivity; an empty one where there is none."""
    row = await _queries.get(tx.conn, collectivity_id=collectivity_id, channel=channel, account=account, address=address)
    if row is None:
        return Conversation()
    ticket = (row["ticket_collectivity_id"], row["ticket_id"]) if row["ticket_id"] is not None else None
    return Conversation(ticket, row["state"], row["last_in_at"])


async def put(tx: Transaction, collectivity_id: int, channel: str, account: str, address: str, conversation: Conversation) -> None:
    """Keeps how a conversation stands."""
    place, number = conversation.ticket or (None, None)
    await _queries.put(
        tx.conn, collectivity_id=collectivity_id, channel=channel, account=account, address=address,
        ticket_collectivity_id=place, ticket_id=number, state=dict(conversation.state),
        last_in_at=conversation.last_in_at,
    )  # fmt: skip


async def forget(tx: Transaction, collectivity_id: int, channel: str, account: str, address: str) -> None:
    """Forgets all that is kept of a conversation; its tickets stay."""
    await _queries.forget(tx.conn, collectivity_id=collectivity_id, channel=channel, account=account, address=address)


async def go_on(tx: Transaction, received: Received, message: InboundMessage, ticket: tuple[int, int]) -> None:
    """From now on whoever sent this talks about this ticket. Nothing for a mail, whose thread is its own."""
    address = message.from_addr.lower()
    if not address or is_mail(address):
        return
    await _queries.go_on(
        tx.conn, collectivity_id=received.collectivity_id, channel=received.channel, account=received.account, address=address,
        ticket_collectivity_id=ticket[0], ticket_id=ticket[1], at=received.received_at,
    )  # fmt: skip
