"""A request that is nowhere: it lives through the engine, the texts and the deadlines as they are, moment by moment. Pure.

All of it is lived anew from its beginning each time, so that nothing needs to be kept but the list of its moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from grc.actions.draft import Draft
from grc.actions.happen import carry_out
from grc.actions.opening import Opening, let_happen, situation_of
from grc.actions.situation import Situation
from grc.collectivities.model import Collectivity, Service
from grc.errors import Refused
from grc.tickets.model import LegalFact, NewLegalFact, OpenDeadline, Ticket, TicketKey
from grc.types.store import PLAIN, Current
from workflows.check import STANDING, effect_name
from workflows.definition import Definition
from workflows.engine import Happening, Step, UnsaidFact, step
from workflows.notice import BadText

REFERENCE = "K7M4-QF9"  # of no request: the one of the glossary
MOST = 60  # moments of one life
_KEY = TicketKey(0, 0)
_ANSWER = "agent_reply"


@dataclass(frozen=True, slots=True)
class Place:
    """Who would answer: the collectivity, its service in charge, all its services by their slugs."""

    collectivity: Collectivity
    service: Service
    services: Mapping[str, tuple[int, str]]
    public_url: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """What happens, by whom, with which words and fields. `at`: when, where it is not as soon as what came before."""

    happens: str
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """One moment lived: what the engine asked for and what would be written; or, where it cannot be, why."""

    moment: Moment
    at: datetime
    said: Mapping[str, Any]  # the facts that the engine was told
    before: str  # the state, empty before the opening
    step: Step | None
    draft: Draft | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Life:
    """A whole life: its moments, and the request as it stands at the end (None: it is not opened yet)."""

    lived: tuple[Lived, ...]
    ticket: Ticket | None
    now: datetime
    fired: frozenset[int] = frozenset()  # deadlines that have passed

    def next_due(self) -> OpenDeadline | None:
        """The deadline, or the reminder, that passes next."""
        if self.ticket is None:
            return None
        waiting = [d for d in self.ticket.open_deadlines if d.paused_at is None and d.id not in self.fired]
        return min(waiting, key=lambda deadline: deadline.due_at, default=None)


def live(definition: Definition, place: Place, moments: Sequence[Moment], begins: datetime, requester: str, address: str) -> Life:
    """The life of a request that `requester` makes at that moment. What is refused is told and changes nothing."""
    life = Life((), None, begins)
    for moment in moments[:MOST]:
        life = _lived(definition, place, life, moment, requester, address)
    return life


def as_scenario(definition: Definition, title: str, life: Life) -> dict[str, Any]:
    """The life as the definition would promise it: what was refused is left out."""
    told = []
    for one in life.lived:
        if one.step is None:
            continue
        facts = {key: value for key, value in one.said.items() if value != "" and (key not in STANDING or STANDING[key] != value)}
        part: dict[str, Any] = {"happens": one.moment.happens, "by": one.moment.by}
        if facts:
            part["data"] = facts
        asked = {name: value for name, value in one.moment.fields.items() if name in definition.by_field}
        if asked:
            part["fields"] = asked
        told.append({**part, "state": one.step.state, "effects": [effect_name(effect) for effect in one.step.effects]})
    return {"title": title, "life": told}


def _lived(definition: Definition, place: Place, life: Life, moment: Moment, requester: str, address: str) -> Life:
    at = max(moment.at or life.now, life.now)
    draft = Draft(_KEY, at, requester if moment.by == "citizen" else "Vous" if moment.by == "agent" else "Le service")
    before = life.ticket.state if life.ticket else ""
    try:
        if life.ticket is None:
            opening = _opening(definition, place, moment, at, requester, address)
            about = situation_of(opening, place.public_url)
            after = let_happen(opening, about, draft)
            ticket = _opened(opening, after, draft)
            said: Mapping[str, Any] = opening.facts
        else:
            said = {**life.ticket.facts(), **moment.data}
            happening = Happening(moment.happens, moment.by, said, moment.fields)  # type: ignore[arg-type]
            after = step(definition, life.ticket.state, happening, at, life.ticket.fields)
            about = _about(definition, place, life.ticket, draft.who, str(moment.data.get("text") or ""), at)
            carry_out(after, happening, life.ticket, definition, draft, about, at)
            ticket = _after(life.ticket, after, draft, moment)
    except (Refused, UnsaidFact, BadText) as error:
        return replace(life, lived=(*life.lived, Lived(moment, at, {}, before, None, None, str(error))), now=at)
    fired = life.fired | _passed(life, moment, at)
    return Life((*life.lived, Lived(moment, at, said, before, after, draft)), ticket, at, fired)


def _opening(definition: Definition, place: Place, moment: Moment, at: datetime, requester: str, address: str) -> Opening:
    channel = str(moment.data.get("channel") or "form")
    reachable = channel in ("email", "form", "suivi")
    facts = {"channel": channel, "may_answer": reachable, "automatic": False, "subscribed": True, "covered": True, **moment.data}
    return Opening(
        key=_KEY, current=Current(definition, PLAIN), collectivity=place.collectivity, service=place.service, reference=REFERENCE,
        subject=definition.title, requester_id=0, requester_name=requester, channel=channel, answers_by="email" if reachable else "",
        answer_addr=address if reachable else "", received_at=at, tracking_token="essai", excerpt="", by=moment.by, facts=facts,  # noqa: S106
        fields=moment.fields, member=str(moment.data.get("member_name") or ""), services=place.services,
    )  # fmt: skip


def _opened(opening: Opening, after: Step, draft: Draft) -> Ticket:
    """The request as it stands once it is opened."""
    definition, columns = opening.current.definition, draft.columns
    ticket = Ticket(
        key=_KEY, reference=REFERENCE, type=definition.name, version=definition.version, state=after.state,
        phase=definition.states[after.state].phase, service_id=opening.service.id, service_name=opening.service.name, assignee_id=None,
        priority=opening.priority, subject=opening.subject, requester_id=0, requester_name=opening.requester_name, channel=opening.channel,
        answer_channel=opening.answers_by, answer_addr=opening.answer_addr, tracking_token=opening.tracking_token, closed_at=None,
        region=opening.collectivity.region, answered=False, fields=dict(after.fields), opened_at=draft.now,
        calendar=opening.collectivity.settings.get("calendar"), third_addr=opening.third_addr,
    )  # fmt: skip
    return _changed(ticket, columns, draft)


def _after(ticket: Ticket, after: Step, draft: Draft, moment: Moment) -> Ticket:
    """The request as it stands after what happened."""
    columns = {**draft.columns, "state": after.state, "fields": dict(after.fields)}
    moved = _changed(ticket, columns, draft)
    if moment.happens == "third_reply" and not moved.third_addr:
        moved = replace(moved, third_addr="tiers@exemple.fr")
    return replace(moved, answered=moved.answered or moment.happens == _ANSWER)


_COLUMNS = ("state", "phase", "priority", "assignee_id", "service_id", "fields", "closed_at", "third_addr", "alarm")


def _changed(ticket: Ticket, columns: Mapping[str, Any], draft: Draft) -> Ticket:
    """The request with what a draft would write, deadlines and facts of the law included."""
    known = {name: columns[name] for name in _COLUMNS if name in columns}
    legal = [fact for fact in ticket.legal if fact.id not in {new.supersedes for new in draft.legal}]
    first = max((fact.id for fact in ticket.legal), default=0) + 1
    legal += [_fact(first + n, new) for n, new in enumerate(draft.legal) if not new.void]
    return replace(ticket, **known, open_deadlines=tuple(_deadlines(ticket.open_deadlines, draft)), legal=tuple(legal))


def _fact(number: int, new: NewLegalFact) -> LegalFact:
    return LegalFact(number, new.kind, new.at, new.days, new.indispensable, new.decision, new.items)


def _deadlines(standing: Sequence[OpenDeadline], draft: Draft) -> Iterator[OpenDeadline]:
    """The deadlines after a draft: as the one statement that writes tickets leaves them (grc/tickets/queries.sql)."""
    resumed = {moved.id: moved.due_at for moved in draft.resumed}
    for one in standing:
        if one.kind in (*draft.met, *draft.restarted) or one.id in draft.voided:
            continue
        if one.id in resumed:
            yield replace(one, due_at=resumed[one.id], paused_at=None)
        elif one.kind in draft.paused and one.paused_at is None:
            yield replace(one, paused_at=draft.now)
        else:
            yield one
    first = max((one.id for one in standing), default=0) + 1
    for n, new in enumerate(draft.deadlines):
        if new.kind not in draft.met:
            yield OpenDeadline(first + n, new.kind, new.due_at, new.paused_at, new.reminds, new.shown, new.reasons)


def _about(definition: Definition, place: Place, ticket: Ticket, who: str, words: str, at: datetime) -> Situation:
    return Situation(
        collectivity=place.collectivity, service=place.service, definition=definition, reference=REFERENCE, subject=ticket.subject,
        requester_name=ticket.requester_name, received_at=ticket.opened_at or at, tracking_token="essai",  # noqa: S106
        public_url=place.public_url, answers_by=ticket.answer_channel, answer_addr=ticket.answer_addr, state=ticket.state,
        fields=ticket.fields, agent_name=who, third_addr=ticket.third_addr, words=words, legal=ticket.legal, services=place.services,
    )  # fmt: skip


def _passed(life: Life, moment: Moment, at: datetime) -> frozenset[int]:
    """The deadline or the reminder whose passing this moment is."""
    family, _, kind = moment.happens.partition(":")
    if family not in ("deadline", "reminder") or life.ticket is None:
        return frozenset()
    due = [d for d in life.ticket.open_deadlines if d.kind == kind and d.due_at <= at and (d.reminds is not None) is (family == "reminder")]
    return frozenset(d.id for d in due)
