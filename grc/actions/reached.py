"""A notice of the law has left for whoever asked: it counts from that moment, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.actions import law
from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.db.transaction import Transaction
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types import store as types
from workflows.engine import Happening

# By the kind of the message: the fact it makes, and the line of the timeline.
_COUNTS = {
    "ack": ("acknowledged", "ack_sent", "L’accusé de réception est parti."),
    "aee": (law.REGISTERED, "aee_sent", "L’accusé d’enregistrement est parti."),
    "decision": ("notified", "decision_sent", "La décision est partie\u00a0: elle est notifiée."),
}


def counts(kind: str) -> bool:
    """Whether a message of this kind counts in law once it has left."""
    return kind in _COUNTS


@dataclass(frozen=True, slots=True)
class Left:
    """A notice that has left: its kind, in whose name, to whom and how. `ours`: whoever has the request now wrote it, and no other body."""

    kind: str
    sender: str
    to_addr: str
    channel: str
    ours: bool = True


async def reached(tx: Transaction, key: TicketKey, left: Left, now: datetime) -> None:
    """Notes that the notice left, and what follows. One of a body that no longer has the request meets no duty of the one that has it."""
    ticket = await store.lock(tx, key)
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    fact, what, why = _COUNTS[left.kind]
    draft = Draft(key, now, left.sender)
    draft.tell(what, why, to=left.to_addr)
    if left.ours and ticket.legal and not _told(ticket, fact):
        law.noted(draft, fact, now, way=left.channel, decision=_decided(ticket) if fact == "notified" else None)
    if left.ours and left.kind == "ack":
        await happen(tx, ticket, definition, draft, Happening("acknowledged", "system"))
    law.follow(draft, law.Standing.of(ticket), definition, ticket.region, is_open=ticket.phase == "open")
    await store.write(tx, draft.amending(ticket))


def _told(ticket: Ticket, fact: str) -> bool:
    return law.acknowledged(ticket.legal) if fact == "acknowledged" else any(known.kind == fact for known in ticket.legal)


def _decided(ticket: Ticket) -> str | None:
    return next((fact.decision for fact in reversed(ticket.legal) if fact.kind == "decided"), None)
