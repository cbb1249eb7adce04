"""The legal clock: a regime, how long it lasts, a region and what happened give every date the law knows, and why. Pure.

Articles are of the code des relations entre le public et l'administration unless named otherwise (CJA: code de justice
administrative). Dates are those of Europe/Paris.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

from grc.clock import PARIS
from workflows.dates import days_in_words, in_words, with_weekday
from workflows.duration import Duration, add_months
from workflows.working_days import Region, after_working_days, moved_to_working_day

Regime = Literal["svr", "sva", "none"]
EventKind = Literal[
    "received",
    "transferred",
    "acknowledged",
    "incomplete",
    "completed",
    "decided",
    "notified",
    "withdrawn",
    "reasons_asked",
    "reasons_given",
]
EVENT_KINDS: frozenset[str] = frozenset(get_args(EventKind))

TWO_MONTHS = Duration(months=2)
_ONE = timedelta(days=1)
_AEE_DAYS, _ARE_DAYS, _APPEAL_MONTHS = 1, 10, 2


class BadCase(ValueError):
    """The clock cannot be computed from this; the message says, in French, what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class LegalEvent:
    """Something that happened to a request. `days` and `indispensable` belong to `incomplete`, `decision` to `notified`."""

    at: datetime
    kind: EventKind
    days: int | None = None
    indispensable: bool = True
    decision: Literal["rejection", "acceptance"] | None = None

    @property
    def day(self) -> date:
        """The day in Paris."""
        return self.at.astimezone(PARIS).date()


