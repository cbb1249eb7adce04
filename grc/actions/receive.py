"""What becomes of one arrival, told in order: parse, gather, decide, open or append, close its line of the ledger."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import cast

from grc import files
from grc.actions.answer_by_mail import answer_by_mail
from grc.actions.append import append
from grc.actions.edit import edit
from grc.actions.gather import gather
from grc.actions.house import House
from grc.actions.open import open_ticket
from grc.actions.receipt import note_receipt
from grc.db.transaction import WORKER, Transaction
from grc.errors import Unavailable
from grc.messages import ledger
from grc.messages.address import EMAIL, kind_of
from grc.messages.channel import Channel, Fetches, HasKinds, Weighs
from grc.messages.ledger import Claimed
from grc.messages.model import InboundMessage, Received, Settled
from grc.tickets.model import NewAttachment, TicketKey
from routing.decide import decide

FETCH_SECONDS = 60.0  # how long the files of one message may take: less than the lease of an arrival
FETCH_FOR = timedelta(minutes=15)  # how long they are tried for, from the receipt on


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
    message = honest(message, channel)
    if message.remote and isinstance(channel, Fetches):
        message = await fetched(channel, received, message, now)
    parsed = await _keep_files(house, received, message)

    async with house.db.transaction(replace(WORKER, lock=_thread_number(parsed.message, received), repeatable=True)) as tx:
        settled = await settled_before(tx, house, channel, parsed, now)
        if isinstance(settled, Settled):
            await ledger.finish(tx, received, settled.outcome, settled.reason, now, settled.ticket)
            return settled.outcome
        parsed = settled
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


async def settled_before(tx: Transaction, house: House, channel: Channel, parsed: Parsed, now: datetime) -> Parsed | Settled:
    """What the channel itself makes of it, what it reports of ours, what it changes of what came before; else the message to decide on."""
    message, received = parsed.message, parsed.received
    if isinstance(channel, Weighs):
        weighed = await channel.weigh(tx, house, received, message, now)
        if isinstance(weighed, Settled):
            return weighed
        parsed = parsed if weighed.attachments is message.attachments else await _keep_files(house, received, weighed)
        message = weighed
    for other in house.overhearing:
        if other is not cast(object, channel):
            message = await other.overhear(tx, received, message, now) or message
    parsed = replace(parsed, message=message)
    if message.receipt is not None:
        return await note_receipt(tx, received, message.receipt, now)
    if message.edits:
        return await edit(tx, received, message, now)
    return parsed


def honest(message: InboundMessage, channel: Channel) -> InboundMessage:
    """The same without what its channel cannot know: a mail has no sender on a network, whatever its From says."""
    kinds = channel.kinds if isinstance(channel, HasKinds) else (EMAIL,)
    said = {"from_addr": message.from_addr, "reply_to": message.reply_to}
    wrong = {name: "" for name, address in said.items() if address and kind_of(address) not in kinds}
    return replace(message, **wrong) if wrong else message  # type: ignore[arg-type]


async def fetched(channel: Fetches, received: Received, message: InboundMessage, now: datetime) -> InboundMessage:
    """The message with its files. Unavailable while they may still come; after FETCH_FOR it goes on without them, and says so."""
    try:
        async with asyncio.timeout(FETCH_SECONDS):
            return await channel.fetch(received, message)
    except (TimeoutError, Unavailable) as error:
        if now < received.received_at + FETCH_FOR:
            raise Unavailable(f"les fichiers du message ne sont pas encore là\u00a0: {error or 'délai dépassé'}") from error
        lost = tuple(f"file_not_fetched:{one.name}" for one in message.remote)
        return replace(message, remote=(), defects=(*message.defects, *lost))


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
    if received.conversation:
        root = f"{received.channel}\0{received.account}\0{received.conversation}"
    else:
        root = message.references[0] if message.references else message.in_reply_to or message.message_id or received.source_id
    return int.from_bytes(hashlib.blake2b(root.encode(), digest_size=8).digest(), "big", signed=True)
