"""Whose ticket a message continues: by a proof, never by a claim."""

from __future__ import annotations

from dataclasses import dataclass

from grc.messages.model import InboundMessage
from routing.model import Facts, Reason, ThreadFact, ThreadProof

# The best proof first. `reference` and `mail_id` are known to others than those who take part: alone they prove nothing.
_ORDER: tuple[ThreadProof, ...] = ("portal", "hmac_reply", "hmac_mail_id", "mail_id", "reference", "forged")
PROVEN = frozenset(_ORDER[:3])

_TOLD: dict[ThreadProof, str] = {
    "portal": "Le message a été écrit sur la page de suivi de la demande {}.",
    "hmac_reply": "Le message répond à l’adresse propre à la demande {}.",
    "hmac_mail_id": "Le message répond à un courriel que nous avons envoyé pour la demande {}.",
    "mail_id": "Le message répond à un courriel de la demande {}, et son auteur y prend déjà part.",
    "reference": "L’objet porte la référence {}, et l’auteur prend déjà part à cette demande.",
}


@dataclass(frozen=True, slots=True)
class Joined:
    """The ticket the message continues, and why."""

    thread: ThreadFact
    reason: Reason


@dataclass(frozen=True, slots=True)
class Claimed:
    """A ticket the message names without a right to it: a new one is opened, and a person looks. No id where another
    collectivity answers for it: its existence is not told."""

    ticket_id: int | None
    reason: Reason


def thread(message: InboundMessage, facts: Facts, collectivity_id: int) -> Joined | Claimed | None:
    """The ticket this message joins, or the one it only claims, or None where it names none."""
    found = sorted(facts.threads, key=lambda fact: _ORDER.index(fact.how))
    for fact in found:
        if fact.collectivity_id == collectivity_id and (fact.how in PROVEN or (fact.how != "forged" and fact.sender_takes_part)):
            return Joined(fact, Reason(f"thread_{fact.how}", _TOLD[fact.how].format(fact.reference)))
    if not found:
        return None
    here = next((fact for fact in found if fact.collectivity_id == collectivity_id), None)
    return Claimed(here.ticket_id, _claim(here, message)) if here else Claimed(None, _ELSEWHERE)


_ELSEWHERE = Reason(
    "link_elsewhere",
    "Le message se rattache à une demande suivie par une autre collectivité ; il ouvre une nouvelle demande ici.",
)


def _claim(fact: ThreadFact, message: InboundMessage) -> Reason:
    if fact.how == "forged":
        text = f"L’adresse de réponse n’est pas de celles que nous avons données pour la demande {fact.reference} ; un agent vérifiera."
        return Reason("link_forged", text)
    who = message.from_addr or "son auteur"
    cites = "L’objet cite la référence" if fact.how == "reference" else "Le message répond à un courriel de la demande"
    return Reason(
        "link_stranger",
        f"{cites} {fact.reference}, mais {who} n’y prend pas part ; une nouvelle demande est ouverte, et un agent vérifiera le lien.",
    )
