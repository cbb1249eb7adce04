"""The face every channel has, and what the core hands to it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from grc.messages.model import Accepted, Arrival, InboundMessage, OutboundMessage, Received, Rejected, Sent, Settled, TryLater

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.db.transaction import Database, Transaction
    from grc.messages.accounts import Account, NewAccount
    from grc.settings import Settings
    from grc.web.route import Route

Accept = Callable[[Arrival], Awaitable[Accepted | Rejected | TryLater]]


@dataclass(frozen=True, slots=True)
class Health:
    """One line of `grc doctor`: what was looked at, how it is, and what to do about it (empty when nothing)."""

    what: str
    ok: bool
    detail: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """What a channel may use of the house: settings, database, and the one way to hand in what arrives."""

    settings: Settings
    db: Database
    accept: Accept


class Channel(Protocol):
    """A way in and out. One folder of `channels/` exposes `channel(room) -> Channel`; the core knows nothing else of it."""

    name: str
    label: str  # how a French sentence calls it: « courriel », « formulaire »
    icon: str  # its sign in lists, a lucide name; the label is always beside it for who does not see it
    answers_by: str  # the channel through which an answer leaves: its own name, or "email" for a form

    def routes(self) -> Iterable[Route]:
        """Its pages and hooks: a form, a webhook, a desk. Empty where it has none."""
        ...

    def parse(self, received: Received) -> InboundMessage:
        """The message these bytes hold. Pure, bounded, never raises on any input: what it cannot read becomes a defect."""
        ...

    async def check(self) -> list[Health]:
        """What `grc doctor` says of its accounts."""
        ...

    async def listen(self, stop: asyncio.Event) -> None:
        """Takes in what arrives until `stop` is set; returns at once where others call in (forms, webhooks)."""
        ...

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt to send, bounded in time; never raises for what the other side does."""
        ...


@runtime_checkable
class HasAccounts(Protocol):
    """What a channel has besides, where an operator gives it accounts: `grc account` knows no more of it than this."""

    def read_account(self, values: Mapping[str, str]) -> NewAccount:
        """The account that KEY=VALUE pairs describe. Raises BadInput, naming the key."""
        ...

    async def test_account(self, account: Account) -> Sequence[Health]:
        """Whether the account works, tried now."""
        ...

    def hook(self, account: Account) -> str | None:
        """The path that an outside service is to call for this account, or None where nobody calls."""
        ...


@runtime_checkable
class Listens(Protocol):
    """What a channel has besides, where it listens to accounts all the time: a page asks how they are, hundreds at once."""

    def account_health(self, account: Account, now: datetime) -> Health:
        """How an account is, by what its listener wrote down. Pure: nobody is asked."""
        ...


@runtime_checkable
class HasKinds(Protocol):
    """What a channel has besides, where its senders have no mail address."""

    kinds: Sequence[str]  # of addresses its senders may have (`grc.messages.address`); whatever else a message claims is dropped


@runtime_checkable
class Weighs(Protocol):
    """What a channel has besides, where it looks at an arrival before anybody decides: a dialogue, the events of a call."""

    async def weigh(
        self, tx: Transaction, house: House, received: Received, message: InboundMessage, now: datetime
    ) -> InboundMessage | Settled:
        """The message to go on with, or what became of it. Within the transaction that receives it; no network, no disk."""
        ...


@runtime_checkable
class Overhears(Protocol):
    """What a channel has besides, where messages of others are its business: a voice message that a switchboard sends by mail."""

    async def overhear(self, tx: Transaction, received: Received, message: InboundMessage, now: datetime) -> InboundMessage | None:
        """The message to go on with, or None where it is none of its business. As `weigh`; called for every message: quick to say no."""
        ...


@runtime_checkable
class Fetches(Protocol):
    """What a channel has besides, where files of its messages lie at a provider."""

    async def fetch(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with its `remote` files attached, a defect for each that will never come. No database is held.

        Raises Unavailable where it may succeed later: it is tried again for a while, then the message goes on without.
        """
        ...


@dataclass(frozen=True, slots=True)
class WayNote:
    """What an agent must know before he answers by this way.

    `until`: when the other side no longer takes an answer; `why_not`: why nothing can leave now; `public`: the answer may stand where all
    can read it, if he chooses so.
    """

    label: str  # « Telegram », « SMS », « message privé de Mastodon »
    until: datetime | None = None
    why_not: str = ""
    public: bool = False


@runtime_checkable
class Says(Protocol):
    """What a channel has besides, where answers leave by it and there is something to know of that."""

    def way(self, address: str, post: Mapping[str, object], last_in_at: datetime | None, now: datetime) -> WayNote:
        """How an answer to this address would leave now; `post` is of the last message from there. Pure."""
        ...


def with_accounts(channel: object) -> HasAccounts | None:
    """The channel as `grc account` sees it, or None where it has no accounts."""
    return channel if isinstance(channel, HasAccounts) else None
