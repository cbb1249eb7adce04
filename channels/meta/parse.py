"""The bytes of one event become a message: pure, bounded, never raises."""

from __future__ import annotations

import json
from collections.abc import Mapping

from channels.meta import comments, messenger, whatsapp
from channels.meta.events import WHATSAPP
from channels.meta.happened import ignored
from channels.meta.loose import text
from channels.meta.owner import FOREIGN
from grc.messages.model import InboundMessage, Received


def parse(received: Received) -> InboundMessage:
    """What an event says. What cannot be read says so; what is no message says why it is not one (`happened`)."""
    try:
        event = json.loads(received.raw)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, Mapping):
        return ignored(InboundMessage(date=received.received_at), "Appel de Meta illisible\u00a0: il est gardé tel quel.")
    if FOREIGN in received.meta:
        why = f"Événement de «\u00a0{received.meta[FOREIGN]}\u00a0», qui n’est la page d’aucun compte d’ici (grc account add meta)."
        return ignored(InboundMessage(date=received.received_at), why)
    if isinstance(event.get("messaging"), Mapping):
        return messenger.read(event, received)
    if text(event, "object") == WHATSAPP:
        return whatsapp.read(event, received)
    return comments.read(event, received)
