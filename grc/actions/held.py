"""Why an automatic message waits for an agent instead of leaving."""

from __future__ import annotations

CAP, MUTED = "cap", "muted"

TOLD = {
    CAP: "Cette adresse a déjà reçu aujourd’hui le nombre maximal de messages automatiques\u00a0: un agent doit décider de l’envoi.",
    MUTED: (
        "Cette adresse a signalé un de nos messages comme indésirable\u00a0: aucun message automatique ne lui part sans qu’un agent en "
        "décide."
    ),
}


def why_held(over_the_cap: bool, muted: bool) -> str:
    """A word of `TOLD`; empty where it may leave."""
    return MUTED if muted else CAP if over_the_cap else ""
