"""Deadlines and reminders: how long, on which clock, whose, and when it stands still."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from workflows.parts.base import Name, Part, Words
from workflows.parts.when import Key, When

Count = Annotated[int, Field(ge=1, le=3_660)]


class Span(Part):
    """A length of time: one of these. `field` names a field that holds the number of the unit beside it."""

    minutes: Count | None = None  # of the calendar on the wall
    hours: Count | None = None
    days: Count | None = None
    months: Annotated[int, Field(ge=1, le=120)] | None = None
    working_hours: Count | None = None  # of the service's opening hours
    working_days: Count | None = None
    field: Key | None = None

    @model_validator(mode="after")
    def _one(self) -> Span:
        if len(self.units()) != 1:
            raise ValueError("une durée est en minutes, hours, days, months, working_hours ou working_days, l’un d’eux")
        return self

    def units(self) -> tuple[str, ...]:
        """The units that are written."""
        return tuple(u for u in ("minutes", "hours", "days", "months", "working_hours", "working_days") if getattr(self, u) is not None)


class CasePart(Part):
    """Another length where the condition holds: the first that fits is taken."""

    when: When
    after: Span


class Reminder(Part):
    """Something said before the deadline passes: the happening `reminder:<deadline>`."""

    before: Span


class DeadlineRule(Part):
    """A deadline of the service, beside those of the law: it ends when it is met, or when the request closes.

    `shown`: to agents, to whoever asked as well, or to nobody (a timer).
    """

    label: Words
    why: Words
    after: Span
    cases: list[CasePart] = []
    owner: Literal["assignee", "service", "chief", "requester", "third", "nobody"] = "service"
    pauses: list[Name] = []  # the states in which it stands still
    reminders: list[Reminder] = []
    shown: Literal["agents", "everybody", "nobody"] = "agents"
