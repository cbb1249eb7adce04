"""A voice message joins the call that left it: its sound is heard on the request that calls back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from channels.phone import book, call_back, voicemail
from channels.phone.settings import Line
from grc.db.transaction import Transaction
from grc.messages.model import InboundMessage, Received
from grc.people.phone import spoken

# The call that left a message rang before it was sent, and no longer ago than a greeting, a message and a mail take.
BEFORE, AFTER = timedelta(minutes=15), timedelta(minutes=2)


async def overhear(tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | None:
    """The voice message as a message of the request to call back; None for any other mail, and where whoever left it is unknown."""
    sender = message.from_addr.lower()
    if not sender or not (message.attachments or "voicemail" in message.subject.lower()):
        return None
    line = await _line(tx, received.collectivity_id, sender)
    if line is None or (found := voicemail.read(message, received.received_at)) is None:
        return None
    between = {
        "collectivity_id": line.collectivity_id, "number": found.number, "since": found.at - BEFORE, "until": found.at + AFTER
    }  # fmt: skip
    ticket = await book.queries.left_by(tx.conn, **between)
    if ticket is None:
        if not await book.queries.rang(tx.conn, **between):
            await book.note(tx, line, found.heard(message), now)
        settled = await call_back.settle(tx, line, [found.number], now)
        ticket = next((one.ticket.id for one in settled if one.outcome in ("opened", "joined")), None)
    if ticket is None:  # he was spoken with meanwhile, or it is old: it is a mail like others
        return None
    return replace(
        message, from_addr="", reply_to="", from_name=spoken(found.number), subject="", body_text=found.words(), reply_text=found.words(),
        quoted_text="", body_html="", ticket_id=ticket, may_answer=False, is_auto=False, auto_reason="", is_bounce=False,
        in_reply_to=None, references=(), message_id=message.message_id,
    )  # fmt: skip


async def _line(tx: Transaction, collectivity_id: int, sender: str) -> Line | None:
    """The line whose switchboard sends voice messages from this address."""
    row = await book.queries.line_of_voicemail(tx.conn, collectivity_id=collectivity_id, sender=sender)
    return book.line_in(row) if row is not None else None
