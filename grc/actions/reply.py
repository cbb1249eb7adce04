"""An agent answers the citizen: by the way he came in, threaded, and on the record."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.actions.case import take
from grc.actions.draft import excerpt
from grc.db.transaction import Transaction
from grc.errors import BadInput
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets.model import NewAttachment, NewDelivery, NewMessage, TicketKey

LONGEST = 100_000  # characters
NOWHERE = "Cette demande n’a pas d’adresse où répondre : joignez le demandeur autrement et notez-le."
_PREFIXES = re.compile(r"^(?:(?:re|tr|fwd?)\s*:\s*)+", re.IGNORECASE)


async def reply(
    tx: Transaction,
    agent: SignedIn,
    ticket: TicketKey,
    text: str,
    files: Sequence[Attachment | NewAttachment],
    now: datetime,
    *,
    close: bool = False,
    way: NewDelivery | None = None,
) -> int:
    """Sends an answer by the way the agent chose, else by that of the ticket, and gives the number of its message.

    BadInput when it is empty, too long, or has nowhere to go.
    """
    written = written_text(text)
    case = await take(tx, agent, ticket, now)
    stands = case.ticket
    if way is None and not stands.answer_addr:
        raise BadInput("text", NOWHERE)
    way = way or stands.delivery(automatic=False)
    case.draft.messages.append(
        NewMessage(
            direction="out",
            channel=way.channel,
            at=now,
            author_id=agent.id,
            author_name=agent.name,
            to_addrs=(way.to_addr,),
            subject=answer_subject(stands.subject, stands.reference),
            body_text=written,
            attachments=await attach(tx, ticket.collectivity_id, files),
            post={"public": True} if way.public else {},
            delivery=way,
        )
    )
    case.draft.tell("replied", to=way.to_addr, channel=way.channel, public=way.public)
    case.draft.columns |= {"last_at": now, "excerpt": excerpt(written)}
    case.take_on(agent)
    if close:
        case.allow(agent, "close")
    await case.happen(tx, "transition:close" if close else "agent_reply", {"answered": True, "text": written if close else ""})
    return (await case.write(tx))[0]


def written_text(text: str) -> str:
    """What somebody wrote, with its ends trimmed. BadInput when nothing is left, or more than a letter can hold."""
    written = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not written:
        raise BadInput("text", "Écrivez votre message avant de l’envoyer.")
    if len(written) > LONGEST:
        raise BadInput("text", f"Ce message est trop long : {LONGEST} signes au plus. Joignez plutôt un fichier.")
    return written


def answer_subject(subject: str, reference: str) -> str:
    """The subject of an answer: `Re: …` once, and the reference that the citizen can quote on the telephone."""
    return f"Re: {tagged(subject, reference)}"


def tagged(subject: str, reference: str) -> str:
    """A subject without what mail programs put before it, and with our reference."""
    plain = _PREFIXES.sub("", subject.strip())
    return plain if reference in plain else f"{plain} [{reference}]"
