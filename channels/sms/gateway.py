"""What every provider of text messages is to this channel, and what is read from what it says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from grc.messages.channel import Health
from grc.messages.model import Receipt, Sent

TEXT, REPORT = "text", "report"
MOST_BYTES = 64 * 1024  # of a call: a text of ten parts is not two thousand characters

Unknown = Callable[[Sequence[str]], Awaitable[Sequence[str]]]  # those of these source ids that the ledger has not


@dataclass(frozen=True, slots=True)
class Text:
    """A text message that came, as its provider tells it. `refuses`: "stop" or "start" where the provider understood it so."""

    id: str
    sender: str
    to: str
    body: str
    at: datetime | None
    refuses: str = ""
    files: int = 0  # of a multimedia message, which stay at the provider
    defects: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """Something a provider said, to be handed in: `what` is text or report, `raw` its own bytes, `sender` the number it is about."""

    what: str
    id: str
    raw: bytes
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Leaving:
    """A text about to leave. `mark` is the same at every try; `callback` is where the provider may report, empty where it cannot."""

    to: str
    text: str
    mark: str
    written: datetime
    callback: str = field(default="", repr=False)  # its token opens our door


@dataclass(frozen=True, slots=True)
class Called:
    """A provider's call: the address it called as it wrote it, its headers, its query and its body."""

    url: str
    headers: Mapping[str, str]
    query: str
    body: bytes = field(repr=False)


class Gateway(Protocol):
    """A provider of text messages."""

    async def send(self, leaving: Leaving) -> Sent:
        """One attempt. Never raises for what the other side does."""
        ...

    async def sent_before(self, leaving: Leaving, ours: Callable[[Sequence[str]], Awaitable[Sequence[str]]]) -> str | None:
        """What the provider calls this very text where an earlier attempt gave it, though its answer was lost; None where it has it not.

        `ours` gives those of some identifiers that are known to be of other messages. Raises Unavailable.
        """
        ...

    async def news(self, since: datetime, unknown: Unknown) -> Sequence[Said]:
        """The texts that came since and that the ledger has not. Raises Unavailable, Misconfigured."""
        ...

    async def report(self, provider_id: str) -> Said | None:
        """How a text of ours fares, where that is settled. Raises Unavailable, Misconfigured."""
        ...

    async def heard(self, called: Called) -> Sequence[Said] | None:
        """What a call says; None where it is not the provider's. Raises Unavailable where its content cannot be asked for now."""
        ...

    async def standing(self, what: str) -> Health:
        """Whether the account answers, and what is left on it. Never raises for what the other side does."""
        ...


class Reader(Protocol):
    """How the bytes of a provider are read. Pure; what cannot be read becomes a defect."""

    def text(self, raw: bytes) -> Text: ...

    def receipt(self, raw: bytes) -> Receipt | None: ...


def clean(value: object, longest: int = 20_000) -> str:
    """A value as text that any database can hold: no NUL, no half of a surrogate pair; empty where it is no text."""
    if not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "replace").decode("utf-8").replace("\x00", "")[:longest]
