"""What routing is told (facts), and what it answers (a decision with its reasons)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from grc.collectivities.model import REPLY_DAYS
from grc.tickets.model import TicketKey

Outcome = Literal["open", "append", "duplicate", "filter"]

ThreadProof = Literal["portal", "conversation", "hmac_reply", "hmac_mail_id", "mail_id", "reference", "forged"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a decision was taken: a word for the program, a French sentence for the citizen."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class CollectivityFact:
    """A collectivity the message may go to, named so that reasons can name it. `reply_days` after its closing, a reply to a request
    opens another one."""

    id: int
    kind: str
    name: str
    reply_days: int = REPLY_DAYS


@dataclass(frozen=True, slots=True)
class RecipientMatch:
    """An address of the message that is known: without its plus-tag, in lower case, and the tag apart."""

    address: str
    collectivity_id: int
    service_id: int | None = None
    tag: str = ""


@dataclass(frozen=True, slots=True)
class ServiceFact:
    """A service of a collectivity the message may go to."""

    collectivity_id: int
    id: int
    slug: str
    name: str
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class RuleFact:
    """A rule of a collectivity as it is stored; `rules.py` reads it, and one that cannot be understood stops no mail."""

    collectivity_id: int
    position: int
    name: str
    conditions: Mapping[str, Any]
    outcome: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ThreadFact:
    """A ticket that the message may continue, and by what it says so.

    `portal`: the channel proved it (the citizen's own page). `conversation`: its sender talks of it with one of our accounts on a
    network. `hmac_reply`, `hmac_mail_id`: a mark of ours that holds, in the
    address or in References. `mail_id`: a Message-ID kept in a ticket. `reference`: written in the subject. `forged`: a mark
    that looks like ours and does not hold.
    """

    how: ThreadProof
    collectivity_id: int
    ticket_id: int
    reference: str
    phase: Literal["open", "closed"]
    closed_at: datetime | None
    service_id: int
    sender_takes_part: bool
    third: bool = False  # the message is a third party's: an editor's, a supplier's, to whom the service wrote about the ticket
    merged: str = ""  # the reference the message named, where that is a duplicate of this ticket
    answer_addr: str = ""  # where our answers go
    via: int | None = None  # the collectivity in which the message names it; another than its own: the request passed from there

    def is_of(self, collectivity_id: int) -> bool:
        """Whether a mail to this collectivity may continue it: it has the request, or had it."""
        return (self.via or self.collectivity_id) == collectivity_id


@dataclass(frozen=True, slots=True)
class AgentFact:
    """The agent whose address the sender bears, in use or not, and the services he serves: (collectivity, service), None for all of them.

    `authenticated`: a mail server that we trust found that the mail comes from his domain. Else anybody may bear his address.
    """

    id: int
    name: str
    active: bool
    serves: tuple[tuple[int, int | None], ...] = ()
    authenticated: bool = False

    def is_of(self, collectivity_id: int) -> bool:
        """Whether he is, or was, an agent there."""
        return not self.active or any(place == collectivity_id for place, _ in self.serves)

    def answers_for(self, collectivity_id: int, service_id: int) -> bool:
        """Whether what he writes may be the answer of this service."""
        mine = any(place == collectivity_id and service in (None, service_id) for place, service in self.serves)
        return self.active and self.authenticated and mine


@dataclass(frozen=True, slots=True)
class SameFact:
    """A message kept already under the Message-ID of this one. `same_words` is false where it says something else: some senders
    give all their messages one Message-ID, and none of them may be lost."""

    collectivity_id: int
    ticket_id: int
    message_id: int
    same_words: bool = True


@dataclass(frozen=True, slots=True)
class TypeFact:
    """A type of request that the message names, as it is in force in the collectivity it reached; `service` is in charge by default."""

    collectivity_id: int
    name: str
    title: str
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a decision rests on besides the message, read by the caller in one query."""

    now: datetime
    received_account: str  # the address, number or page it came in by
    fallback_collectivity_id: int  # whose account that is
    recipients: tuple[RecipientMatch, ...] = ()
    services: tuple[ServiceFact, ...] = ()  # of every collectivity named here
    types: tuple[TypeFact, ...] = ()  # that the message names; none where there is no such type
    rules: tuple[RuleFact, ...] = ()
    threads: tuple[ThreadFact, ...] = ()
    agent: AgentFact | None = None
    disproved: bool = False  # a mail server that we trust found that the mail does not come from the domain it says
    same_message: SameFact | None = None
    own_addresses: frozenset[str] = frozenset()  # those of them, and the sender's, that are addresses of the service
    collectivities: tuple[CollectivityFact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of a message, and why."""

    outcome: Outcome
    collectivity_id: int
    service_id: int | None = None  # always there when the outcome is open
    type: str = "general"
    priority: int = 2
    ticket: TicketKey | None = None  # the ticket it joins, or that has it already
    third: bool = False  # it is a third party's: whoever asked does not read it
    proven: bool = False  # it joins by a mark that only who takes part was given; else by its sender, which anybody may write
    linked_ticket_id: int | None = None  # the ticket it names without a right to: for an agent to look at
    follows: TicketKey | None = None  # the ticket closed long ago that it replies to: the new one is linked with it
    by_agent: AgentFact | None = None  # an agent of the service wrote it, from his own mail program
    public: bool = False  # what that agent wrote is the answer to whoever asked; else a note
    direct: bool = False  # which whoever asked has got from him already
    alarm: str | None = None
    reasons: tuple[Reason, ...] = ()
