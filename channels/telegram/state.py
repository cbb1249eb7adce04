"""How far a dialogue is: all that the bot keeps of it, as the row of its conversation holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from grc.messages.model import Remote

MOST_WORDS, MOST_FILES, MOST_PROVED, MOST_ALBUMS = 20_000, 20, 5, 5

Waits = Literal["", "place", "kind", "words", "address", "code"]


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was mailed to an address: its digest, until when it holds, how often something else was given."""

    address: str
    digest: str
    until: datetime
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that was shared, in degrees, with the address and the commune that are there, where they are known."""

    lat: float
    lon: float
    text: str = ""
    insee: str = ""


@dataclass(frozen=True, slots=True)
class State:
    """What the next message is (`waits`; empty: part of the request, or the first words), for whom, of which type; what was kept of
    earlier ones until that was known; addresses that were proved; when codes were mailed."""

    waits: Waits = ""
    place: str = ""
    kind: str = ""
    words: Sequence[str] = ()
    files: Sequence[Remote] = ()
    spot: Spot | None = None
    proved: Sequence[str] = ()
    code: Code | None = None
    mailed: Sequence[datetime] = ()
    before: Waits = ""  # what was waited for before the address was asked for
    albums: Mapping[str, Sequence[str]] = field(default_factory=dict)  # of each album the arrivals that are one message already
    told_at: datetime | None = None  # when it was last said that words were added

    @property
    def holds(self) -> bool:
        """Whether something was written that no request has yet."""
        return bool(self.words or self.files)

    def keeping(self, words: str, files: Sequence[Remote], spot: Spot | None) -> State:
        """The same with words, files and a place that wait for their request."""
        kept = (*self.words, words) if words and sum(map(len, self.words)) + len(words) <= MOST_WORDS else tuple(self.words)
        return replace(self, words=kept, files=(*self.files, *files)[:MOST_FILES], spot=spot or self.spot)

    def with_album(self, album: str, arrivals: Sequence[str]) -> State:
        """The same once these arrivals are one message; of the latest albums only, since the pictures of one come together."""
        latest = dict(list(self.albums.items())[1 - MOST_ALBUMS :])
        return replace(self, albums={**latest, album: tuple(arrivals)})

    def emptied(self) -> State:
        """The same once a request has what was kept."""
        return replace(self, waits="", words=(), files=(), spot=None, kind="")


_ADAPTER: TypeAdapter[State] = TypeAdapter(State)


def load(kept: Mapping[str, Any]) -> State:
    """The state of a row; a new one where it cannot be read any more."""
    try:
        return _ADAPTER.validate_python(kept)
    except ValidationError:
        return State()


def dump(state: State) -> dict[str, Any]:
    """The state as a row keeps it: what is empty is left out."""
    found: dict[str, Any] = _ADAPTER.dump_python(state, mode="json", exclude_defaults=True)
    return {name: value for name, value in found.items() if value}
