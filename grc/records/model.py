"""What a register is made of once it is kept: values, never rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

What = Literal["added", "changed", "put_away", "brought_back"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a register. `active` is not so where it was put away: it is chosen no more, and stays where it was chosen."""

    id: int
    key: str
    title: str
    data: Mapping[str, Any]
    member_id: int | None
    member: str | None
    active: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page of lines by title; `after` is where the next one begins, empty at the end."""

    lines: Sequence[Line]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a line: of each field what it was and what it became."""

    at: datetime
    who: str
    what: What
    data: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """A line about to be written: a new one where `id` is None. `what` and `changes` are the line of its history."""

    id: int | None
    key: str
    title: str
    data: Mapping[str, Any]
    member_id: int | None
    active: bool
    what: What
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
