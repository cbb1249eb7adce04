"""A ticket about to be opened, whoever opens it: the engine says what follows, and it becomes a new ticket with its draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from grc.actions import law
from grc.actions.deadlines import Times
from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.actions.notices import ACK, notice
from grc.actions.papers import write_papers
from grc.actions.situation import Situation
from grc.actions.wordings import wordings
from grc.clock import PARIS
from grc.collectivities.model import Collectivity, Service
from grc.db.transaction import Transaction
from grc.records.cover import NOT_ASKED, cover
from grc.tickets.model import LegalFact, NewDeadline, NewMessage, NewTicket, TicketKey
from grc.types.store import Current
from workflows.engine import Happening, Step, step


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """All that is known of a ticket before it is there. `facts` are what the happening `opened` says of itself."""

    key: TicketKey
    current: Current
    collectivity: Collectivity
    service: Service
    reference: str
    subject: str
    requester_id: int
    requester_name: str
    channel: str
    answers_by: str
    answer_addr: str
    received_at: datetime
    tracking_token: str
    excerpt: str
    by: str = "citizen"
    facts: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 2
    alarm: str | None = None
    assignee_id: int | None = None
    on_behalf_of: int | None = None
    member: str = ""
    held: str = ""
    silent: str = ""  # why nothing leaves by itself to whoever asks
    services: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    third_addr: str = ""
    answer_account: str = ""
    legal: Sequence[LegalFact] = ()  # what counts in law already, where another body had the request before


async def opened(tx: Transaction, opening: Opening, draft: Draft) -> NewTicket:
    """Lets `opened` happen, puts what follows into the draft and gives the ticket to write with it."""
    opening = await _with_cover(tx, opening, draft)
    own = await wordings(tx, opening.current.notices)
    about = replace(situation_of(opening, tx.site.public_url), wordings=own)
    after = let_happen(opening, about, draft)
    if draft.papers:
        await write_papers(tx, draft, replace(about, fields=after.fields))
    return new_ticket(opening, draft, after)


async def _with_cover(tx: Transaction, opening: Opening, draft: Draft) -> Opening:
    """The same, with what it says of the member's subscription, and the line of the timeline."""
    found = await cover(tx, opening.current.definition, opening.on_behalf_of, draft.now.astimezone(PARIS).date())
    if found is not None and "covered" not in opening.facts:
        what, why = ("covered", "") if found.subscribed else ("not_covered", f"{opening.member} n’y a pas de ligne à ce jour.")
        draft.tell(what, why, who=opening.collectivity.title, title=found.title, register=found.register.title)
    return replace(opening, facts={**(found.facts() if found is not None else NOT_ASKED), **opening.facts})


def situation_of(opening: Opening, public_url: str) -> Situation:
    """What notices of it are about."""
    return Situation(
        collectivity=opening.collectivity, service=opening.service, definition=opening.current.definition, reference=opening.reference,
        subject=opening.subject, requester_name=opening.requester_name, received_at=opening.received_at,
        tracking_token=opening.tracking_token, public_url=public_url, answers_by=opening.answers_by, answer_addr=opening.answer_addr,
        fields=opening.fields, member=opening.member, held=opening.held, silent=opening.silent, services=opening.services,
        third_addr=opening.third_addr, legal=opening.legal, answer_account=opening.answer_account,
    )  # fmt: skip


def let_happen(opening: Opening, about: Situation, draft: Draft) -> Step:
    """Puts what follows from the opening into the draft, the law included. Pure."""
    definition, now = opening.current.definition, draft.now
    facts = {
        "answered": False, "priority": opening.priority, "channel": opening.channel, "member": opening.on_behalf_of is not None,
        "assigned": opening.assignee_id is not None, "may_answer": True, "automatic": False, **opening.facts,
    }  # fmt: skip
    after = step(definition, definition.initial, Happening("opened", opening.by, facts, opening.fields), now)  # type: ignore[arg-type]
    fields = dict(after.fields)
    times = Times(definition, opening.collectivity.region, opening.collectivity.settings.get("calendar"), facts)

    def due(kinds: Sequence[str]) -> Sequence[NewDeadline]:
        return times.due(kinds, now, fields, after.state)

    def written(name: str, to: str) -> NewMessage | None:
        return None if about.silent and to == "requester" else notice(about, name, to, now, after.state, fields)

    means = Means(definition=definition, due=due, notice=written, service=opening.services.get)
    apply(after.effects, draft, means)
    _begin_the_law(opening, draft, after)
    return after


def _begin_the_law(opening: Opening, draft: Draft, after: Step) -> None:
    """The clock of the law runs from the receipt, where the type says that this way in starts it. A member that asks the agency is no
    member of the public (L100-3): none runs for it."""
    if opening.on_behalf_of is not None:
        draft.begun.clear()
    if opening.silent:
        draft.begun.discard("are")  # L112-11: none is owed
    standing = law.Standing(opening.legal)
    acknowledged = any(m.kind == ACK and m.delivery and m.delivery.state == "created" for m in draft.messages)
    if "are" in draft.begun and not standing.facts and not acknowledged:
        draft.begun.add("aee")  # owed only where the ARE is not instant (R112-11-2)
    definition = opening.current.definition
    law.received(draft, standing, opening.received_at, opening.requester_name)
    is_open = definition.states[after.state].phase == "open"
    law.follow(draft, standing, definition, opening.collectivity.region, is_open=is_open)


def new_ticket(opening: Opening, draft: Draft, after: Step) -> NewTicket:
    """The ticket itself: what the draft would have changed in it goes into it."""
    columns, definition = draft.columns, opening.current.definition
    ticket = NewTicket(
        key=opening.key, reference=opening.reference, type=definition.name, version=definition.version, variant=opening.current.variant,
        state=after.state, phase=definition.states[after.state].phase, service_id=columns.get("service_id", opening.service.id),
        priority=columns.get("priority", opening.priority), subject=opening.subject, requester_id=opening.requester_id,
        requester_name=opening.requester_name, channel=opening.channel, answer_channel=opening.answers_by,
        answer_account=opening.answer_account,
        answer_addr=opening.answer_addr,
        tracking_token=opening.tracking_token, opened_at=opening.received_at, due_at=draft.next_due(()),
        legal_due_at=draft.next_due((), law=True),
        assignee_id=columns.get("assignee_id", opening.assignee_id), unread=bool(columns.get("unread", False)),
        alarm=columns.get("alarm") or opening.alarm, alarm_text=columns.get("alarm_text"), excerpt=opening.excerpt,
        fields=dict(after.fields), on_behalf_of=opening.on_behalf_of,
    )  # fmt: skip
    columns.clear()
    return ticket
