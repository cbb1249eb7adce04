"""The deadlines that the type of a ticket sets: the aims of the service. Those of the law are reckoned in `law.py`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from grc.clock import PARIS
from grc.tickets.model import MovedDeadline, NewDeadline, OpenDeadline
from workflows.calendar import Calendar
from workflows.condition import reader
from workflows.deadline import due_at, freed_at, reminded_at
from workflows.definition import Definition
from workflows.opening_hours import hours_of
from workflows.working_days import Region


@dataclass(frozen=True, slots=True)
class Times:
    """What the deadlines of one ticket are reckoned by."""

    definition: Definition
    region: Region
    calendar: Mapping[str, Any] | None = None  # the opening hours of the collectivity; None: the usual ones
    facts: Mapping[str, Any] = field(default_factory=dict)

    def due(self, kinds: Sequence[str], now: datetime, fields: Mapping[str, Any], state: str) -> list[NewDeadline]:
        """The deadlines of these kinds (all where none is named), with their reminders; one that this state pauses begins still."""
        made: list[NewDeadline] = []
        for kind in self.definition.deadlines:
            if not kinds or kind in kinds:
                made.extend(self._of_type(kind, now, fields, state))
        return made

    def _of_type(self, kind: str, now: datetime, fields: Mapping[str, Any], state: str) -> Iterator[NewDeadline]:
        rule, hours = self.definition.deadlines[kind], self._hours()
        due, why = due_at(rule, hours, now, reader(fields, self.facts))
        paused = now if state in rule.pauses else None
        yield NewDeadline(kind, due, "", [why], shown=rule.shown, paused_at=paused)
        for reminder in rule.reminders:
            at = reminded_at(reminder, hours, due)
            if at > now:
                yield NewDeadline(kind, at, "", [], shown="nobody", reminds=kind, paused_at=paused)

    def resumed(
        self, kinds: Sequence[str], standing: Sequence[OpenDeadline], now: datetime, fields: Mapping[str, Any]
    ) -> list[MovedDeadline]:
        """Those of these kinds that stand still, with the moment they are due now: they have the time left that they had."""
        found, read = [], reader(fields, self.facts)
        for one in standing:
            rule = self.definition.deadlines.get(one.kind)
            if rule is not None and one.kind in kinds and one.paused_at is not None:
                found.append(MovedDeadline(one.id, freed_at(rule, self._hours(), one.paused_at, one.due_at, now, read)))
        return found

    def answer_by(self, now: datetime) -> date | None:
        """The service's own aim for an answer to what comes now, where the type has one."""
        rule = self.definition.deadlines.get("answer")
        if rule is None:
            return None
        return due_at(rule, self._hours(), now, reader({}, self.facts))[0].astimezone(PARIS).date()

    def _hours(self) -> Calendar:
        return hours_of(self.calendar, self.region)
