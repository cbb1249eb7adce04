"""The deadlines of a ticket as its definition and the law set them, each with its article and its reasoning."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from grc.clock import PARIS
from grc.tickets.model import MovedDeadline, NewDeadline, OpenDeadline
from workflows.calendar import Calendar
from workflows.condition import reader
from workflows.deadline import due_at, freed_at, reminded_at
from workflows.definition import LEGAL_KINDS, Definition
from workflows.legal_clock import Clock, LegalEvent, deadlines
from workflows.opening_hours import hours_of
from workflows.working_days import Region


@dataclass(frozen=True, slots=True)
class Times:
    """What the deadlines of one ticket are reckoned by. `received_at` starts those of the law, the moment of the act all others."""

    definition: Definition
    received_at: datetime
    region: Region
    calendar: Mapping[str, Any] | None = None  # the opening hours of the collectivity; None: the usual ones
    facts: Mapping[str, Any] = field(default_factory=dict)

    def due(self, kinds: Sequence[str], now: datetime, fields: Mapping[str, Any], state: str) -> list[NewDeadline]:
        """The deadlines of these kinds (all where none is named), with their reminders; one that this state pauses begins standing still.

        A date of the law is due at its last second in Paris; the implicit decision at the midnight it is born.
        """
        made: list[NewDeadline] = []
        if not kinds or set(kinds) & set(LEGAL_KINDS):
            made.extend(d for d in legal(self.definition, _day(self.received_at), self.region)[1] if not kinds or d.kind in kinds)
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


def implicit_decision_on(definition: Definition, received_at: datetime, region: Region) -> date | None:
    """The day up to which silence is kept before it decides, for a request received at that moment."""
    return legal(definition, _day(received_at), region)[0].implicit_decision_on


@lru_cache(maxsize=512)  # all the requests of one day share it
def legal(definition: Definition, received: date, region: Region) -> tuple[Clock, tuple[NewDeadline, ...]]:
    """The legal clock of a request received that day, and the deadlines it makes."""
    law = definition.legal
    clock = deadlines(law.regime, law.duration, region, [LegalEvent(datetime.combine(received, time(12), PARIS), "received")])
    reasons = {step.rule: step.text for step in clock.steps}
    made = [NewDeadline("are", _end_of(clock.are_due), "R112-11-2", [reasons["are"]])]
    if clock.implicit_decision_on and clock.notify_by and clock.born_at:
        why = [law.why, reasons["start"]]
        made.append(NewDeadline("notify", _end_of(clock.notify_by), law.article, [*why, reasons["notify_by"]]))
        made.append(NewDeadline("implicit_decision", clock.born_at, law.article, [*why, reasons["implicit_decision"]]))
    return clock, tuple(made)


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), PARIS)
