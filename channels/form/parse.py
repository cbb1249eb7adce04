"""The envelope of a form becomes a message: pure, bounded, never raises."""

from __future__ import annotations

import re

from channels.form.fields import LONGEST
from grc.collectivities.sites import LONGEST_PAGE
from grc.messages.envelope import clean, unseal
from grc.messages.model import InboundMessage, Received

LONGEST_LETTER = 60_000  # characters: the answers of a type in words, and the message besides
_TYPE = re.compile(r"[a-z][a-z0-9_]{0,39}")


def parse(received: Received) -> InboundMessage:
    """What the citizen wrote, as every channel tells it. What cannot be read becomes a defect."""
    envelope = unseal(received.raw)
    text = {name: envelope.text(name, longest) for name, longest in LONGEST.items()}
    kind, behalf = envelope.text("type", 40), envelope.form.get("pour")
    message = envelope.text("message", LONGEST_LETTER) if kind else text["message"]
    contact = {name: text[key] for name, key in (("postal_address", "adresse"), ("phone", "telephone")) if text[key]}
    return InboundMessage(
        from_addr=text["courriel"],
        from_name=text["nom"],
        subject=text["objet"],
        date=received.received_at,
        body_text=message,
        reply_text=message,
        attachments=tuple(envelope.files),
        defects=tuple(envelope.defects),
        service_slug=text["service"],
        type=kind if _TYPE.fullmatch(kind) else "",
        phone=text["telephone"],
        fields={**contact, **envelope.answers("champs")},
        on_behalf_of=behalf if type(behalf) is int and 0 < behalf < 2**31 else None,
        may_answer=bool(text["courriel"]),
        evidence={"came_from": page} if (page := clean(str(received.meta.get("came_from") or ""))[:LONGEST_PAGE]) else {},
    )
