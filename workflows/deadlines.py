"""The deadlines of a ticket as its definition sets them: what is due, at which moment, by which article, and why. Pure.

A day that the law names ends at midnight: what must be done by Monday is late when Tuesday begins in Paris.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from grc.clock import PARIS
from workflows.dates import with_weekday
from workflows.definition import Definition
from workflows.legal_clock import Clock, ClockStep, LegalEvent, deadlines
from workflows.working_days import Region, after_working_days

# `are`: the acknowledgement. `answer`: the service's own aim. `notify`: the last day to notify before silence decides.
# `implicit_decision`: the moment at which silence has decided.
KINDS = ("are", "answer", "notify", "implicit_decision")


@dataclass(frozen=True, slots=True)
class Deadline:
    """One thing due, and the sentences that say why. `article` is empty for an aim that no law sets."""

    kind: str
    due_at: datetime
    article: str
    reasons: tuple[str, ...]


def clock_of(definition: Definition, received_at: datetime, region: Region) -> Clock:
    """The legal clock of a ticket that nothing has touched since it was received."""
    legal = definition.legal
    return deadlines(legal.regime, legal.duration, region, (LegalEvent(received_at, "received"),))


def due(
    definition: Definition, kinds: Sequence[str], received_at: datetime, now: datetime, region: Region, clock: Clock | None = None
) -> tuple[Deadline, ...]:
    """The deadlines of these kinds, all where none is named. What the regime does not know is left out.

    The law counts from the receipt; the service's own aim counts from `now`, since a citizen who writes again waits again.
    A `clock` of the caller's is used where more happened than a receipt.
    """
    wanted = set(kinds or KINDS)
    found: list[Deadline] = []
    if wanted - {"answer"}:
        known = clock or clock_of(definition, received_at, region)
        found.extend(deadline for deadline in _legal(known) if deadline.kind in wanted)
    if "answer" in wanted:
        day = after_working_days(now.astimezone(PARIS).date(), definition.answer.working_days, region)
        why = definition.answer.why.removesuffix(".")
        told = f"{why}\u00a0: {definition.answer.working_days} jours ouvrés, avant la fin du {with_weekday(day)}."
        found.append(Deadline("answer", end_of(day), "", (told,)))
    return tuple(found)


def end_of(day: date) -> datetime:
    """The midnight that ends this day in Paris."""
    return datetime.combine(day + timedelta(days=1), time(), PARIS)


def _legal(clock: Clock) -> tuple[Deadline, ...]:
    are = Deadline("are", end_of(clock.are_due), _article(clock, "are"), _told(clock, {"are"}))
    if clock.implicit_decision_on is None or clock.notify_by is None or clock.born_at is None:
        return (are,)
    reasons = _told(clock, {"start", "ignored", "suspension", "restart", "notify_by", "implicit_decision", "appeal"})
    return (
        are,
        Deadline("notify", end_of(clock.notify_by), _article(clock, "notify_by"), reasons),
        Deadline("implicit_decision", clock.born_at, _article(clock, "implicit_decision"), reasons),
    )


def _article(clock: Clock, rule: str) -> str:
    return next((step.article for step in clock.steps if step.rule == rule), "")


def _told(clock: Clock, rules: set[str]) -> tuple[str, ...]:
    return tuple(_sentence(step) for step in clock.steps if step.rule in rules)


def _sentence(step: ClockStep) -> str:
    return f"{step.text.removesuffix('.')} ({step.article})." if step.article else step.text
