"""Until when a person can be answered, and how, as an agent must know before he writes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from channels.meta.route import COMMENT, HUMAN, WINDOW
from grc.messages.address import kind_of
from grc.messages.channel import WayNote

_LABELS: Mapping[str, str] = {"messenger": "Messenger", "instagram": "Instagram", "whatsapp": "WhatsApp", "facebook": "Facebook"}
_CLOSED = "La fenêtre de réponse de {label} est fermée\u00a0: la personne doit écrire de nouveau, ou être jointe autrement."


def way(address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
    """How an answer to this address would leave now; `post` is of the last message from there."""
    label = _LABELS.get(kind_of(address), "Meta")
    if post.get("comment_id"):
        until = last_in_at + COMMENT if last_in_at else None
        if until is not None and now >= until:
            return WayNote(f"commentaire {label}, en public seulement", public=True)
        return WayNote(f"commentaire {label}, en privé (un seul message)", until, public=True)
    if last_in_at is None:
        return WayNote(label, why_not=f"Personne n’a écrit de cette adresse\u00a0: {label} n’admet que des réponses.")
    until = last_in_at + (HUMAN if post.get("human_agent") else WINDOW)
    if now < until:
        return WayNote(label, until)
    if post.get("template"):
        return WayNote(f"{label}, par un modèle qui annonce la page de la demande")
    return WayNote(label, until, why_not=_CLOSED.format(label=label))
