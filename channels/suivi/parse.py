"""The envelope of an answer from the citizen's page becomes a message: pure, bounded, never raises."""

from __future__ import annotations

from typing import Any

from grc.messages.envelope import clean, unseal
from grc.messages.model import InboundMessage, Received

LONGEST_MESSAGE, LONGEST_NAME, MOST_FILES = 20_000, 200, 50


def parse(received: Received) -> InboundMessage:
    """What the citizen added to his request. The page proved which one; the ledger keeps its number beside the bytes."""
    envelope = unseal(received.raw)
    ticket = envelope.form.get("ticket")
    message = envelope.text("message", LONGEST_MESSAGE)
    answers = envelope.form.get("champs")
    return InboundMessage(
        from_name=envelope.text("nom", LONGEST_NAME),
        date=received.received_at,
        body_text=message,
        reply_text=message,
        attachments=tuple(envelope.files),
        defects=tuple(envelope.defects),
        fields=_documents(answers) if isinstance(answers, dict) else {},
        ticket_id=ticket if type(ticket) is int and 0 < ticket < 2**63 else None,
    )


def _documents(answers: dict[str, Any]) -> dict[str, list[str]]:
    """The names of the files that answer a question of the type, by its name."""
    return {
        clean(name): [clean(one)[:LONGEST_NAME] for one in names[:MOST_FILES] if isinstance(one, str)]
        for name, names in list(answers.items())[:MOST_FILES]
        if isinstance(names, list)
    }
