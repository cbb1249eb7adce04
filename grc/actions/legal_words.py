"""The words of the notices of the law about a ticket: the type's own, else the collectivity's, else those that everybody shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.deadlines import Times
from grc.actions.situation import Situation
from grc.text import clean_html
from grc.tickets.model import NewLegalFact
from workflows.acknowledgement import Acknowledgement
from workflows.catalogue import texts_folder
from workflows.legal_clock import Clock
from workflows.legal_notice import with_parts
from workflows.texts import Rendered, Texts, texts_of


def values(about: Situation, now: datetime, own: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The variables of a notice: those that every notice has, and its own."""
    return with_parts({**receipt(about, now).variables(), **(own or {})}, _texts(about), about.collectivity.settings)


def rendered(about: Situation, name: str, said: Mapping[str, Any]) -> Rendered:
    """The notice of this name with these variables."""
    texts, wording = _texts(about), about.wordings.get(name)
    if wording is not None and not texts.has_own(name):
        return sent_as(wording.render(said))
    return texts.render(name, said, about.collectivity.settings)


def sent_as(notice: Rendered) -> Rendered:
    """The notice as it may leave: of HTML that a collectivity wrote, nothing that runs, loads or hides."""
    return Rendered(notice.subject, notice.text, clean_html(notice.html))


def _texts(about: Situation) -> Texts:
    return texts_of(texts_folder(about.definition.name))


def received_at(about: Situation) -> datetime:
    """When the request was received in the eyes of the law, as agents may have corrected it."""
    return next((fact.at for fact in about.legal if fact.kind == "received"), about.received_at)


def clock_of(about: Situation) -> Clock:
    """The clock of the request as it stands, or as it begins where the clock does not run yet."""
    told = law.facts(about.legal)
    if not any(fact.kind == "received" for fact in told):
        told = (NewLegalFact("received", about.received_at, ""), *told)
    return law.reckoned(about.definition, about.collectivity.region, law.events(told)).clock


def receipt(about: Situation, now: datetime) -> Acknowledgement:
    """What every notice says of the request, of who answers and of the law, as the facts stand."""
    definition, collectivity, service = about.definition, about.collectivity, about.service
    regime, clock = definition.legal.regime if not about.member else "none", clock_of(about)
    times = Times(definition, collectivity.region, collectivity.settings.get("calendar"))
    return Acknowledgement(
        reference=about.reference,
        tracking_url=f"{about.public_url}/suivi/{about.tracking_token}" if about.tracking_token else "",
        subject=about.subject,
        requester_name=about.requester_name,
        received_at=received_at(about),
        collectivity_name=collectivity.title,
        service_name=service.name,
        service_email=service.email or collectivity.email,
        service_phone=service.phone or collectivity.phone,
        service_address=collectivity.postal_address,
        regime=regime,
        article=definition.legal.article,
        implicit_on=clock.implicit_decision_on if regime != "none" else None,
        appeal_until=clock.appeal_until if regime != "none" else None,
        answer_by=times.answer_by(now),
        remedies=definition.legal.remedies,
        settings=collectivity.settings,
    )
