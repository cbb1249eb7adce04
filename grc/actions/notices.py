"""What the service writes by itself about a ticket, as messages ready to leave, kept in their exact words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.deadlines import Times
from grc.actions.situation import Situation
from grc.clock import PARIS
from grc.tickets.model import NewDelivery, NewLegalFact, NewMessage
from workflows.acknowledgement import Acknowledgement
from workflows.catalogue import texts_folder
from workflows.legal_clock import Clock
from workflows.notice import PARTS, values_of, written
from workflows.texts import Rendered, texts_of

ACK = "ack"


def notice(about: Situation, name: str, to: str, now: datetime, state: str, fields: Mapping[str, Any]) -> NewMessage | None:
    """The notice of this name: the acknowledgement, or a text of the type. None where there is no way to send it.

    To whoever asked it leaves by the way he came; beyond the daily cap of the address it waits for an agent (what the law owes is owed all
    the same, L112-12). To a third party by mail. To the agents it is a note.
    """
    about = replace(about, state=state, fields=fields)
    address = {"requester": about.answer_addr, "third": about.third_addr, "agents": "-"}[to]
    if not address:
        return None
    rendered = _text(about, name, now)
    if to == "agents":
        return NewMessage("note", "note", now, about.collectivity.title, rendered.text, kind="notice", is_auto=True)
    third = to == "third"
    channel = "email" if third else about.answers_by
    return NewMessage(
        direction="out",
        kind="ack" if name == ACK else "notice",
        channel=channel,
        at=now,
        author_name=about.collectivity.title,
        to_addrs=(address,),
        subject=rendered.subject,
        body_text=rendered.text,
        body_html=rendered.html,
        is_auto=not third,
        audience="third" if third else "public",
        delivery=NewDelivery(channel, address.lower(), automatic=not third, state="held" if about.held and not third else "created"),
    )


def _text(about: Situation, name: str, now: datetime) -> Rendered:
    own = about.definition.texts.get(name)
    if own is not None:
        return written(own.subject, own.body, variables(about, now))
    return _acknowledgement(about, now).render(texts_of(texts_folder(about.definition.name)))


def variables(about: Situation, now: datetime) -> Mapping[str, Any]:
    """The variables of the texts and documents of a type, in words."""
    state = about.definition.states.get(about.state)
    facts = {
        **_acknowledgement(about, now).variables(),
        "state": state.citizen if state else "",
        "agent_name": about.agent_name,
        "member": about.member,
        "words": about.words,
        "type_title": about.definition.title,
        "today": now.astimezone(PARIS).date(),
    }
    texts, settings = texts_of(texts_folder(about.definition.name)), about.collectivity.settings
    parts = {name: texts.part(name, facts, settings) for name in PARTS}
    return values_of(about.definition, about.fields, {**facts, **parts})


def received_at(about: Situation) -> datetime:
    """When the request was received in the eyes of the law, as agents may have corrected it."""
    return next((fact.at for fact in about.legal if fact.kind == "received"), about.received_at)


def clock_of(about: Situation) -> Clock:
    """The clock of the request as it stands, or as it begins where the clock does not run yet."""
    told = law.facts(about.legal)
    if not any(fact.kind == "received" for fact in told):
        told = (NewLegalFact("received", about.received_at, ""), *told)
    return law.reckoned(about.definition, about.collectivity.region, law.events(told)).clock


def _acknowledgement(about: Situation, now: datetime) -> Acknowledgement:
    definition, collectivity, service = about.definition, about.collectivity, about.service
    regime, clock = definition.legal.regime if not about.member else "none", clock_of(about)
    times = Times(definition, collectivity.region, collectivity.settings.get("calendar"))
    return Acknowledgement(
        reference=about.reference,
        tracking_url=f"{about.public_url}/suivi/{about.tracking_token}",
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
