"""What a ticket is made of, as the actions handle it: values, never rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.collectivities.model import Region


@dataclass(frozen=True, slots=True)
class TicketKey:
    """Which ticket: its collectivity first, as everywhere."""

    collectivity_id: int
    id: int


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stands, locked by the transaction that read it."""

    key: TicketKey
    reference: str
    type: str
    version: int
    state: str
    phase: str
    service_id: int
    service_name: str
    assignee_id: int | None
    priority: int
    subject: str
    requester_id: int
    requester_name: str
    channel: str
    answer_channel: str  # the way back: by which channel, to which address, an answer leaves; empty when unknown
    answer_addr: str
    tracking_token: str | None
    closed_at: datetime | None
    region: Region
    answered: bool  # an agent has written to the citizen
    open_deadlines: Sequence[OpenDeadline] = ()
    variant: int = 0  # the settings of its collectivity on its type; 0: none
    fields: Mapping[str, Any] = field(default_factory=dict)
    on_behalf_of: int | None = None
    third_addr: str = ""  # the third party it was last escalated to
    opened_at: datetime | None = None
    calendar: Mapping[str, Any] | None = None  # the opening hours that the collectivity has set
    linked: int = 0  # tickets linked below that it waits for, still open
    legal: Sequence[LegalFact] = ()
    alarm: str | None = None
    passed_to: int | None = None  # sealed: the body that has the request now, or had it next
    answer_account: str = ""  # the account of that channel by which answers leave

    def delivery(self, *, automatic: bool) -> NewDelivery:
        """The way in which an answer leaves by itself."""
        return NewDelivery(self.answer_channel, self.answer_addr.lower(), automatic, account=self.answer_account)

    def facts(self) -> dict[str, Any]:
        """What a definition may always ask of a ticket, beside its fields."""
        return {
            "answered": self.answered, "priority": self.priority, "channel": self.channel, "member": self.on_behalf_of is not None,
            "assigned": self.assignee_id is not None,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenDeadline:
    """A deadline that is neither met nor passed. `reminds` names the one this is a reminder of; `paused_at` since when it stands still."""

    id: int
    kind: str
    due_at: datetime
    paused_at: datetime | None = None
    reminds: str | None = None
    shown: str = "agents"
    reasons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LegalFact:
    """What happened to a ticket in the eyes of the law, as it stands: corrected dates take the place of those they correct."""

    id: int
    kind: str
    at: datetime
    days: int | None = None
    indispensable: bool = True
    decision: str | None = None
    items: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file already put among the blobs, to be tied to a message."""

    name: str
    type: str
    size: int
    digest: bytes
    inline: bool = False
    content_id: str | None = None


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A message that must leave: by which channel, to whom, and whether a machine decided it."""

    channel: str
    to_addr: str
    automatic: bool
    state: str = "created"
    not_before: datetime | None = None
    held: str = ""  # why it is `held`: a word of `grc.actions.held`, for the timeline
    account: str = ""  # of the channel; empty: the one it takes by itself
    public: bool = False  # where all may read it


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A line of the conversation about to be written, with the files it carries and the way it leaves, if it does."""

    direction: str
    channel: str
    at: datetime
    author_name: str
    body_text: str
    kind: str = "message"
    author_id: int | None = None
    from_addr: str = ""
    to_addrs: Sequence[str] = ()
    cc_addrs: Sequence[str] = ()
    subject: str = ""
    quoted_text: str = ""
    body_html: str | None = None
    mail_id: str | None = None
    mail_references: Sequence[str] = ()
    is_auto: bool = False
    defects: Sequence[str] = ()
    received_id: int | None = None
    attachments: Sequence[NewAttachment] = ()
    delivery: NewDelivery | None = None
    audience: str = "public"  # "third": between us and a third party; "machine": between us and another program
    post: Mapping[str, Any] = field(default_factory=dict)  # what answering it takes, in the words of its channel


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A line of the timeline: who, what, when, why. `why` is a French sentence that a citizen could be told."""

    at: datetime
    who: str
    what: str
    why: str = ""
    agent_id: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """A date something is due, with its article and the reasoning that led to it."""

    kind: str
    due_at: datetime
    article: str
    reasons: Sequence[str] = ()
    shown: str = "everybody"  # or "agents", "nobody": a timer
    reminds: str | None = None  # a reminder of that deadline, nothing by itself
    paused_at: datetime | None = None  # it begins standing still


@dataclass(frozen=True, slots=True)
class NewLegalFact:
    """Something about to be kept for the law. `at` is the moment that counts; `supersedes` is what it corrects, `void` that it did not
    happen. An agent signs; without one, who did it is named."""

    kind: str
    at: datetime
    who: str
    agent_id: int | None = None
    days: int | None = None
    indispensable: bool = True
    items: Sequence[str] = ()
    decision: str | None = None
    way: str = ""
    why: str = ""
    supersedes: int | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class MovedDeadline:
    """A deadline that stood still runs again, until this new moment."""

    id: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class NewLink:
    """A ticket that belongs together with this one: `above`, `below` or `beside` it. Each side has a row of its own."""

    kind: str
    other: TicketKey
    reference: str
    title: str
    place: str
    waits: bool = False
    closed: bool = False


@dataclass(frozen=True, slots=True)
class NewErrand:
    """What the worker must do beyond this ticket once this is committed: a word that `grc/actions/errands.py` knows, and its data."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody met for the first time, and the address he was met at (empty: none)."""

    id: int
    name: str
    kind: str
    value: str
    met_at: datetime
    label: str = ""  # how a person would say the address


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket about to be opened."""

    key: TicketKey
    reference: str
    type: str
    version: int
    state: str
    phase: str
    service_id: int
    priority: int
    subject: str
    requester_id: int
    requester_name: str
    channel: str
    tracking_token: str
    opened_at: datetime
    unread: bool
    excerpt: str
    answer_channel: str = ""
    answer_account: str = ""
    answer_addr: str = ""
    due_at: datetime | None = None
    assignee_id: int | None = None
    alarm: str | None = None
    alarm_text: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    variant: int = 0
    on_behalf_of: int | None = None
    legal_due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """All that one action writes on one ticket, computed before anything is written and written by one statement.

    `columns` are the new values of columns of an existing ticket; absent ones stay.
    """

    key: TicketKey
    person: NewPerson | None = None
    open: NewTicket | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    messages: Sequence[NewMessage] = ()
    events: Sequence[NewEvent] = ()
    deadlines: Sequence[NewDeadline] = ()
    met: Sequence[str] = ()  # kinds of deadlines met at the moment of the first event, with their reminders
    paused: Sequence[str] = ()  # kinds of deadlines that stand still from that moment, with their reminders
    resumed: Sequence[MovedDeadline] = ()
    links: Sequence[NewLink] = ()
    errands: Sequence[NewErrand] = ()
    legal: Sequence[NewLegalFact] = ()
    voided: Sequence[int] = ()  # deadlines of the law that others replace, with their reminders
    at: datetime | None = None
