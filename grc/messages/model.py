"""What crosses the program: a received thing, the message read from it, and a message that leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from grc.messages.oversize import Oversize

NO_MAPPING: Mapping[str, Any] = {}
NO_TICKET = 0  # of a mail to an agent of ours, which belongs to none


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a channel hands to `accept`: the bytes as they came, and what the source says about them.

    `source_id` is what makes it the same thing when the source offers it again (Message-ID and recipient, UID, form number); `keys` are
    by what an operator may look for it, each once, in lower case. Arrivals of one `conversation` of an account are decided one after the
    other, in the order they came; `wait`: not before, since others may belong to it.
    """

    channel: str
    account: str
    source_id: str
    raw: bytes
    collectivity_id: int
    meta: Mapping[str, Any] = field(default_factory=dict)
    keys: Sequence[str] = ()
    conversation: str = ""
    wait: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Received:
    """A row of the ledger with its bytes, as a channel's `parse` sees it."""

    id: int
    collectivity_id: int
    channel: str
    account: str
    source_id: str
    raw: bytes
    meta: Mapping[str, Any]
    received_at: datetime
    tries: int = 0
    conversation: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file carried by a message. `name` is safe to show and to save: no folder, no control character, never empty."""

    name: str
    type: str
    content: bytes
    inline: bool = False
    content_id: str | None = None

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Remote:
    """A file that lies at the provider. `key` is by what it is fetched there; `size` in bytes, 0 where it is not told."""

    key: str
    name: str
    type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a provider reports of a message of ours: `provider_id` is what it called it, `what` is sent, delivered, read or failed."""

    provider_id: str
    what: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an arrival that its channel has settled by itself: a word of the ledger, and why, in French.

    `ticket` is (collectivity, number) of the ticket it concerns.
    """

    outcome: str  # opened | appended | duplicate | filtered
    reason: str
    ticket: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an agent says of a request that he wrote down for somebody: who did, by which way it came, how its answer leaves, and when it
    came, where that was not now. `addresses` are further ones that were told, not proved; `person_id` whom he recognised."""

    agent_id: int
    agent_name: str
    channel: str
    answers_by: str
    person_id: int | None = None
    received_at: datetime | None = None
    addresses: Sequence[str] = ()
    postal_address: str = ""


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """A message as its channel understood it: pure data, no row number. Every string is valid Unicode without NUL.

    `is_auto` says that a machine wrote it; `may_answer` that an automatic answer may be sent: two facts (RFC 3834).
    """

    from_addr: str = ""
    from_name: str = ""
    reply_to: str = ""
    to: Sequence[str] = ()
    cc: Sequence[str] = ()
    recipients: Sequence[str] = ()  # of the envelope: where it really arrived
    subject: str = ""
    message_id: str | None = None  # ids are without <>
    in_reply_to: str | None = None
    references: Sequence[str] = ()
    date: datetime | None = None
    body_text: str = ""  # all of it
    body_html: str = ""  # cleaned
    reply_text: str = ""  # what was written now
    quoted_text: str = ""  # what was quoted: reply_text and quoted_text together lose no line of body_text
    attachments: Sequence[Attachment] = ()
    is_auto: bool = False
    auto_reason: str = ""  # the signal that says so: "Auto-Submitted: auto-replied"
    may_answer: bool = True
    is_bounce: bool = False
    bounce_of: str | None = None
    oversize: Oversize | None = None  # what it said and carried did not come with it: its sender is told
    defects: Sequence[str] = ()
    evidence: Mapping[str, Any] = field(default_factory=dict)  # what a machine said about it: a delivery notice, authentication results
    # What a form knows and a mail does not
    service_slug: str = ""
    type: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    phone: str = ""
    on_behalf_of: int | None = None  # the collectivity for which a signed-in agent asks: a channel that proved who he is
    ticket_id: int | None = None  # a channel that proved which ticket it continues (the citizen's page)
    taken: Taken | None = None  # an agent wrote it down: a channel that proved who he is
    # What a network knows
    from_label: str = ""  # its sender's address as a person would say it: « @jeanne »
    proves: Sequence[str] = ()  # other addresses that the channel has proved to be the same person's
    collectivity_id: int | None = None  # to whom it is written, where an account is shared by several
    post: Mapping[str, Any] = field(default_factory=dict)  # what answering this very message takes; `public`: all may read it
    remote: Sequence[Remote] = ()
    receipt: Receipt | None = None
    edits: str = ""  # the source id of the message of which this is the new text

    @property
    def report(self) -> Mapping[str, str]:
        """What a machine reports of a mail of ours: kind (bounce, delivered, complaint), of, envelope_id, recipient, action, status,
        detail; nothing where it reports none."""
        found: Mapping[str, str] = self.evidence.get("notice") or {}
        return found

    @property
    def reports(self) -> bool:
        """Whether it tells that a mail of ours did not arrive, or was not wanted: it is never a request."""
        return self.is_bounce or self.report.get("kind") == "complaint"


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message about to leave by a channel, with everything the channel needs to write it."""

    outgoing_id: int
    collectivity_id: int
    ticket_id: int
    reference: str
    channel: str
    to_addr: str
    subject: str
    body_text: str
    body_html: str | None
    sender_name: str  # « Mairie de … »
    sender_addr: str
    reply_to: str  # signed: an answer finds its ticket by it
    mail_id: str  # ids are without <>; the same at every try
    references: Sequence[str]
    automatic: bool  # Auto-Submitted: auto-replied
    at: datetime
    attachments: Sequence[Attachment] = ()
    proof: bool = False  # the law asks for it: where the channel can, that it arrived is to be reported, too
    account: str = ""  # the name of the account it leaves by; empty: whichever the channel takes
    said: str = ""  # its bare words, without signature and link
    link: str = ""  # the page of the request; empty where its reader has none
    kind: str = "message"  # what it is in the life of the ticket: message, ack, notice…, prompt
    answers: Mapping[str, Any] = field(default_factory=dict)  # the `post` of the last message from there
    public: bool = False  # an agent chose to answer where all may read it
    buttons: Sequence[Sequence[Mapping[str, Any]]] = ()  # of a prompt: rows of choices


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one attempt: a state of the ledger of deliveries and the evidence, in the relay's words.

    `not-yet` is no attempt: the channel has its hands full, and is to be asked again at `again`. With a temporary failure, `again` is when
    the provider asks to be tried again, at the earliest. `provider_ids` are what it calls the message: what it reports later names one.
    """

    state: str  # sent | delivered | temporary-failure | permanent-failure | technical-failure | not-yet
    detail: str
    again: datetime | None = None
    provider_ids: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is in the ledger, committed; the source may forget it. `new` is false when it had been taken before."""

    received_id: int
    collectivity_id: int
    new: bool


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will never be taken; `reason` is told to the sender."""

    reason: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not now (database away, disk full); the source must keep it and offer it again."""

    reason: str
