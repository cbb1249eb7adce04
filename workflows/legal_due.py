"""What the law makes due on a request: each deadline with its moment, its article and its reasoning, as the events stand. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from grc.clock import PARIS
from workflows.dates import days_in_words, in_words, with_weekday
from workflows.definition import Legal
from workflows.duration import add_months
from workflows.legal_clock import Clock, LegalEvent, deadlines, franc
from workflows.working_days import Region, after_working_days, before_working_days

# In the order in which they may come. `aee` and `are`: the acknowledgements; `notify`: the last day to notify a decision;
# `implicit_decision`: the moment silence has decided; `complete`: the last day to send what is missing; `reasons`: those of an implicit
# rejection; `appeal`: the last day to go to court.
KINDS = ("aee", "are", "notify", "implicit_decision", "complete", "reasons", "appeal")
# Those that somebody of ours must meet; the others only come to pass.
PRESSING = frozenset({"aee", "are", "notify", "reasons"})
# Those that whoever asked is told of.
_SHOWN = frozenset({"are", "implicit_decision", "complete", "reasons", "appeal"})
_MORNING, _LAST_SECOND = time(8), time(23, 59, 59)
_REASONS_MONTHS = 1


@dataclass(frozen=True, slots=True)
class Due:
    """A deadline. It passes at `at`, its last second in Paris; `reminders` come before it, `told` is when the head of the service is told
    that it has passed: after one working day."""

    kind: str
    at: datetime
    article: str
    reasons: tuple[str, ...]
    reminders: tuple[datetime, ...] = ()
    told: datetime | None = None

    @property
    def shown(self) -> str:
        """To whom: `everybody`, or `agents` alone."""
        return "everybody" if self.kind in _SHOWN else "agents"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The clock of a request, and the deadlines it makes by their kind."""

    clock: Clock
    dues: tuple[Due, ...]

    def due(self, kind: str) -> Due | None:
        """The deadline of this kind, where there is one."""
        return next((due for due in self.dues if due.kind == kind), None)


def reckon(law: Legal, region: Region, events: Sequence[LegalEvent]) -> Reckoned:
    """All that the law makes due. Raises BadCase where nothing was received."""
    clock = deadlines(law.regime, law.duration, region, events)
    told = sorted(events, key=lambda event: event.at)
    return Reckoned(clock, tuple(_remembered(due, law, region) for due in _dues(law, region, clock, told)))


def missing(clock: Clock, events: Sequence[LegalEvent]) -> tuple[LegalEvent, ...]:
    """The requests for missing items that wait for an answer: none once the clock has ended."""
    if clock.ended is not None:
        return ()
    completed = max((event.day for event in events if event.kind == "completed"), default=date.min)
    return tuple(event for event in events if event.kind == "incomplete" and event.day > completed)


def asked_reasons(clock: Clock, events: Sequence[LegalEvent]) -> LegalEvent | None:
    """The request for the reasons of an implicit rejection that the law takes into account: within the appeal period (L232-4)."""
    born, until = clock.implicit_decision_on, clock.appeal_until
    if born is None or until is None:
        return None
    return next((event for event in events if event.kind == "reasons_asked" and born < event.day <= until), None)


def given_reasons(clock: Clock, events: Sequence[LegalEvent]) -> LegalEvent | None:
    """When the reasons that were asked for were given."""
    asked = asked_reasons(clock, events)
    return next((event for event in events if asked and event.kind == "reasons_given" and event.at >= asked.at), None)


def _dues(law: Legal, region: Region, clock: Clock, events: Sequence[LegalEvent]) -> Iterator[Due]:
    steps = {step.rule: step for step in clock.steps}
    yield Due("aee", _end_of(clock.aee_due), "R112-11-2", (steps["aee"].text,))
    yield Due("are", _end_of(clock.are_due), steps["are"].article, (steps["are"].text,))
    if clock.notify_by is not None and clock.born_at is not None:
        why = (law.why, *(step.text for step in clock.steps if step.rule in ("start", "suspension", "restart", "ignored")))
        yield Due("notify", _end_of(clock.notify_by), law.article, (*why, steps["notify_by"].text))
        yield Due("implicit_decision", clock.born_at, law.article, (*why, steps["implicit_decision"].text))
    if waited := missing(clock, events):
        yield _items(waited, law.regime)
    yield from _appeals(law, region, clock, events)


def _items(waited: Sequence[LegalEvent], regime: str) -> Due:
    asked = max(waited, key=lambda event: event.day + timedelta(days=event.days or 0))
    last = asked.day + timedelta(days=asked.days or 0)
    effect = {"svr": "D’ici là, le délai de la décision implicite est suspendu.", "sva": "Tant qu’elles manquent, aucun délai ne court."}
    then = effect.get(regime, "") if asked.indispensable else "Elles ne sont pas indispensables : le délai court toujours."
    until = f"pour {days_in_words(asked.days or 0)}, attendues jusqu’au {with_weekday(last)}"
    text = f"Pièces demandées le {in_words(asked.day)} {until}. {then}"
    return Due("complete", _end_of(last), "L114-5" if asked.indispensable else "L114-5-1", (text.strip(),))


def _appeals(law: Legal, region: Region, clock: Clock, events: Sequence[LegalEvent]) -> Iterator[Due]:
    rejected = clock.implicit_decision_on is not None or (clock.ended is not None and clock.ended.decision == "rejection")
    if clock.appeal_until is None or not rejected:
        return
    asked, given = asked_reasons(clock, events), given_reasons(clock, events)
    if asked is not None and given is None:
        last = add_months(asked.day, _REASONS_MONTHS)
        text = f"Motifs demandés le {in_words(asked.day)}\u00a0: à communiquer dans le mois, au plus tard le {with_weekday(last)}."
        yield Due("reasons", _end_of(last), "L232-4", (text, "Jusque-là, le délai de recours ne peut pas s’achever."))
        return
    if law.remedies:  # ways of its own, such as the CADA: their periods are said by the type
        return
    if given is not None:
        _, last = franc(given.day, region)
        text = f"Motifs communiqués le {in_words(given.day)}\u00a0: recours possible deux mois francs après, jusqu’au {in_words(last)}."
        yield Due("appeal", _end_of(max(last, clock.appeal_until)), "L232-4", (text,))
        return
    said = [step for step in clock.steps if step.rule in ("appeal", "appeal_restart")]
    yield Due("appeal", _end_of(clock.appeal_until), said[-1].article, tuple(step.text for step in said))


def _remembered(due: Due, law: Legal, region: Region) -> Due:
    """The deadline with its reminders: to the agent before it, to the head of the service after it."""
    if due.kind not in PRESSING or due.kind == "aee":
        return due
    last = due.at.astimezone(PARIS).date()
    before = law.reminders.get(due.kind)
    moments = (datetime.combine(before_working_days(last, before, region), _MORNING, PARIS),) if before else ()
    return Due(due.kind, due.at, due.article, due.reasons, moments, _end_of(after_working_days(last, 1, region)))


def _end_of(day: date) -> datetime:
    return datetime.combine(day, _LAST_SECOND, PARIS)
