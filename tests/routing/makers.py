"""A small world to route in: Dax and Mont-de-Marsan, their services and addresses."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from grc.messages.model import InboundMessage
from routing.model import CollectivityFact, Facts, RecipientMatch, RuleFact, ServiceFact, ThreadFact, ThreadProof

DAX, MONT = 40088, 40192
ACCUEIL, VOIRIE, URBANISME, MONT_ACCUEIL = 1, 2, 3, 4
NOON = datetime(2026, 5, 7, 10, tzinfo=UTC)

SERVICES = (
    ServiceFact(DAX, VOIRIE, "voirie", "Voirie"),
    ServiceFact(DAX, ACCUEIL, "accueil", "Accueil", is_default=True),
    ServiceFact(DAX, URBANISME, "urbanisme", "Urbanisme"),
    ServiceFact(MONT, MONT_ACCUEIL, "accueil", "Accueil", is_default=True),
)
TO_DAX = RecipientMatch("mairie@40088.example", DAX)
TO_MONT = RecipientMatch("mairie@40192.example", MONT)


def mail(**more: Any) -> InboundMessage:
    """A citizen's mail about a street light."""
    told: dict[str, Any] = {
        "from_addr": "anne@citoyenne.example",
        "to": ("mairie@40088.example",),
        "subject": "Lampadaire cassé",
        "body_text": "Bonjour, le lampadaire de la rue des Pins est en panne.",
        "message_id": "a1@citoyenne.example",
    }
    return InboundMessage(**{**told, **more})


def facts(**more: Any) -> Facts:
    """What is known of it: it reached Dax and nothing else."""
    told: dict[str, Any] = {
        "now": NOON,
        "received_account": "mairie@40088.example",
        "fallback_collectivity_id": DAX,
        "recipients": (TO_DAX,),
        "services": SERVICES,
        "own_addresses": frozenset({"mairie@40088.example"}),
        "collectivities": (CollectivityFact(DAX, "commune", "Dax"), CollectivityFact(MONT, "commune", "Mont-de-Marsan")),
    }
    return Facts(**{**told, **more})


def ticket(how: ThreadProof, *, takes_part: bool = False, collectivity: int = DAX, number: int = 7, closed: bool = False) -> ThreadFact:
    """A ticket of the urban planning service that the message names in this way."""
    return ThreadFact(
        how, collectivity, number, "K7M4-QF9", "closed" if closed else "open", NOON if closed else None, URBANISME, takes_part
    )


def rule(outcome: dict[str, Any], position: int = 1, collectivity: int = DAX, name: str = "Éclairage", **conditions: Any) -> RuleFact:
    """A rule of Dax; `sender` stands for the key `from`."""
    if "sender" in conditions:
        conditions["from"] = conditions.pop("sender")
    return RuleFact(collectivity, position, name, conditions, outcome)
