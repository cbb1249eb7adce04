"""The law on a ticket in hand: what happened to it counts, and its deadlines follow, whatever made it happen.

Whoever adds a fact to the draft calls `follow`; it may be called again as the draft grows. A deadline that other facts replace by another
is taken away, and the timeline keeps both with their reasoning.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any, cast

from grc.actions.draft import Draft
from grc.clock import PARIS
from grc.tickets.model import LegalFact, NewDeadline, NewLegalFact, OpenDeadline, Ticket
from workflows.dates import with_weekday
from workflows.definition import Definition
from workflows.legal_clock import EVENT_KINDS, EventKind, LegalEvent
from workflows.legal_due import KINDS, Due, Reckoned, reckon
from workflows.working_days import Region

Fact = LegalFact | NewLegalFact
REGISTERED = "registered"  # an AEE was sent: no event of the clock, yet no other is owed
RECKONED = "reckoned"  # the line of the timeline that keeps both
# By which fact each deadline is met; every other end takes it away.
_MET_BY = {"aee": ("registered", "acknowledged"), "are": ("acknowledged",), "notify": ("notified",), "complete": ("completed",),
           "reasons": ("reasons_given",)}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """What held of a ticket before the draft: nothing, for one that is about to be opened."""

    facts: Sequence[LegalFact] = ()
    deadlines: Sequence[OpenDeadline] = ()

    @staticmethod
    def of(ticket: Ticket) -> Standing:
        """Of a ticket in hand."""
        return Standing(ticket.legal, ticket.open_deadlines)


def facts(before: Sequence[LegalFact], added: Sequence[NewLegalFact] = ()) -> tuple[Fact, ...]:
    """The facts that hold once these are added, in the order in which they happened."""
    corrected = {fact.supersedes for fact in added if fact.supersedes is not None}
    held: list[Fact] = [fact for fact in before if fact.id not in corrected]
    held += [fact for fact in added if not fact.void]
    return tuple(sorted(held, key=lambda fact: fact.at))


def running(told: Sequence[Fact]) -> bool:
    """Whether the clock of the law runs, or ran: the request was received."""
    return any(fact.kind == "received" for fact in told)


def acknowledged(told: Sequence[Fact]) -> bool:
    """Whether whoever has the request now acknowledged it: the competent body owes a receipt of its own (L114-4)."""
    came = max((fact.at for fact in told if fact.kind == "transferred"), default=None)
    return any(fact.kind == "acknowledged" and (came is None or fact.at >= came) for fact in told)


def events(told: Iterable[Fact]) -> tuple[LegalEvent, ...]:
    """The facts as the clock reads them: to the day, in their order, so that all that happened on the same days shares one reckoning."""
    read = []
    for number, fact in enumerate(fact for fact in told if fact.kind in EVENT_KINDS):
        noon = datetime.combine(fact.at.astimezone(PARIS).date(), time(12), PARIS) + timedelta(seconds=number)
        decision = cast(Any, fact.decision)
        read.append(LegalEvent(noon, cast(EventKind, fact.kind), fact.days, fact.indispensable, decision))
    return tuple(read)


@lru_cache(maxsize=4096)  # a definition is itself and no other; the requests of one day share a reckoning
def reckoned(definition: Definition, region: Region, told: tuple[LegalEvent, ...]) -> Reckoned:
    """The clock and the deadlines of a type, as these events stand. Raises BadCase where nothing was received."""
    return reckon(definition.legal, region, told)


def received(draft: Draft, standing: Standing, at: datetime, who: str) -> None:
    """Begins the clock, where the draft asks for it and it does not run: the request was received then."""
    if draft.begun and not any(fact.kind == "received" for fact in facts(standing.facts, draft.legal)):
        draft.legal.append(NewLegalFact("received", at, who))


def follow(draft: Draft, standing: Standing, definition: Definition, region: Region, *, is_open: bool) -> Reckoned | None:
    """Sets the deadlines as the facts of the draft make them. None, and nothing changes, where no clock runs."""
    told = facts(standing.facts, draft.legal)
    if not any(fact.kind == "received" for fact in told):
        return None
    found = reckoned(definition, region, events(told))
    _forget(draft)
    happened = {fact.kind for fact in told if fact.kind != "acknowledged" or acknowledged(told)}
    before = {d.kind: d for d in standing.deadlines if d.kind in KINDS and d.reminds is None}
    if not is_open and standing.facts and not before:  # a duplicate, or with a body outside: nothing is owed here, and nothing begins
        return found
    owed = {due.kind: due for due in found.dues if _is_owed(due, happened, draft, before, found, is_open=is_open)}
    changed: list[tuple[str, OpenDeadline | None, Due | None]] = []
    for kind in KINDS:
        old, due = before.get(kind), owed.get(kind)
        if old is not None and due is not None and old.due_at == due.at:
            continue
        if old is not None:
            if due is None and happened & set(_MET_BY.get(kind, ())):
                draft.met.append(kind)
                continue
            draft.voided.extend(d.id for d in standing.deadlines if d.kind == kind)
        if due is not None:
            draft.deadlines.extend(rows(due, draft.now))
        if old is not None or due is not None:
            changed.append((kind, old, due))
    if any(old is not None for _, old, _ in changed):
        _tell(draft, changed)
    return found


def rows(due: Due, now: datetime) -> Iterator[NewDeadline]:
    """A deadline with its reminders as they are kept. One that comes after it tells the head of the service."""
    yield NewDeadline(due.kind, due.at, due.article, due.reasons, shown=due.shown)
    for at in (*due.reminders, *((due.told,) if due.told else ())):
        if at > now:
            yield NewDeadline(due.kind, at, "", (), shown="nobody", reminds=due.kind)


def _is_owed(due: Due, happened: set[str], draft: Draft, before: Mapping[str, OpenDeadline], found: Reckoned, *, is_open: bool) -> bool:
    match due.kind:
        case "aee" | "are":  # owed where the way in owes it: from the beginning, or not at all
            over = bool(happened & set(_MET_BY[due.kind])) or (found.clock.ended is not None and found.clock.ended.kind == "withdrawn")
            return (due.kind in draft.begun or due.kind in before) and not over
        case "notify":  # a ticket that is closed waits for nobody: silence does its work
            return is_open and (found.clock.born_at is None or found.clock.born_at > draft.now)
        case "appeal":  # before there is anything to appeal against, its date is a guess
            return found.clock.born_at is None or found.clock.born_at <= draft.now
        case _:
            return True


def _forget(draft: Draft) -> None:
    """Takes back what an earlier call put into the draft."""
    draft.deadlines[:] = [d for d in draft.deadlines if d.kind not in KINDS]
    draft.met[:] = [kind for kind in draft.met if kind not in KINDS]
    draft.events[:] = [event for event in draft.events if event.what != RECKONED]
    draft.voided.clear()


def _tell(draft: Draft, changed: Sequence[tuple[str, OpenDeadline | None, Due | None]]) -> None:
    """The line that keeps the dates and the reasoning there were, and those there are."""
    before = {kind: {"due": old.due_at.isoformat(), "reasons": list(old.reasons)} for kind, old, _ in changed if old is not None}
    after = {kind: {"due": due.at.isoformat(), "reasons": list(due.reasons)} for kind, _, due in changed if due is not None}
    said = [_moved(kind, old, due) for kind, old, due in changed if old is not None]
    draft.tell(RECKONED, " ".join(said), before=before, after=after)


_NAMES = {"aee": "Accusé d’enregistrement", "are": "Accusé de réception", "notify": "Dernier jour pour notifier une décision",
          "implicit_decision": "Décision implicite", "complete": "Envoi des pièces", "reasons": "Communication des motifs",
          "appeal": "Fin du délai de recours"}  # fmt: skip


def _moved(kind: str, old: OpenDeadline | None, due: Due | None) -> str:
    was = with_weekday(old.due_at.astimezone(PARIS).date()) if old else ""
    now = with_weekday(due.at.astimezone(PARIS).date()) if due else "sans objet"
    return f"{_NAMES[kind]} : {was} → {now}."


def noted(draft: Draft, kind: str, at: datetime, **more: Any) -> NewLegalFact:
    """A fact signed by whoever acts, put into the draft."""
    fact = replace(NewLegalFact(kind, at, draft.who, draft.agent_id), **more)
    draft.legal.append(fact)
    return fact
