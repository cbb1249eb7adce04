"""The envelope of a form becomes a message: pure, bounded, never raises."""

from __future__ import annotations

from channels.form.fields import LONGEST
from grc.messages.envelope import unseal
from grc.messages.model import InboundMessage, Received


def parse(received: Received) -> InboundMessage:
    """What the citizen wrote, as every channel tells it. What cannot be read becomes a defect."""
    envelope = unseal(received.raw)
    text = {name: envelope.text(name, longest) for name, longest in LONGEST.items()}
    return InboundMessage(
        from_addr=text["courriel"],
        from_name=text["nom"],
        subject=text["objet"],
        date=received.received_at,
        body_text=text["message"],
        reply_text=text["message"],
        attachments=tuple(envelope.files),
        defects=tuple(envelope.defects),
        service_slug=text["service"],
        phone=text["telephone"],
        fields={name: text[key] for name, key in (("postal_address", "adresse"), ("phone", "telephone")) if text[key]},
        may_answer=bool(text["courriel"]),
    )
