"""The deadlines of a ticket as its definition and the law set them, each with its article and its reasoning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from functools import lru_cache

from grc.clock import PARIS
from grc.tickets.model import NewDeadline
from workflows.definition import Definition
from workflows.legal_clock import Clock, LegalEvent, deadlines
from workflows.working_days import Region, after_working_days


def due(definition: Definition, kinds: Sequence[str], received_at: datetime, now: datetime, region: Region) -> list[NewDeadline]:
    """The deadlines of these kinds (all where none is named) for a request received at that moment.

    `are`, `notify` and `implicit_decision` are reckoned from receipt, `answer`, the service's own aim, from now.
    A date is due at its last second in Paris; the implicit decision at the midnight it is born.
    """
    received, today = _day(received_at), _day(now)
    found = [
        *legal(definition, received, region)[1],
        answer_target(definition, today, region),
    ]
    return [deadline for deadline in found if not kinds or deadline.kind in kinds]


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


@lru_cache(maxsize=512)
def answer_target(definition: Definition, today: date, region: Region) -> NewDeadline:
    """The service's own aim for an answer to what came today."""
    aim = definition.answer
    last = after_working_days(today, aim.working_days, region)
    return NewDeadline("answer", _end_of(last), "", [f"{aim.why.rstrip('.')}\u00a0: {aim.working_days} jours ouvrés."])


def _day(moment: datetime) -> date:
    return moment.astimezone(PARIS).date()


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), PARIS)
