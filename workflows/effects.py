"""What the engine asks for, as values: each is data, and `grc/actions/effects.py` carries it out in the ticket's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """Send the acknowledgement of receipt (ARE) by the way the citizen came in."""


@dataclass(frozen=True, slots=True)
class Notify:
    """Send the citizen the notice of this name, from the `texts/` of the module."""

    template: str


@dataclass(frozen=True, slots=True)
class StartDeadlines:
    """Compute and keep the deadlines of the definition: all of them where no kind is named, else those named, afresh."""

    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MeetDeadline:
    """The unmet deadline of this kind is met now. None of that kind: nothing to do."""

    kind: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """A person must look; the word says at what (`implicit_decision`, `review_link`…)."""

    word: str


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
    """The ticket went from an open state to a closed one."""


@dataclass(frozen=True, slots=True)
class ReopenTicket:
    """The ticket went from a closed state to an open one."""


Effect = Acknowledge | Notify | StartDeadlines | MeetDeadline | Alarm | Record | MarkUnread | MarkRead | CloseTicket | ReopenTicket
