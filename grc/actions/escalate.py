"""An agent writes to a third party about a ticket: an editor, a supplier. Whoever asked reads nothing of it, nor of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.actions.case import take
from grc.actions.reply import tagged, written_text
from grc.actions.write import CHANNEL, plausible
from grc.db import sql
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.messages.model import Attachment
from grc.messages.signature import without_tag
from grc.people.agents import SignedIn
from grc.tickets.model import NewAttachment, NewDelivery, NewMessage, Ticket, TicketKey

_queries = sql.load(__file__, "escalate.sql")
THEIR_REFERENCE = "third_reference"  # the field, in types that have it, that holds the third party's own reference


async def escalate(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, to: str, text: str, files: Sequence[Attachment | NewAttachment], now: datetime
) -> int:
    """Sends the message by mail and gives its number. BadInput names what is wrong: `third` the address, `text` the words.

    The answer comes back by its own signed address. What follows in the ticket is what its type says of `third_reply`.
    """
    written, address = written_text(text), to.strip().lower()
    if not plausible(address):
        raise BadInput("third", "Indiquez l’adresse électronique du tiers, par exemple support@editeur.fr.")
    case = await take(tx, agent, ticket, now)
    stands = case.ticket
    await refuse_others(tx, stands, address)
    case.draft.messages.append(
        NewMessage(
            direction="out", channel=CHANNEL, at=now, author_id=agent.id, author_name=agent.name, to_addrs=(address,),
            subject=third_subject(stands, address), body_text=written, attachments=await attach(tx, ticket.collectivity_id, files),
            audience="third", delivery=NewDelivery(CHANNEL, address, automatic=False),
        )
    )  # fmt: skip
    case.draft.tell("escalated", to=address)
    case.draft.columns["third_addr"] = address
    case.take_on(agent)
    await case.happen(tx, "third_reply")
    return (await case.write(tx))[0]


async def refuse_others(tx: Transaction, stands: Ticket, address: str) -> None:
    """A mail of whoever asked, taken for a third party's, would be hidden from him; our own mailbox would answer itself."""
    key = stands.key
    plain, _ = without_tag(address)
    whose = await _queries.belongs(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, address=address, plain=plain)
    if whose["asks"] or address == stands.answer_addr.lower():
        raise BadInput("third", "Cette adresse est celle du demandeur : choisissez « Répondre » pour lui écrire.")
    if whose["ours"]:
        raise BadInput("third", "Cette adresse est l’une des vôtres : ajoutez plutôt une note interne.")


def third_subject(stands: Ticket, address: str) -> str:
    """Our reference, and theirs where it is known, so that both sides find their own; `Re: ` once the conversation has begun."""
    theirs = stands.fields.get(THEIR_REFERENCE)
    told = tagged(stands.subject, stands.reference)
    if isinstance(theirs, str) and theirs and theirs not in told:
        told = f"{told} (votre référence : {theirs})"
    return f"Re: {told}" if stands.third_addr == address else told
