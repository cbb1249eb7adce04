"""What an action is about to write on one ticket, while it thinks: it ends as one `Changes`, written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.actions.held import TOLD
from grc.tickets.model import (
    Changes,
    MovedDeadline,
    NewDeadline,
    NewErrand,
    NewEvent,
    NewLegalFact,
    NewLink,
    NewMessage,
    NewPerson,
    NewTicket,
    OpenDeadline,
    Ticket,
    TicketKey,
)
from workflows.legal_due import KINDS, PRESSING

EXCERPT = 140  # characters of the last public message shown in the inbox


@dataclass(frozen=True, slots=True)
class Alert:
    """Something of the law that people must hear of by mail: `reminder` and `late` are for the agent in charge, or the heads of the service
    where there is none, as is `items_missing`; `above` is for the heads, `implicit_decision` for all of them."""

    what: str
    kind: str
    due_at: datetime


@dataclass(slots=True)
class Draft:
    """Grows while an action goes on. `who` and `agent_id` sign its lines of the timeline."""

    key: TicketKey
    now: datetime
    who: str
    agent_id: int | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    messages: list[NewMessage] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    deadlines: list[NewDeadline] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    restarted: list[str] = field(default_factory=list)  # those that stood are over, since they begin anew
    paused: list[str] = field(default_factory=list)
    resumed: list[MovedDeadline] = field(default_factory=list)
    links: list[NewLink] = field(default_factory=list)
    errands: list[NewErrand] = field(default_factory=list)
    papers: list[tuple[str, str]] = field(default_factory=list)  # documents to write before this is, and for whom
    legal: list[NewLegalFact] = field(default_factory=list)
    voided: list[int] = field(default_factory=list)  # deadlines of the law that others replace
    begun: set[str] = field(default_factory=set)  # those that begin with this
    alerts: list[Alert] = field(default_factory=list)  # whoever fires deadlines hands them on

    def tell(self, what: str, why: str = "", *, who: str | None = None, **data: Any) -> None:
        """Adds a line to the timeline."""
        signed = self.agent_id if who is None else None
        self.events.append(NewEvent(at=self.now, who=who or self.who, what=what, why=why, agent_id=signed, data=data))

    def send(self, message: NewMessage) -> None:
        """Adds a message that the service writes by itself. One that waits for an agent, since its address has had many, says so."""
        self.messages.append(message)
        if message.delivery is not None and message.delivery.state == "held":
            self.columns |= {"alarm": "ack_held", "alarm_text": TOLD[message.delivery.held]}
            self.tell("ack_held", TOLD[message.delivery.held])

    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        said = (self.columns, self.messages, self.events, self.errands, self.legal)
        return not any((*said, self.met, self.deadlines, self.paused, self.resumed, self.voided))

    def next_due(self, already: Sequence[OpenDeadline], *, law: bool = False) -> datetime | None:
        """The earliest deadline that presses once this is written, or the earliest of those of the law; `already` are those unmet before.

        One that stands still, a timer, a reminder, or what only comes to pass, presses nobody.
        """
        presses = _presses_by_law if law else _presses
        freed = {moved.id: moved.due_at for moved in self.resumed}
        standing = [
            freed.get(d.id, d.due_at)
            for d in already
            if d.kind not in (*self.met, *self.restarted)
            and d.id not in self.voided
            and presses(d)
            and (d.id in freed or (d.paused_at is None and d.kind not in self.paused))
        ]
        begun = [d.due_at for d in self.deadlines if d.kind not in self.met and presses(d) and d.paused_at is None]
        return min([*standing, *begun], default=None)

    def opening(self, ticket: NewTicket, person: NewPerson | None) -> Changes:
        """The whole as one change that opens a ticket."""
        return self._changes(person, ticket)

    def amending(self, ticket: Ticket) -> Changes:
        """The whole as one change of an existing ticket."""
        if "alarm" in self.columns:
            self.columns.setdefault("alarm_text", None)  # the words of the alarm before are not this one's
        if self.deadlines or self.met or self.paused or self.resumed or self.voided:
            self.columns["due_at"] = self.next_due(ticket.open_deadlines)
            self.columns["legal_due_at"] = self.next_due(ticket.open_deadlines, law=True)
        return self._changes(None, None)

    def _changes(self, person: NewPerson | None, ticket: NewTicket | None) -> Changes:
        return Changes(
            key=self.key, person=person, open=ticket, columns=self.columns, messages=tuple(self.messages), events=tuple(self.events),
            deadlines=tuple(self.deadlines), met=(*self.met, *self.restarted), paused=tuple(self.paused), resumed=tuple(self.resumed),
            links=tuple(self.links), errands=tuple(self.errands), legal=tuple(self.legal), voided=tuple(self.voided), at=self.now,
        )  # fmt: skip


def _presses(deadline: OpenDeadline | NewDeadline) -> bool:
    return deadline.reminds is None and deadline.shown != "nobody" and (deadline.kind in PRESSING or deadline.kind not in KINDS)


def _presses_by_law(deadline: OpenDeadline | NewDeadline) -> bool:
    return deadline.reminds is None and deadline.kind in PRESSING


def excerpt(text: str) -> str:
    """The first words of a message, on one line."""
    words = " ".join(text[: EXCERPT * 4].split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rsplit(" ", 1)[0] + "…"
