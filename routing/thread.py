"""Whose ticket a message continues: by a proof, never by a claim."""

from __future__ import annotations

from dataclasses import dataclass

from grc.messages.model import InboundMessage
from routing.model import AgentFact, Facts, Reason, ThreadFact, ThreadProof

# The best proof first. `reference` and `mail_id` are known to others than those who take part: alone they prove nothing.
_ORDER: tuple[ThreadProof, ...] = ("portal", "conversation", "hmac_reply", "hmac_mail_id", "mail_id", "reference", "forged")
PROVEN = frozenset(_ORDER[:4])

_TOLD: dict[ThreadProof, str] = {
    "portal": "Le message est de la demande {}\u00a0: la voie par laquelle il est venu le prouve (page de suivi, message vocal).",
    "conversation": "Le message continue la conversation de la demande {}.",
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
class Answered:
    """The ticket an agent of its service writes about from his own mail program. `public`: what he wrote is the answer to whoever asked,
    who has it already where `direct`; else it is a note."""

    thread: ThreadFact
    agent: AgentFact
    public: bool
    direct: bool
    reason: Reason


@dataclass(frozen=True, slots=True)
class Claimed:
    """A ticket the message names without a right to it: a new one is opened, and a person looks. No id where another
    collectivity answers for it: its existence is not told."""

    ticket_id: int | None
    reason: Reason


def thread(message: InboundMessage, facts: Facts, collectivity_id: int) -> Joined | Answered | Claimed | None:
    """The ticket this message joins, or the one it only claims, or None where it names none."""
    found = sorted(facts.threads, key=lambda fact: _ORDER.index(fact.how))  # stable: of several named alike, the first named
    for fact in found:
        if fact.how == "conversation":
            if fact.phase == "open":  # one conversation is one request until it is closed
                return Joined(fact, Reason("thread_conversation", _TOLD["conversation"].format(fact.reference)))
            continue
        if not fact.is_of(collectivity_id):
            continue
        if _is_agents(fact, facts):
            answered = _answered(fact, message, facts)
            if answered is not None:
                return answered
        elif fact.how in PROVEN or (fact.how != "forged" and fact.sender_takes_part and not facts.disproved):
            return Joined(fact, Reason(f"thread_{fact.how}", _TOLD[fact.how].format(fact.reference)))
    found = [fact for fact in found if fact.how != "conversation"]
    if not found:
        return None
    here = next((fact for fact in found if fact.is_of(collectivity_id)), None)
    return Claimed(here.ticket_id, _claim(here, message, facts)) if here else Claimed(None, _ELSEWHERE)


def _is_agents(fact: ThreadFact, facts: Facts) -> bool:
    """Whether the sender bears the address of an agent there, and did not ask himself: what he writes is never whoever asked's word."""
    agent = facts.agent
    there = agent is not None and any(agent.is_of(place) for place in (fact.collectivity_id, fact.via) if place is not None)
    return there and fact.how != "portal" and not fact.sender_takes_part


def _answered(fact: ThreadFact, message: InboundMessage, facts: Facts) -> Answered | None:
    agent = facts.agent
    if agent is None or fact.how in ("reference", "forged") or not agent.answers_for(fact.collectivity_id, fact.service_id):
        return None
    written_to = {address.lower() for address in (*message.to, *message.cc)}
    direct = fact.answer_addr.lower() in written_to
    # He answers whoever asked where he wrote to him, or to the address that stands for him. A mail to our mailbox alone that only stands
    # in the thread may be words between colleagues: nobody else reads them.
    whole = message.oversize is None and bool(message.attachments or (message.reply_text or message.body_text).strip())
    public = whole and not fact.third and bool(fact.answer_addr) and (direct or fact.how == "hmac_reply")
    what = "sa réponse est celle du service" if public else "son message est gardé comme note interne"
    text = f"{agent.name}, agent du service, a écrit de sa propre messagerie à propos de la demande {fact.reference} ; {what}."
    return Answered(fact, agent, public, direct, Reason("agent_reply" if public else "agent_note", text))


_ELSEWHERE = Reason(
    "link_elsewhere",
    "Le message se rattache à une demande suivie par une autre collectivité ; il ouvre une nouvelle demande ici.",
)


def _claim(fact: ThreadFact, message: InboundMessage, facts: Facts) -> Reason:
    if fact.how == "forged":
        text = f"L’adresse de réponse n’est pas de celles que nous avons données pour la demande {fact.reference} ; un agent vérifiera."
        return Reason("link_forged", text)
    if _is_agents(fact, facts):
        text = (
            f"Le message se rattache à la demande {fact.reference} et porte l’adresse d’un agent, mais rien ne prouve qu’il peut y "
            "répondre ; une nouvelle demande est ouverte, et un agent vérifiera le lien."
        )
        return Reason("link_agent", text)
    who = message.from_addr or "son auteur"
    cites = "L’objet cite la référence" if fact.how == "reference" else "Le message répond à un courriel de la demande"
    return Reason(
        "link_stranger",
        f"{cites} {fact.reference}, mais {who} n’y prend pas part ; une nouvelle demande est ouverte, et un agent vérifiera le lien.",
    )
