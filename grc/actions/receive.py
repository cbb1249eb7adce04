"""What becomes of one arrival, told in order: parse, gather, decide, open or append, close its line of the ledger."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from grc import files
from grc.actions.answer_by_mail import answer_by_mail
from grc.actions.append import append
from grc.actions.gather import gather
from grc.actions.house import House
from grc.actions.open import open_ticket
from grc.db.transaction import WORKER
from grc.messages import ledger
from grc.messages.ledger import Claimed
from grc.messages.model import InboundMessage, Received
from grc.tickets.model import NewAttachment, TicketKey
from routing.decide import decide


@dataclass(frozen=True, slots=True)
class Parsed:
    """A message with its files already kept: what the transaction needs, so that no disk is waited for inside it."""

    message: InboundMessage
    received: Received
    files: tuple[NewAttachment, ...]
    contents: tuple[tuple[bytes, bytes], ...]


async def receive(house: House, claimed: Claimed, now: datetime) -> str:
    """Takes one arrival through the whole pipeline in one transaction and gives its outcome, a word of the ledger.

    Raises Raced when another transaction was faster (do it again at once), Overtaken when another decided this very arrival,
    Unavailable when a part is away (later).
    """
    received = await _with_bytes(house, claimed)
    channel = house.channels[received.channel]
    # a small one is parsed in less time than a change of thread takes; a large one would keep everybody waiting
    message = await asyncio.to_thread(channel.parse, received) if claimed.stored_apart else channel.parse(received)
    parsed = await _keep_files(house, received, message)

    async with house.db.transaction(replace(WORKER, lock=_thread_number(parsed.message, received), repeatable=True)) as tx:
        gathered = await gather(tx, received, parsed.message, house.signer, now, house.daily_cap)
        decision = decide(parsed.message, gathered.facts)
        match decision.outcome:
            case "open":
                await files.record(tx, decision.collectivity_id, parsed.contents)
                ticket: TicketKey | None = await open_ticket(tx, house, parsed, gathered, decision, channel.answers_by, now)
                outcome = "opened"
            case "append":
                await files.record(tx, decision.collectivity_id, parsed.contents)
                if decision.by_agent is not None:
                    ticket = await answer_by_mail(tx, parsed, decision, decision.by_agent, now)
                else:
                    ticket = await append(tx, parsed, decision, channel.answers_by, now)
                outcome = "appended"
            case "duplicate":
                ticket, outcome = decision.ticket, "duplicate"
            case _:
                ticket, outcome = decision.ticket, "filtered"
        why = "\n".join(reason.text for reason in decision.reasons)
        await ledger.finish(tx, received, outcome, why, now, (ticket.collectivity_id, ticket.id) if ticket else None)
    return outcome


async def _with_bytes(house: House, claimed: Claimed) -> Received:
    if not claimed.stored_apart:
        return claimed.received
    return replace(claimed.received, raw=await files.content(house.db.store, claimed.digest))


async def _keep_files(house: House, received: Received, message: InboundMessage) -> Parsed:
    kept, contents = [], []
    for attachment in message.attachments:
        digest = await files.keep(house.db.store, attachment.content)
        contents.append((digest, attachment.content))
        kept.append(NewAttachment(attachment.name, attachment.type, attachment.size, digest, attachment.inline, attachment.content_id))
    return Parsed(message, received, tuple(kept), tuple(contents))


def _thread_number(message: InboundMessage, received: Received) -> int:
    """The number on which messages of one conversation wait for one another: an answer must see what it answers."""
    root = message.references[0] if message.references else message.in_reply_to or message.message_id or received.source_id
    return int.from_bytes(hashlib.blake2b(root.encode(), digest_size=8).digest(), "big", signed=True)
