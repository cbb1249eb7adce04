"""What an action is about to write on one ticket, while it thinks: it ends as one `Changes`, written at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.tickets.model import Changes, NewDeadline, NewEvent, NewMessage, NewPerson, NewTicket, Ticket, TicketKey

EXCERPT = 140  # characters of the last public message shown in the inbox


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

    def tell(self, what: str, why: str = "", *, who: str | None = None, **data: Any) -> None:
        """Adds a line to the timeline."""
        signed = self.agent_id if who is None else None
        self.events.append(NewEvent(at=self.now, who=who or self.who, what=what, why=why, agent_id=signed, data=data))

    def next_due(self, already: Sequence[tuple[str, datetime]]) -> datetime | None:
        """The earliest deadline that stands once this is written; `already` are those unmet before."""
        standing = [due for kind, due in already if kind not in self.met]
        return min([*standing, *(d.due_at for d in self.deadlines if d.kind not in self.met)], default=None)

    def opening(self, ticket: NewTicket, person: NewPerson | None) -> Changes:
        """The whole as one change that opens a ticket."""
        return self._changes(person, ticket)

    def amending(self, ticket: Ticket) -> Changes:
        """The whole as one change of an existing ticket."""
        if self.deadlines or self.met:
            self.columns["due_at"] = self.next_due(ticket.open_deadlines)
        return self._changes(None, None)

    def _changes(self, person: NewPerson | None, ticket: NewTicket | None) -> Changes:
        return Changes(
            key=self.key, person=person, open=ticket, columns=self.columns, messages=tuple(self.messages), events=tuple(self.events),
            deadlines=tuple(self.deadlines), met=tuple(self.met), at=self.now,
        )  # fmt: skip


def excerpt(text: str) -> str:
    """The first words of a message, on one line."""
    words = " ".join(text[: EXCERPT * 4].split())
    return words if len(words) <= EXCERPT else words[: EXCERPT - 1].rsplit(" ", 1)[0] + "…"
