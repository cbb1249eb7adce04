"""The envelope of the counter becomes a message: pure, bounded, never raises."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from channels.counter.settings import LONGEST, LONGEST_WORDS
from grc.messages.address import TELEPHONE, address
from grc.messages.envelope import Envelope, unseal
from grc.messages.model import InboundMessage, Received, Taken

WAYS = {"counter": "au guichet", "phone": "au téléphone", "paper": "par lettre"}
ANSWERS = {"email": "par courriel", "sms": "par SMS", "paper": "par lettre", "": "elle revient au guichet"}


def parse(received: Received) -> InboundMessage:
    """What the agent wrote down for somebody. What cannot be read becomes a defect."""
    envelope = unseal(received.raw)
    mail, number = envelope.text("courriel", LONGEST["courriel"]).lower(), address(TELEPHONE, envelope.text("telephone", 20))
    answers = envelope.text("reponse", 10)
    words = envelope.text("texte", LONGEST_WORDS)
    return InboundMessage(
        from_addr=mail,  # a number that was said is not proved, as that of a call is
        reply_to={"email": mail, "sms": number}.get(answers, ""),
        from_name=envelope.text("nom", LONGEST["qui"]),
        subject=envelope.text("objet", LONGEST["objet"]),
        date=received.received_at,
        body_text=words,
        reply_text=words,
        may_answer=False,
        defects=tuple(envelope.defects),
        service_slug=envelope.text("service", 80),
        type=envelope.text("type", 80),
        fields=_fields(envelope),
        taken=_taken(envelope, [one for one in (mail, number) if one]),
    )


def _taken(envelope: Envelope, addresses: list[str]) -> Taken:
    way, answers = envelope.text("voie", 10), envelope.text("reponse", 10)
    person, agent = envelope.form.get("personne"), envelope.form.get("agent")
    return Taken(
        agent_id=agent if type(agent) is int else 0,
        agent_name=envelope.text("pris_par", 200),
        channel=way if way in WAYS else "counter",
        answers_by=answers if answers in ANSWERS else "",
        person_id=person if type(person) is int and 0 < person < 2**63 else None,
        received_at=_moment(envelope.text("arrivee", 40)),
        addresses=addresses,
        postal_address=envelope.text("adresse", LONGEST["adresse"]),
    )


def _fields(envelope: Envelope) -> dict[str, Any]:
    told = {"phone": envelope.text("telephone", 20), "postal_address": envelope.text("adresse", LONGEST["adresse"])}
    return {**{name: text for name, text in told.items() if text}, **envelope.answers("champs")}


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
