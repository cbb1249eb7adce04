"""A citizen's message as a line of the conversation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from grc.messages.address import is_mail
from grc.messages.model import InboundMessage, Received
from grc.tickets.model import NewMessage

if TYPE_CHECKING:
    from grc.actions.receive import Parsed

# What a page can show and a row should hold, in characters; the whole stays in the ledger.
LONGEST_TEXT, LONGEST_HTML = 200_000, 500_000


def citizen_name(message: InboundMessage) -> str:
    """How the citizen is called: his name, else his address as he would say it, else what stands before the @ of his mail address."""
    mail = message.from_addr.partition("@")[0] if is_mail(message.from_addr) else ""
    return message.from_name.strip() or message.from_label.strip() or mail or "Expéditeur inconnu"


def account_of(message: InboundMessage, received: Received, answers_by: str) -> str:
    """The account by which an answer leaves: the one the message came by, where its channel answers by itself on a network."""
    return received.account if answers_by == received.channel and not is_mail(message.from_addr) and message.from_addr else ""


def came_by(message: InboundMessage, received: Received) -> str:
    """The channel by which somebody turned to us: what an agent says of it, where he wrote it down."""
    return message.taken.channel if message.taken else received.channel


def came_at(message: InboundMessage, received: Received) -> datetime:
    """When it came: a letter that is entered today may have come yesterday."""
    return message.taken.received_at or received.received_at if message.taken else received.received_at


def spoken(message: InboundMessage) -> str:
    """What the citizen wrote now, as it is kept: without what he quoted, unless there is nothing else."""
    return (message.reply_text or message.body_text)[:LONGEST_TEXT]


def inbound(parsed: Parsed, now: datetime) -> NewMessage:
    """The line a citizen's message adds to its ticket, with its files."""
    message, received = parsed.message, parsed.received
    return NewMessage(
        direction="in",
        channel=came_by(message, received),
        at=came_at(message, received),
        author_name=citizen_name(message),
        from_addr=message.from_addr.lower(),
        to_addrs=tuple(message.to),
        cc_addrs=tuple(message.cc),
        subject=message.subject,
        body_text=spoken(message),
        quoted_text=message.quoted_text[:LONGEST_TEXT] if message.reply_text else "",
        body_html=message.body_html[:LONGEST_HTML] or None,
        mail_id=message.message_id,
        mail_references=tuple(message.references),
        is_auto=message.is_auto,
        defects=tuple(message.defects),
        received_id=received.id,
        attachments=parsed.files,
        post=message.post,
    )
