"""The life of one ticket, told step by step: the real routing, engine, deadlines and notices decide, as they do for a real one.

Nothing is written here: at the end, `rows.py` reads what became of it. The steps are those of `grc/actions`.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from grc.actions import law, law_passed
from grc.actions.deadlines import Times
from grc.actions.draft import Draft, excerpt
from grc.actions.effects import Means, apply
from grc.actions.notices import notice
from grc.actions.reply import answer_subject
from grc.actions.situation import Situation
from grc.demo import mail
from grc.demo.cast import Citizen, Colleague, Common, Place
from grc.demo.samples import sample
from grc.messages.envelope import seal
from grc.messages.model import Arrival, Attachment, InboundMessage
from grc.tickets import reference
from grc.tickets.model import LegalFact, NewDeadline, NewDelivery, NewEvent, NewLegalFact, NewMessage, OpenDeadline, TicketKey
from routing.decide import decide
from routing.model import CollectivityFact, Facts, RecipientMatch, ServiceFact
from workflows.catalogue import catalogue
from workflows.engine import Happening, step
from workflows.legal_due import KINDS


@dataclass(slots=True)
class Line:
    """A message of the conversation, with its files, the ledger row it came in by, or the attempts to send it."""

    message: NewMessage
    files: tuple[Attachment, ...] = ()
    arrival: Arrival | None = None
    outcome: str = ""
    reason: str = ""
    attempts: tuple[tuple[datetime, str, str], ...] = ()


@dataclass(slots=True)
class Running:
    """A deadline as it stands."""

    deadline: NewDeadline
    met_at: datetime | None = None
    fired_at: datetime | None = None


class Life:
    """A ticket while its story is told. Its public attributes are what the rows are made of."""

    def __init__(self, common: Common, place: Place, citizen: Citizen, number: int, subject: str) -> None:
        self.common, self.place, self.citizen, self.subject = common, place, citizen, subject
        self.definition = common.entry.definition
        self.key = TicketKey(place.made.id, number)
        self.reference = reference.encode(number)
        self.token = secrets.token_urlsafe(16)
        self.state = self.definition.initial
        self.channel = "email"
        self.service = next(iter(place.services.values()))
        self.assignee: Colleague | None = None
        self.priority = 2
        self.opened_at = self.last_at = datetime.min.replace(tzinfo=UTC)
        self.columns: dict[str, Any] = {"unread": False, "alarm": None, "closed_at": None, "phase": "open", "excerpt": ""}
        self.fields: dict[str, Any] = {}
        self.lines: list[Line] = []
        self.events: list[NewEvent] = []
        self.deadlines: list[Running] = []
        self.legal: list[NewLegalFact] = []
        self.on_behalf_of: int | None = None

    # -- how it begins

    def opened(self, at: datetime, channel: str, account: str, service: str, text: str, files: Sequence[str] = ()) -> None:
        """The citizen writes for the first time, by mail to an address or by the form, where he may choose a service."""
        self.opened_at = self.last_at = at
        self.channel = channel
        attached = _files(files)
        written = InboundMessage(
            from_addr=self.citizen.email, from_name=self.citizen.name, subject=self.subject, body_text=text, reply_text=text, date=at,
            recipients=(account,) if channel == "email" else (), to=(account,) if channel == "email" else (), attachments=attached,
            service_slug=service if channel == "form" else "", phone=self.citizen.phone if channel == "form" else "",
            message_id=mail.new_id(self.citizen.email) if channel == "email" else None,
        )  # fmt: skip
        decision = decide(written, self._facts(at, account))
        self.service = next(s for s in self.place.services.values() if s.id == decision.service_id)
        self.priority = decision.priority
        ruled = catalogue().get(decision.type)
        if ruled.extends == (self.definition.name, self.definition.version):  # a story knows the acts of the general request
            self.definition, self.state = ruled, ruled.initial
        reasons = " ".join(reason.text for reason in decision.reasons)
        draft = Draft(self.key, at, self.citizen.name)
        way_in = f"courriel à {account}" if channel == "email" else "le formulaire en ligne"
        draft.tell("opened", f"Reçu par {way_in}.", channel=channel)
        draft.tell("routed", reasons, who=self.place.collectivity.name, linked_ticket=None,
                   reasons=[{"code": reason.code, "text": reason.text} for reason in decision.reasons])  # fmt: skip
        if channel == "form":
            fields = {"objet": self.subject, "service": service, "message": text, "nom": self.citizen.name, "courriel": self.citizen.email,
                      "telephone": self.citizen.phone, "adresse": ""}  # fmt: skip
            raw = seal(fields, attached)
            source = f"{secrets.token_urlsafe(16)}.{hashlib.sha256(raw).hexdigest()[:12]}"
            arrival = Arrival("form", account, source, raw, self.key.collectivity_id, {"page": f"/{account}/contact", "proved": True})
            self.fields = {"phone": self.citizen.phone} if self.citizen.phone else {}
        else:
            arrival = self._mailed(written, at, account)
        self._spoken(written, at, arrival, "opened", "\n".join(reason.text for reason in decision.reasons))
        self._happen(draft, Happening("opened", "citizen", {"channel": channel, "may_answer": True, "automatic": False}))
        self.columns["excerpt"] = excerpt(text)
        self._acknowledged(at + timedelta(seconds=7))

    def written_first(self, at: datetime, colleague: Colleague, service: str, text: str) -> None:
        """An agent writes first."""
        self.opened_at = at
        self.service, self.assignee = self.place.services[service], colleague
        draft = Draft(self.key, at, colleague.name, colleague.id)
        draft.tell("written", to=self.citizen.email, channel="email")
        self._say(at, colleague, f"{self.subject} [{self.reference}]", text, ())
        self._happen(draft, Happening("opened", "agent", {"channel": "email", "may_answer": True, "automatic": False}))

    # -- what agents do

    def assigned(self, at: datetime, by: Colleague, to: Colleague) -> None:
        self.passing(at)
        draft = Draft(self.key, at, by.name, by.id)
        draft.tell("assigned", to=to.name, to_id=to.id)
        self.assignee = to
        self._absorb(draft)

    def moved(self, at: datetime, by: Colleague, service: str) -> None:
        self.passing(at)
        there = self.place.services[service]
        draft = Draft(self.key, at, by.name, by.id)
        draft.tell("moved", f"Confié au service {there.name}.", **{"from": self.service.name, "to": there.name})
        self.service = there
        self._absorb(draft)

    def urgent(self, at: datetime, by: Colleague) -> None:
        draft = Draft(self.key, at, by.name, by.id)
        draft.tell("priority", to="urgente", **{"from": {1: "urgente", 2: "normale", 3: "basse"}[self.priority]})
        self.priority = 1
        self._absorb(draft)

    def looked(self) -> None:
        """An agent opened it: no longer new."""
        self.columns["unread"] = False

    def noted(self, at: datetime, by: Colleague, text: str) -> None:
        self.passing(at)
        self.lines.append(Line(NewMessage("note", "note", at, by.name, text, author_id=by.id)))
        draft = Draft(self.key, at, by.name, by.id)
        draft.tell("noted")
        self._happen(draft, Happening("note", "agent"))

    def answered(self, at: datetime, by: Colleague, text: str, files: Sequence[str] = (), *, ends: str = "") -> None:
        """An agent answers; where that `ends` it, by the transition of this name where the type has it, else by closing it."""
        self.passing(at)
        draft = Draft(self.key, at, by.name, by.id)
        draft.tell("replied", to=self.citizen.email, channel="email")
        if self.assignee is None:
            self.assignee = by
            draft.tell("assigned", to=by.name, to_id=by.id)
        self._say(at, by, answer_subject(self.subject, self.reference), text, files)
        by_transition = ends if ends in self.definition.by_name else "close"
        self._happen(draft, Happening(f"transition:{by_transition}" if ends else "agent_reply", "agent", {"answered": True}))
        if ends:
            self._met("answer", at)

    def moves(self, at: datetime, by: Colleague, transition: str, text: str = "") -> None:
        """A transition of the definition: wait_citizen, close, reopen…"""
        self.passing(at)
        answered = any(line.message.direction == "out" and line.message.kind == "message" for line in self.lines)
        happening = Happening(f"transition:{transition}", "agent", {"text": text, "answered": answered})
        self._happen(Draft(self.key, at, by.name, by.id), happening)

    # -- what the citizen does afterwards

    def replied(self, at: datetime, text: str, files: Sequence[str] = (), *, automatic: bool = False) -> None:
        """The citizen (or his mailbox, on holiday) answers the last mail he got."""
        self.passing(at)
        answered = next(line.message for line in reversed(self.lines) if line.message.direction == "out")
        account = self.place.collectivity.email or ""
        attached = _files(files)
        quoted = mail.quoted(answered.body_text, answered.author_name, answered.at)
        written = InboundMessage(
            from_addr=self.citizen.email, from_name=self.citizen.name, subject=f"Re: {answered.subject.removeprefix('Re: ')}", date=at,
            to=(self.common.signer.reply_address(account, self.reference),), reply_text=text, quoted_text=quoted,
            body_text=f"{text}\n\n{quoted}", message_id=mail.new_id(self.citizen.email), in_reply_to=answered.mail_id,
            references=(answered.mail_id,) if answered.mail_id else (), attachments=attached, is_auto=automatic,
        )  # fmt: skip
        why = "Le message répond à un de nos courriels : l’adresse de réponse porte notre signature."
        draft = Draft(self.key, at, self.citizen.name)
        draft.tell("received", why, channel="email")
        self._spoken(written, at, self._mailed(written, at, account), "appended", why)
        self._happen(draft, Happening("automatic_message" if automatic else "citizen_message", "citizen", {"channel": "email"}))
        if not automatic:
            self.last_at = at
            self.columns["excerpt"] = excerpt(text)

    # -- what passes by itself

    def passing(self, until: datetime) -> None:
        """The deadlines that pass unmet up to this moment do what the law and the definition say; reminders are heard by nobody here."""
        while (running := self._first_to_pass(until)) is not None:
            at, kind = running.deadline.due_at + timedelta(seconds=3), running.deadline.kind
            running.fired_at = at
            if running.deadline.reminds is None:
                draft = Draft(self.key, at, "Échéances")
                if kind in KINDS:
                    self._passes_by_law(draft, running.deadline)
                self._happen(draft, Happening(f"deadline:{kind}", "system"))

    def _first_to_pass(self, until: datetime) -> Running | None:
        """Looked for anew each time: what passes may take others away, and set new ones."""
        due = (r for r in self.deadlines if r.met_at is None and r.fired_at is None and r.deadline.due_at <= until)
        return min(due, key=lambda running: running.deadline.due_at, default=None)

    def _passes_by_law(self, draft: Draft, deadline: NewDeadline) -> None:
        closed = self.columns["phase"] == "closed"
        found = law_passed.outcome(self.definition, deadline.kind, deadline.due_at, closed=closed)
        draft.tell(found.what, found.why, **found.data)
        if found.alarm:
            draft.columns |= {"alarm": found.alarm, "unread": True}
        if deadline.kind == "implicit_decision":
            self._follow(draft, is_open=not closed)

    def failed(self, state: str, detail: str) -> None:
        """The last message that left did not arrive."""
        line = next(line for line in reversed(self.lines) if line.message.delivery is not None)
        at = line.attempts[-1][0]
        line.attempts = (*line.attempts[:-1], (at, state, detail))
        draft = Draft(self.key, at, "Envoi")
        draft.tell("delivery_failed", f"Le message à {self.citizen.email} n’a pas pu être remis.", detail=detail)
        self.columns["alarm"] = "delivery_failed"
        self._absorb(draft)

    def next_due(self, *, by_law: bool = False) -> datetime | None:
        """The earliest deadline that presses now, or the earliest of those of the law."""
        return Draft(self.key, self.last_at, "").next_due(self._standing().deadlines, law=by_law)

    # -- the machinery

    def _facts(self, at: datetime, account: str) -> Facts:
        made, here = self.place.made, self.place.collectivity
        named = made.addresses()
        services = tuple(
            ServiceFact(here.id, s.id, s.slug, s.name, is_default=rank == 0) for rank, s in enumerate(self.place.services.values())
        )
        by_slug = {s.slug: s.id for s in services}
        recipients = (RecipientMatch(account, here.id, by_slug.get(named[account] or "")),) if account in named else ()
        return Facts(
            now=at, received_account=account, fallback_collectivity_id=here.id, recipients=recipients, services=services,
            rules=self.place.rules, collectivities=(CollectivityFact(here.id, here.kind, here.name),),
        )  # fmt: skip

    def _mailed(self, written: InboundMessage, at: datetime, account: str) -> Arrival:
        raw = mail.write(written, at)
        domain = written.from_addr.rpartition("@")[2]
        meta = {"by": "lmtp", "mail_from": written.from_addr, "rcpt_to": list(written.to), "helo": f"mx.{domain}", "peer": "127.0.0.1"}
        return Arrival("email", account, f"{written.message_id}", raw, self.key.collectivity_id, meta)

    def _spoken(self, written: InboundMessage, at: datetime, arrival: Arrival, outcome: str, reason: str) -> None:
        message = NewMessage(
            direction="in", channel=arrival.channel, at=at, author_name=written.from_name, from_addr=written.from_addr,
            to_addrs=tuple(written.to), subject=written.subject, body_text=written.reply_text, quoted_text=written.quoted_text,
            mail_id=written.message_id, mail_references=tuple(written.references), is_auto=written.is_auto,
        )  # fmt: skip
        self.lines.append(Line(message, tuple(written.attachments), arrival, outcome, reason))

    def _say(self, at: datetime, by: Colleague, subject: str, text: str, files: Sequence[str]) -> None:
        domain = self.place.made.domain
        message = NewMessage(
            direction="out", channel="email", at=at, author_id=by.id, author_name=by.name, to_addrs=(self.citizen.email,), subject=subject,
            body_text=text, mail_id=self.common.signer.mail_id(self.reference, domain),
            delivery=NewDelivery("email", self.citizen.email, automatic=False, state="sent"),
        )  # fmt: skip
        sent = at + timedelta(seconds=4)
        self.lines.append(Line(message, _files(files), attempts=((sent, "sent", "250 2.0.0 Ok: queued"),)))
        self.last_at = at
        self.columns["excerpt"] = excerpt(text)

    def _acknowledged(self, at: datetime) -> None:
        """The acknowledgement left."""
        if not any(line.message.kind == "ack" for line in self.lines):
            return
        draft = Draft(self.key, at, self.place.collectivity.name)
        draft.tell("ack_sent", "L’accusé de réception est parti.", to=self.citizen.email)
        law.noted(draft, "acknowledged", at)
        self._happen(draft, Happening("acknowledged", "system"))

    def _notice(self, at: datetime, name: str, to: str, state: str, fields: Mapping[str, Any]) -> NewMessage | None:
        situation = Situation(
            collectivity=self.place.collectivity, service=self.service, definition=self.definition, reference=self.reference,
            subject=self.subject, requester_name=self.citizen.name, received_at=self.opened_at, tracking_token=self.token,
            public_url=self.common.public_url, answers_by="email", answer_addr=self.citizen.email,
        )  # fmt: skip
        said = notice(situation, name, to, at, state, fields)
        return said and replace(said, mail_id=self.common.signer.mail_id(self.reference, self.place.made.domain))

    def _happen(self, draft: Draft, happening: Happening) -> None:
        at = draft.now
        facts = {"answered": False, "priority": self.priority, "channel": self.channel, "member": False,
                 "assigned": self.assignee is not None, **happening.data}  # fmt: skip
        after = step(self.definition, self.state, replace(happening, data=facts), at, self.fields)
        times = Times(self.definition, self.place.collectivity.region, facts=facts)

        def reckon(kinds: Sequence[str]) -> Sequence[NewDeadline]:
            return times.due(kinds, at, after.fields, after.state)

        standing = self._standing()
        unmet = frozenset(deadline.kind for deadline in standing.deadlines)

        def written(name: str, to: str) -> NewMessage | None:
            return self._notice(at, name, to, after.state, after.fields)

        apply(after.effects, draft, Means(self.definition, reckon, written, standing=unmet))
        law.received(draft, standing, self.opened_at, self.citizen.name)
        phase = self.definition.states[after.state].phase
        if draft.legal or phase != self.columns["phase"]:
            self._follow(draft, is_open=phase == "open")
        self.fields = dict(after.fields)
        self.state = after.state
        self.columns["phase"] = self.definition.states[after.state].phase
        self._absorb(draft)

    def _standing(self) -> law.Standing:
        """What counts in law so far, and the deadlines that are unmet, each known by its place."""
        facts = [LegalFact(n, f.kind, f.at, f.days, f.indispensable, f.decision, f.items) for n, f in enumerate(self.legal)]
        unmet = [(n, running.deadline) for n, running in enumerate(self.deadlines) if running.met_at is None]
        return law.Standing(facts, [OpenDeadline(n, d.kind, d.due_at, None, d.reminds, d.shown, d.reasons) for n, d in unmet])

    def _follow(self, draft: Draft, *, is_open: bool) -> None:
        law.follow(draft, self._standing(), self.definition, self.place.collectivity.region, is_open=is_open)

    def _absorb(self, draft: Draft) -> None:
        """What a step drafted becomes part of the story."""
        self.legal.extend(draft.legal)
        self.deadlines = [running for n, running in enumerate(self.deadlines) if n not in draft.voided]
        for message in draft.messages:
            sent = draft.now + timedelta(seconds=6)
            self.lines.append(Line(message, attempts=((sent, "sent", "250 2.0.0 Ok: queued"),)))
        self.events.extend(draft.events)
        self.columns |= draft.columns
        self.deadlines.extend(Running(deadline) for deadline in draft.deadlines)
        for kind in draft.met:
            self._met(kind, draft.now)

    def _met(self, kind: str, at: datetime) -> None:
        for running in self.deadlines:
            if running.deadline.kind == kind and running.met_at is None:
                running.met_at = at


def _files(names: Sequence[str]) -> tuple[Attachment, ...]:
    return tuple(Attachment(name, *sample(name)) for name in names)
