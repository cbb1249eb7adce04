"""What is heard of a call, and how it adds up: in any order, any number of times, with anything missing. Pure.

Switchboards say things late, twice and in part, and write a record of the call besides. So nothing is a step from one state to another:
what was said is kept by kind and by whom it is about, and each piece is joined to what is known of the same by operations that mind
neither order nor repetition (the earliest moment, the text that is there, the union of names). A call is read from the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import reduce
from typing import Any, Literal

Kind = Literal["ring", "answer", "hangup"]
State = Mapping[str, Mapping[str, Any]]  # as a row keeps it: plain JSON
NOTHING: State = {}

_RECORD = "record:"
_LAST = f"{_RECORD}hangup:"  # of its legs, the last one ends a call; an event that is repeated comes later than the first
LONGEST = 250  # characters of any text a switchboard sends
MOST_PIECES = 500  # pieces and names of one call: a group rings many desks, and a call is passed on, but not so often


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing said of a call: it rings, somebody takes it, it is over. Whatever was not said is empty.

    `caller` and `called` are numbers as `grc.people.phone` spells them, `lines` are who it is about: extensions, names, addresses.
    `recorded`: a record of the switchboard says so, whose times are exact; else it was told as it happened.
    """

    call_id: str
    kind: Kind
    at: datetime
    caller: str = ""
    called: str = ""
    direction: str = ""  # in | out | internal
    lines: Sequence[str] = ()
    queue: str = ""
    cause: str = ""
    recorded: bool = False


def added(state: State, heard: Iterable[Heard]) -> State:
    """What is known once these things were heard as well, each as often as it was and in whatever order."""
    return reduce(joined, (_piece(one) for one in heard), state)


def full(state: State) -> bool:
    """Whether so much is known of a call that nothing more is taken in: a switchboard that is out of its mind ends here."""
    return sum(1 + len(piece.get("lines", ())) for piece in state.values()) >= MOST_PIECES


def joined(one: State, other: State) -> State:
    """Both together. Commutative, associative, and the same thing twice is that thing."""
    return {key: _met(key, one[key], other[key]) if key in one and key in other else one.get(key) or other[key] for key in {**one, **other}}


def _piece(heard: Heard) -> State:
    about = "+".join(sorted(heard.lines)) if heard.kind == "answer" else ""  # one who takes over is not the one who took it first
    said = {
        "at": heard.at.astimezone(UTC).isoformat(),
        "caller": heard.caller,
        "called": heard.called,
        "direction": heard.direction,
        "lines": sorted(set(heard.lines)),
        "queue": heard.queue,
        "cause": heard.cause,
    }
    return {f"{_RECORD if heard.recorded else ''}{heard.kind}:{about}": {name: value for name, value in said.items() if value}}