@dataclass(frozen=True, slots=True)
class ClockStep:
    """One step of the reasoning: the rule, its article, the days it leads from and to, and a French sentence."""

    rule: str
    article: str
    from_: date | None
    to: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Every date the law knows for this request, as the events stand, and the reasoning."""

    aee_due: date
    are_due: date
    implicit_decision_on: date | None
    notify_by: date | None
    born_at: datetime | None
    appeal_until: date | None
    suspended_days: int
    steps: tuple[ClockStep, ...]
    ended: LegalEvent | None = None  # the notification or the withdrawal that ended it, if one did


def deadlines(regime: Regime, duration: Duration, region: Region, events: Iterable[LegalEvent]) -> Clock:
    """The clock of a request, in the order in which things happened. Raises BadCase where it cannot be known."""
    told = sorted(events, key=lambda event: event.at)
    received = next((event.day for event in told if event.kind == "received"), None)
    if received is None:
        raise BadCase("il manque l’événement « received » : rien ne court avant la réception")
    transferred = next((event.day for event in reversed(told) if event.kind == "transferred"), None)
    competent = received if transferred is None else transferred
    steps: list[ClockStep] = []
    aee = after_working_days(received, _AEE_DAYS, region)
    are = after_working_days(competent, _ARE_DAYS, region)
    steps.append(_aee_step(received, aee))
    steps.append(_are_step(competent, are, transferred is not None))
    if regime == "none":
        steps.append(ClockStep("none", "", None, None, "Aucun délai légal ne court\u00a0: le silence ne vaut ni accord ni refus."))
        return Clock(aee, are, None, None, None, None, 0, tuple(steps), _end(told))

    start = received if regime == "svr" else competent
    end = _end(told)
    run = _suspended(start, duration, told, end, steps) if regime == "svr" else _restarted(start, duration, told, end, steps)
    implicit, appeal_from = run.implicit, None
    if end is not None and implicit is not None and end.day > implicit:
        end = None
    if end is not None:
        steps.append(_end_step(end))
        implicit, appeal_from = None, end.day if end.kind == "notified" else None
    born = None
    if implicit is not None:
        born = datetime.combine(implicit + _ONE, time(), PARIS)
        steps.extend(_implicit_steps(regime, implicit))
        appeal_from = implicit if regime == "svr" else None
    appeal = None if appeal_from is None else _appeal(appeal_from, region, steps, by_silence=implicit is not None)
    if implicit is not None and appeal is not None:
        appeal = _express_rejection(told, implicit, appeal, region, steps)
    return Clock(aee, are, implicit, implicit - _ONE if implicit else None, born, appeal, run.suspended, tuple(steps), end)


@dataclass(frozen=True, slots=True)
class _Run:
    """How far the silence runs: the day on which it ends (None: it does not run), and how many days it was suspended."""

    implicit: date | None
    suspended: int = 0


def _end(told: Sequence[LegalEvent]) -> LegalEvent | None:
    """What may have ended the clock: the first notification or withdrawal."""
    return next((event for event in told if event.kind in ("notified", "withdrawn")), None)


def _asked(told: Sequence[LegalEvent], end: LegalEvent | None) -> Iterator[tuple[LegalEvent, LegalEvent | None]]:
    """Each time items were asked for, with what may have ended the clock before: of what happened at one instant, what is told first."""
    before: LegalEvent | None = None
    for event in told:
        if event is end:
            before = end
        if event.kind == "incomplete":
            yield event, before


def _effective(event: LegalEvent, implicit: date | None, before: LegalEvent | None, steps: list[ClockStep]) -> bool:
    """Whether asking for missing items touches the clock; where it does not, says why."""
    asked = event.day
    if before is not None and (implicit is None or before.day <= implicit):
        why = "la demande était déjà terminée"
    elif not event.indispensable:
        why = "elles ne sont pas indispensables à l’instruction"
    elif implicit is not None and asked > implicit:
        why = f"la décision implicite était déjà née du silence gardé jusqu’au {in_words(implicit)}"
    else:
        return True
    article = "L114-5-1" if not event.indispensable else "L114-5"
    steps.append(ClockStep("ignored", article, asked, None, f"Pièces demandées le {in_words(asked)}\u00a0: {why}, le délai ne change pas."))
    return False


def _suspended(start: date, duration: Duration, told: Sequence[LegalEvent], end: LegalEvent | None, steps: list[ClockStep]) -> _Run:
    """Silence worth rejection: it runs from the body first seized, and stands still while missing items are awaited."""
    base = duration.after(start)
    steps.append(
        ClockStep("start", "L231-4, L114-3", start, base,
                  f"Reçue le {in_words(start)}\u00a0: le silence gardé {duration} vaut rejet, soit jusqu’au {in_words(base)}.")
    )  # fmt: skip
    implicit, total, covered = base, 0, start  # `covered`: up to where suspensions are counted already, since they may overlap
    items = _items(told)
    for event, before in _asked(told, end):
        if not _effective(event, implicit, before, steps):
            continue
        if event.days is None:
            raise BadCase("il manque « days » à l’événement « incomplete » : le délai donné pour envoyer les pièces")
        asked = event.day
        last = asked + timedelta(days=event.days)
        completed = _completed(items, asked)
        until = min(last, completed) if completed else last
        more = max((until - max(asked, covered)).days, 0)
        covered = max(covered, until)
        total += more
        implicit = base + timedelta(days=total)
        came = f"reçues le {in_words(until)}" if completed and completed <= last else f"sans elles, ce délai s’épuise le {in_words(until)}"
        steps.append(
            ClockStep("suspension", "L114-5 al. 3", asked, until,
                      f"Pièces demandées le {in_words(asked)} pour {days_in_words(event.days)}\u00a0; {came}\u00a0: "
                      f"{days_in_words(more)} de suspension, le silence court jusqu’au {in_words(implicit)}.")
        )  # fmt: skip
    return _Run(implicit, total)


def _restarted(start: date, duration: Duration, told: Sequence[LegalEvent], end: LegalEvent | None, steps: list[ClockStep]) -> _Run:
    """Silence worth acceptance: it runs from the competent body, and anew from the receipt of the missing items."""
    implicit: date | None = duration.after(start)
    steps.append(
        ClockStep("start", "L231-1, L114-3", start, implicit,
                  f"Reçue par l’autorité compétente le {in_words(start)}\u00a0: le silence gardé {duration} vaut acceptation, "
                  f"soit jusqu’au {in_words(duration.after(start))}.")
    )  # fmt: skip
    items = _items(told)
    for event, before in _asked(told, end):
        if not _effective(event, implicit, before, steps):
            continue
        asked = event.day
        completed = _completed(items, asked)
        if completed is None:
            implicit = None
            text = f"Pièces demandées le {in_words(asked)} et non reçues\u00a0: le délai ne court pas."
        else:
            start = max(start, completed)
            implicit = duration.after(start)
            text = (
                f"Pièces demandées le {in_words(asked)}, reçues le {in_words(completed)}\u00a0: le délai court de nouveau en entier, "
                f"jusqu’au {in_words(implicit)}."
            )
        steps.append(ClockStep("restart", "L114-5 al. 2", asked, completed, text))
    return _Run(implicit)


def _items(told: Sequence[LegalEvent]) -> list[date]:
    """The days on which items came, in order."""
    return [event.day for event in told if event.kind == "completed"]


def _completed(items: Sequence[date], asked: date) -> date | None:
    """The day the missing items came: the first on or after the day they were asked for."""
    place = bisect_left(items, asked)
    return items[place] if place < len(items) else None


def franc(day: date, region: Region) -> tuple[date, date]:
    """The two months to appeal of which neither end counts: the last day as counted, and as moved to a working day."""
    counted = add_months(day, _APPEAL_MONTHS) + _ONE
    return counted, moved_to_working_day(counted, region)


def _appeal(day: date, region: Region, steps: list[ClockStep], *, by_silence: bool) -> date:
    counted, last = franc(day, region)
    moved = f", reporté au {with_weekday(last)}" if last != counted else ""
    what = "la décision implicite" if by_silence else "la notification"
    text = f"Recours possible deux mois francs après {what} du {in_words(day)}\u00a0: jusqu’au {in_words(counted)}{moved}."
    steps.append(ClockStep("appeal", "CJA R421-2" if by_silence else "CJA R421-1", day, last, text))
    return last


def _express_rejection(told: Sequence[LegalEvent], implicit: date, appeal: date, region: Region, steps: list[ClockStep]) -> date:
    """A rejection notified after the implicit one, while it may still be appealed, opens the period anew: once, for a
    second one only confirms it."""
    for event in told:
        if event.kind == "notified" and event.decision == "rejection" and implicit < event.day <= appeal:
            _, last = franc(event.day, region)
            text = f"Rejet exprès notifié le {in_words(event.day)}, avant la fin de ce délai\u00a0: il repart, jusqu’au {in_words(last)}."
            steps.append(ClockStep("appeal_restart", "CJA R421-2", event.day, last, text))
            return last
    return appeal


def _aee_step(received: date, due: date) -> ClockStep:
    text = (
        f"Reçue le {with_weekday(received)}\u00a0: accusé d’enregistrement au plus tard un jour ouvré après, le {with_weekday(due)}, "
        "sauf accusé de réception immédiat."
    )
    return ClockStep("aee", "R112-11-2", received, due, text)


def _are_step(competent: date, due: date, transferred: bool) -> ClockStep:
    by = "Reçue par l’autorité compétente" if transferred else "Reçue"
    text = f"{by} le {in_words(competent)}\u00a0: accusé de réception sous dix jours ouvrés, au plus tard le {with_weekday(due)}."
    return ClockStep("are", "R112-11-2, L114-4" if transferred else "R112-11-2", competent, due, text)


def _end_step(end: LegalEvent) -> ClockStep:
    if end.kind == "notified":
        text = f"Décision notifiée le {in_words(end.day)}\u00a0: le silence est rompu."
        return ClockStep("notified", "L231-1, L231-4", end.day, None, text)
    return ClockStep("withdrawn", "", end.day, None, f"Demande retirée le {in_words(end.day)}\u00a0: plus aucun délai ne court.")


def _implicit_steps(regime: Regime, implicit: date) -> tuple[ClockStep, ...]:
    article = "L231-4" if regime == "svr" else "L231-1"
    worth = "de rejet" if regime == "svr" else "d’acceptation"
    by, born = implicit - _ONE, implicit + _ONE
    last = f"Dernier jour pour notifier une décision\u00a0: le {with_weekday(by)}."
    birth = f"Faute de décision notifiée d’ici au {in_words(implicit)}, une décision implicite {worth} naît le {in_words(born)}."
    return ClockStep("notify_by", article, implicit, by, last), ClockStep("implicit_decision", article, implicit, born, birth)
