"""What an event means that is no message of a citizen: what became of ours, what a colleague wrote elsewhere, what was taken back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from channels.meta import happened, parts
from grc.actions.draft import Draft
from grc.actions.edit import brought
from grc.actions.receipt import note_receipt
from grc.actions.retract import retract
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import Unavailable
from grc.messages.model import InboundMessage, Receipt, Received, Settled
from grc.tickets import store, transfers
from grc.tickets.model import NewMessage, TicketKey

_queries = sql.load(__file__, "weigh.sql")

WAIT = timedelta(seconds=60)  # for the message an event speaks of, where it comes after it
CLOCKS = timedelta(seconds=2)  # by which Meta's clock and ours may differ
INBOX = "Boîte de réception de Meta"


async def weigh(tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | Settled:
    """The message to go on with, or what became of the event."""
    event = happened.of(message)
    match event.get("kind"):
        case happened.IGNORED:
            return Settled("filtered", event["why"])
        case happened.WATERMARK:
            return await _reached(tx, received, message, event, now)
        case happened.ECHO:
            return await _echo(tx, received, message, event, now)
        case happened.REMOVED:
            await _await(tx, received, event["of"], now)
            return await retract(tx, received, message, event["of"], now)
        case happened.MARKED if (mark := parts.read(event["mark"])) and message.receipt and message.receipt.what != "failed":
            await parts.note(tx, received.account, mark, message.receipt.provider_id, now)
            if await _queries.stands(tx.conn, collectivity_id=mark.collectivity_id, id=mark.outgoing_id) == "temporary-failure":
                return Settled(
                    "filtered", "Un message dont l’envoi était resté sans réponse est parti\u00a0: il ne partira pas de nouveau."
                )
    if message.edits:
        await _await(tx, received, message.edits, now)
    return message


async def _await(tx: Transaction, received: Received, source_id: str, now: datetime) -> None:
    """Raises Unavailable while the message that is changed or taken back may still come."""
    if now < received.received_at + WAIT and await brought(tx, received, source_id) is None:
        raise Unavailable("le message dont il s’agit n’est pas encore là")


async def _reached(tx: Transaction, received: Received, message: InboundMessage, event: Mapping[str, Any], now: datetime) -> Settled:
    """Notes it on every delivery to this person that had left by then."""
    until: datetime = event["until"]
    given = {"account": received.account, "address": message.from_addr.lower(), "mids": list(event["mids"])}
    rows = [row async for row in _queries.reached(tx.conn, **given, until=until + CLOCKS)]
    ticket = None
    for row in reversed(rows):
        settled = await note_receipt(tx, received, Receipt(row["provider_id"], event["what"], until), now)
        ticket = settled.ticket or ticket
    told = "remis" if event["what"] == "delivered" else "lu"
    if not rows:
        return Settled("filtered", f"Avis du réseau («\u00a0{told}\u00a0») sans message d’ici auquel il se rapporte.")
    return Settled("filtered", f"Avis du réseau\u00a0: {told}.", ticket)


async def _echo(tx: Transaction, received: Received, message: InboundMessage, event: Mapping[str, Any], now: datetime) -> Settled:
    """A message that left from our page. Ours is known by the mark it bears or by its number; any other, a colleague wrote at Meta's."""
    mid, to = event["mid"], event["to"].lower()
    mark = parts.read(event["mark"])
    if mark is not None:
        await parts.note(tx, received.account, mark, mid, now)
    ours = await _queries.delivery(tx.conn, account=received.account, provider_id=mid)
    if mark is not None or ours is not None:
        place = (ours["collectivity_id"], ours["ticket_id"]) if ours and ours["ticket_id"] else None
        if place is not None:  # of a private reply whose answer was lost, this alone tells to whom it went
            await parts.begins_at(tx, received.collectivity_id, received.account, to, place)
        return Settled("filtered", "Écho d’un message parti d’ici.", place)
    if now < received.received_at + WAIT and await _queries.on_its_way(tx.conn, account=received.account, address=to):
        raise Unavailable("un message à cette personne est en train de partir")
    about = await _queries.talks_about(tx.conn, collectivity_id=received.collectivity_id, account=received.account, address=to)
    if about is None:
        return Settled("filtered", "Message écrit depuis la boîte de réception de Meta, sans demande ici à laquelle il se rapporte.")
    key = await transfers.here(tx, TicketKey(about["ticket_collectivity_id"], about["ticket_id"]))
    ticket = await store.lock(tx, key)
    draft = Draft(key, now, INBOX)
    said = message.body_text or "(sans texte)"
    draft.messages.append(NewMessage("note", "note", message.date or now, INBOX, said, received_id=received.id))
    draft.tell("noted", "Un collègue a répondu depuis la boîte de réception de Meta, sans passer par ce service.")
    draft.columns["unread"] = True
    await store.write(tx, draft.amending(ticket))
    why = "Message écrit depuis la boîte de réception de Meta\u00a0: noté avec la demande."
    return Settled("appended", why, (key.collectivity_id, key.id))
