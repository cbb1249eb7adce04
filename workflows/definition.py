"""A kind of request as data: states, transitions, what the world may do to it, its law and its own scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from workflows import document, mend
from workflows.duration import Duration
from workflows.effects import Acknowledge, Alarm, Effect, MarkRead, MarkUnread, MeetDeadline, Notify, Record, StartDeadlines
from workflows.yaml_lines import Document

Phase = Literal["open", "closed"]
By = Literal["citizen", "agent", "system"]
Guard = Mapping[str, tuple[str | bool | int, ...]]


@dataclass(frozen=True, slots=True)
class State:
    """Where a ticket may be: `label` is read by agents, `citizen` by the citizen on his page."""

    name: str
    label: str
    citizen: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Consequence:
    """An effect and when it is asked for: each key of the guard names something the happening says, and the values that fit."""

    effect: Effect
    when: Guard = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TextField:
    """The words an agent is asked for when he makes a transition: kept in the timeline as its why."""

    label: str
    required: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """What an agent may do to a ticket: `who` are roles; `label` is the verb on the button."""

    name: str
    label: str
    from_: tuple[str, ...]
    to: str
    who: tuple[str, ...]
    text: TextField | None = None
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the ticket does by itself when something happens. The first that fits is taken; `to` None stays in the state."""

    on: str
    by: tuple[str, ...]
    from_: tuple[str, ...]
    to: str | None
    why: str
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Legal:
    """The legal regime of the type, its length, the article that says so, and the ways in that start the clock by themselves."""

    regime: Literal["svr", "sva", "none"]
    duration: Duration
    article: str
    why: str
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerTarget:
    """The service's own aim for a first answer, in working days."""

    working_days: int
    why: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a scenario: what happens, and what must then be true."""

    happens: str
    by: By
    data: Mapping[str, Any]
    state: str
    effects: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Scenario:
    """A life that the definition promises: run by `grc workflow check`."""

    title: str
    life: tuple[Moment, ...]


@dataclass(frozen=True, slots=True, eq=False)  # one is itself and no other, so that what is reckoned from it can be kept
class Definition:
    """A type of ticket at one version. Immutable: a running ticket keeps the version it began with."""

    name: str
    version: int
    title: str
    summary: str
    initial: str
    legal: Legal
    answer: AnswerTarget
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    reactions: tuple[Reaction, ...]
    scenarios: tuple[Scenario, ...] = ()
    by_happening: Mapping[str, tuple[Reaction, ...]] = field(default_factory=dict, repr=False)
    by_name: Mapping[str, Transition] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        by_happening: dict[str, tuple[Reaction, ...]] = {}
        for reaction in self.reactions:
            by_happening[reaction.on] = (*by_happening.get(reaction.on, ()), reaction)
        object.__setattr__(self, "by_happening", by_happening)
        object.__setattr__(self, "by_name", {transition.name: transition for transition in self.transitions})

    def allowed(self, state: str, roles: Iterable[str]) -> tuple[Transition, ...]:
        """What somebody with these roles may do to a ticket in this state, in the order of the document: his buttons."""
        held = set(roles)
        return tuple(t for t in self.transitions if state in t.from_ and not held.isdisjoint(t.who))


class BadDefinition(Exception):
    """The document cannot be a definition; `faults` says each error with its line and its mend."""

    def __init__(self, source: str, faults: tuple[mend.Fault, ...]) -> None:
        super().__init__("\n".join(f"{source}, ligne {fault.line} : {fault.text}" for fault in faults))
        self.source = source
        self.faults = faults


def load(path: Path) -> Definition:
    """The definition in this file. Raises BadDefinition, with the line and the mend of every fault."""
    return loads(path.read_text(encoding="utf-8"), str(path))


def loads(text: str, source: str = "definition.yaml") -> Definition:
    """The definition in this text; `source` names it in errors."""
    part, lines, faults = mend.validate(text)
    if part is None or faults:
        raise BadDefinition(source, faults)
    everywhere = tuple(part.states)
    return Definition(
        name=part.name,
        version=part.version,
        title=part.title,
        summary=part.summary,
        initial=part.initial,
        legal=_legal(part.legal),
        answer=AnswerTarget(part.answer.working_days, part.answer.why),
        states={name: State(name, state.label, state.citizen, state.phase) for name, state in part.states.items()},
        transitions=tuple(_transition(transition) for transition in part.transitions),
        reactions=tuple(_reaction(reaction, everywhere) for reaction in part.reactions),
        scenarios=tuple(_scenario(scenario, lines, n) for n, scenario in enumerate(part.scenarios)),
    )


def _legal(part: document.LegalPart) -> Legal:
    duration = Duration(days=part.days) if part.days is not None else Duration(months=part.months or 2)
    return Legal(part.regime, duration, part.article, part.why, tuple(part.channels))


def _transition(part: document.TransitionPart) -> Transition:
    text = TextField(part.text.label, part.text.required) if part.text else None
    return Transition(part.name, part.label, tuple(part.from_), part.to, tuple(part.who), text, _consequences(part.effects))


def _reaction(part: document.ReactionPart, everywhere: tuple[str, ...]) -> Reaction:
    return Reaction(part.on, tuple(part.by), tuple(part.from_) or everywhere, part.to, part.why, _consequences(part.effects))


def _scenario(part: document.ScenarioPart, lines: Document, number: int) -> Scenario:
    return Scenario(part.title, tuple(_moment(m, lines.line(("scenarios", number, "life", n))) for n, m in enumerate(part.life)))


def _moment(part: document.MomentPart, line: int) -> Moment:
    return Moment(part.happens, part.by, part.data, part.state, None if part.effects is None else tuple(part.effects), line)


def _consequences(parts: Iterable[document.AnyEffect]) -> tuple[Consequence, ...]:
    return tuple(Consequence(_effect(part), {key: tuple(values) for key, values in part.when.items()}) for part in parts)


def _effect(part: document.AnyEffect) -> Effect:
    match part:
        case document.AcknowledgePart():
            return Acknowledge()
        case document.NotifyPart():
            return Notify(part.text)
        case document.StartDeadlinesPart():
            return StartDeadlines(tuple(part.kinds))
        case document.MeetDeadlinePart():
            return MeetDeadline(part.kind)
        case document.AlarmPart():
            return Alarm(part.word)
        case document.RecordPart():
            return Record(part.what, part.why, part.data)
        case document.MarkUnreadPart():
            return MarkUnread()
        case document.MarkReadPart():
            return MarkRead()
