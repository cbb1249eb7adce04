"""Whoever wrote a message has taken it back where he wrote it: what was asked stays with the request, and its agents are told."""

from __future__ import annotations

from datetime import datetime

from grc.actions.draft import Draft
from grc.actions.edit import brought
from grc.actions.inbound import citizen_name
from grc.db.transaction import Transaction
from grc.messages.model import InboundMessage, Received, Settled
from grc.tickets import store
from grc.tickets.model import TicketKey


async def retract(tx: Transaction, received: Received, message: InboundMessage, source_id: str, now: datetime) -> Settled:
    """Notes on its request that the message which the arrival `source_id` of the same account brought was deleted by its author."""
    row = await brought(tx, received, source_id)
    if row is None:
        return Settled("filtered", "Suppression d’un message qui n’a pas ouvert de demande.")
    key = TicketKey(row["collectivity_id"], row["ticket_id"])
    place = (key.collectivity_id, key.id)
    if row["from_addr"] != message.from_addr.lower():
        return Settled("filtered", "Suppression par un autre que l’auteur du message.", place)
    ticket = await store.lock(tx, key)
    draft = Draft(key, now, citizen_name(message))
    draft.tell("message_retracted", "Le message a été supprimé par son auteur sur le réseau\u202f; son texte reste avec la demande.")
    draft.columns["unread"] = True
    await store.write(tx, draft.amending(ticket))
    return Settled("appended", "Un message est supprimé par son auteur\u202f: son texte reste avec la demande.", place)
