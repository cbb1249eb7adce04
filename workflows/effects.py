"""What the engine asks for, as values: each is data, and `grc/actions/effects.py` carries it out in the ticket's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Send the acknowledgement of receipt (ARE) by the way the citizen came in."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Send the notice of this name: to whoever asked, to the third party of the ticket, or to the agents as a note."""

    template: str
    to: Literal["requester", "third", "agents"] = "requester"


@dataclass(frozen=True, slots=True)
class StartDeadlines:
    """Compute and keep the deadlines of the definition: all of them where no kind is named, else those named, afresh."""

    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetDeadline:
    """The unmet deadline of this kind is met now, and its reminders are void. None of that kind: nothing to do."""

    kind: str


@dataclass(frozen=True, slots=True)
class PauseDeadlines:
    """These deadlines stand still from now on: the new state pauses them."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResumeDeadlines:
    """These deadlines run again, with the time they had left."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A person must look; the word says at what (`implicit_decision`, `review_link`…), the sentence what a type says of its own."""

    word: str
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A line of the timeline: what happened, and why in a French sentence a citizen could be told."""

    what: str
    why: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MarkUnread:
    """The citizen spoke last: show the ticket as new."""


@dataclass(frozen=True, slots=True)
class MarkRead:
    """An agent dealt with it: it is no longer new."""


@dataclass(frozen=True, slots=True)
class CloseTicket:
    """The ticket went from an open state to a closed one: the deadlines of its type end with it, those of the law do not."""


@dataclass(frozen=True, slots=True)
class ReopenTicket:
    """The ticket went from a closed state to an open one."""


@dataclass(frozen=True, slots=True)
class AssignService:
    """Give the ticket to a service of its collectivity, by its slug. No such service: the timeline says so."""

    slug: str


@dataclass(frozen=True, slots=True)
class AssignTo:
    """Give the ticket to whoever acts, or to nobody."""

    whom: Literal["actor", "nobody"]


@dataclass(frozen=True, slots=True)
class SetField:
    """A field of the ticket takes a value; None empties it."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Prioritise:
    """The ticket takes this priority, 1 urgent to 4 none."""

    priority: int


@dataclass(frozen=True, slots=True)
class CreateLinked:
    """Open a ticket of this type, linked to this one; `where` is `here`, `agency`, or the collectivity's number as text."""

    type: str
    where: str
    subject: str
    fields: Mapping[str, Any]
    waits: bool


@dataclass(frozen=True, slots=True)
class TellLinked:
    """Each ticket linked below this one makes the transition, or sends these words to whoever asked there."""

    transition: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Produce:
    """Write the document of this name: kept with the ticket, or sent."""

    document: str
    to: Literal["ticket", "requester"]


@dataclass(frozen=True, slots=True)
class Enter:
    """Add a line with these values to a register of the collectivity, about the member who asks."""

    register: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CallHook:
    """Tell the program that the collectivity has set under this name."""

    hook: str


Effect = (
    Acknowledge
    | Notify
    | StartDeadlines
    | MeetDeadline
    | PauseDeadlines
    | ResumeDeadlines
    | Alarm
    | Record
    | MarkUnread
    | MarkRead
    | CloseTicket
    | ReopenTicket
    | AssignService
    | AssignTo
    | SetField
    | Prioritise
    | CreateLinked
    | TellLinked
    | Produce
    | Enter
    | CallHook
)
