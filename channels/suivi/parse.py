"""The envelope of an answer from the citizen's page becomes a message: pure, bounded, never raises."""

from __future__ import annotations

from grc.messages.envelope import unseal
from grc.messages.model import InboundMessage, Received

LONGEST_MESSAGE, LONGEST_NAME = 20_000, 200


def parse(received: Received) -> InboundMessage:
    """What the citizen added to his request. The page proved which one; the ledger keeps its number beside the bytes."""
    envelope = unseal(received.raw)
    ticket = envelope.form.get("ticket")
    message = envelope.text("message", LONGEST_MESSAGE)
    return InboundMessage(
        from_name=envelope.text("nom", LONGEST_NAME),
        date=received.received_at,
        body_text=message,
        reply_text=message,
        attachments=tuple(envelope.files),
        defects=tuple(envelope.defects),
        ticket_id=ticket if type(ticket) is int and 0 < ticket < 2**63 else None,
    )
