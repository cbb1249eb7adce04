"""The acknowledgement of receipt (ARE) of a request about to be opened, as a message ready to leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from grc.actions.deadlines import answer_target, legal
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.tickets.model import NewDelivery, NewMessage
from workflows.acknowledgement import Acknowledgement
from workflows.catalogue import Entry
from workflows.texts import texts_of


@dataclass(frozen=True, slots=True)
class Situation:
    """What notices of this request are about: who asks, who answers, by which way."""

    collectivity: Collectivity
    service: Service
    entry: Entry
    reference: str
    subject: str
    requester_name: str
    received_at: datetime
    tracking_token: str
    public_url: str
    answers_by: str
    answer_addr: str


def acknowledgement(situation: Situation, now: datetime, *, held: bool) -> NewMessage | None:
    """The ARE with all that the law wants in it (R112-11-1), kept in its exact words; None where there is no way to send it.

    `held`: beyond the daily cap of the address it waits for an agent, since it is owed all the same (L112-12).
    """
    if not situation.answer_addr:
        return None
    rendered = _facts(situation, now).render(texts_of(situation.entry.folder))
    return NewMessage(
        direction="out",
        kind="ack",
        channel=situation.answers_by,
        at=now,
        author_name=situation.collectivity.title,
        to_addrs=(situation.answer_addr,),
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        is_auto=True,
        delivery=NewDelivery(situation.answers_by, situation.answer_addr.lower(), automatic=True, state="held" if held else "created"),
    )


def _facts(situation: Situation, now: datetime) -> Acknowledgement:
    definition, collectivity, service = situation.entry.definition, situation.collectivity, situation.service
    received = situation.received_at.astimezone(PARIS).date()
    clock, _ = legal(definition, received, collectivity.region)
    return Acknowledgement(
        reference=situation.reference,
        tracking_url=f"{situation.public_url}/suivi/{situation.tracking_token}",
        subject=situation.subject,
        requester_name=situation.requester_name,
        received_at=situation.received_at,
        collectivity_name=collectivity.title,
        service_name=service.name,
        service_email=service.email or collectivity.email,
        service_phone=service.phone or collectivity.phone,
        service_address=collectivity.postal_address,
        regime=definition.legal.regime,
        article=definition.legal.article,
        implicit_on=clock.implicit_decision_on,
        appeal_until=clock.appeal_until,
        answer_by=answer_target(definition, now.astimezone(PARIS).date(), collectivity.region).due_at.date(),
        settings=collectivity.settings,
    )