def _met(key: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    met: dict[str, Any] = {}
    for name in {**one, **other}:
        mine, theirs = one.get(name), other.get(name)
        if mine is None or theirs is None:
            met[name] = theirs if mine is None else mine
        elif name == "at":
            met[name] = (max if key == _LAST else min)(mine, theirs)  # all in UTC, written alike
        elif name == "lines":
            met[name] = sorted({*mine, *theirs})
        else:
            met[name] = max(mine, theirs)  # they contradict each other: one of them, the same whoever spoke first
    return met


@dataclass(frozen=True, slots=True)
class Call:
    """A call as it stands. Times are what is known of them; `waited` and `talked` are seconds.

    `outcome`: ringing, talking, answered, missed, forwarded, or not_reached where it is we who called.
    """

    direction: str
    other: str  # the number outside; empty: hidden
    own: str  # the number of ours
    outcome: str
    rang_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    cause: str
    queue: str
    lines: Sequence[str]  # of whoever has it, or had it last
    recorded: bool

    @property
    def waited(self) -> int | None:
        """How long it rang, where that is known."""
        until = self.answered_at or (self.ended_at if self.outcome in ("missed", "not_reached", "forwarded") else None)
        return _seconds(self.rang_at, until)

    @property
    def talked(self) -> int | None:
        """How long they spoke, where that is known."""
        return _seconds(self.answered_at, self.ended_at) if self.outcome == "answered" else None


def call(state: State, own: Sequence[str] = ()) -> Call:
    """The call that was heard of; `own` are the numbers of the collectivity. What was heard must not be nothing."""
    pieces = [(key.removeprefix(_RECORD), key.startswith(_RECORD), piece) for key, piece in sorted(state.items())]
    rings, answers, ends = ([p for p in pieces if p[0].startswith(kind)] for kind in ("ring:", "answer:", "hangup:"))
    ordered = [*rings, *answers, *ends]

    def said(name: str) -> str:
        return next((str(piece[name]) for _, _, piece in ordered if piece.get(name)), "")

    rang = _at(rings) or min(datetime.fromisoformat(piece["at"]) for _, _, piece in pieces)
    answered, ended = _at(answers), _at(ends)
    cause = next((str(piece["cause"]) for _, _, piece in ends if piece.get("cause")), "")
    told = [piece for _, _, piece in ends if piece.get("lines")]
    taken = bool(answers) or (bool(told) and cause in ("", "normalClearing"))  # nobody said who took it, but somebody hung it up
    way = _way(said("direction"), said("caller"), said("called"), own)
    return Call(
        direction=way,
        other=_other(way, said("caller"), said("called")),
        own=said("caller") if way == "out" else said("called"),
        outcome=_outcome(way, cause, taken=taken, ended=bool(ends)),
        rang_at=min(rang, *(moment for moment in (answered, ended) if moment)) if answered or ended else rang,
        answered_at=answered,
        ended_at=ended,
        cause=cause,
        queue=said("queue"),
        lines=_holder(answers) or (tuple(told[0]["lines"]) if told and taken else ()) or (_called(rings) if way == "out" else ()),
        recorded=any(recorded for _, recorded, _ in pieces),
    )


def _at(pieces: Sequence[tuple[str, bool, Mapping[str, Any]]]) -> datetime | None:
    """The earliest moment; of records where there are any, since what is told as it happens comes late."""
    exact = [piece for _, recorded, piece in pieces if recorded] or [piece for _, _, piece in pieces]
    return min((datetime.fromisoformat(piece["at"]) for piece in exact), default=None)


def _holder(answers: Sequence[tuple[str, bool, Mapping[str, Any]]]) -> Sequence[str]:
    """Whoever took it last: it was passed on to him."""
    named = [piece for _, _, piece in answers if piece.get("lines")]
    last = max(named, key=lambda piece: (datetime.fromisoformat(piece["at"]), piece["lines"]), default=None)
    return tuple(last["lines"]) if last else ()


def _called(rings: Sequence[tuple[str, bool, Mapping[str, Any]]]) -> Sequence[str]:
    return next((tuple(piece["lines"]) for _, _, piece in rings if piece.get("lines")), ())


def _way(said: str, caller: str, called: str, own: Sequence[str]) -> str:
    """The direction: what the numbers prove before what was said, since a call from one desk to another is told as `in` by many."""
    inside = (is_extension(caller) or caller in own, is_extension(called) or called in own)
    if all(inside) and not (said == "out" and called not in own and is_service(called)):
        return "internal"
    if said in ("in", "out", "internal"):
        return said
    return "out" if inside[0] else "in"


def _other(way: str, caller: str, called: str) -> str:
    return caller if way == "in" else called


def _outcome(way: str, cause: str, *, taken: bool, ended: bool) -> str:
    if taken:
        return "answered" if ended else "talking"
    if not ended:
        return "ringing"
    if way == "out":
        return "not_reached"
    return "forwarded" if cause == "forwarded" else "missed"


def is_extension(number: str) -> bool:
    """Whether this is a desk of the house: two to five digits."""
    return number.isdecimal() and len(number) <= 5


def is_service(number: str) -> bool:
    """Whether this short number is one of the outside: emergencies (15, 112…), 116 000, 3919."""
    return number in ("15", "17", "18") or (number.startswith(("11", "3")) and len(number) in (3, 4, 6))


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(0, round((end - start).total_seconds())) if start and end else None
