"""A kind of request as data: states, transitions, what the world may do to it, its law and its own scenarios."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from workflows import document, mend
from workflows.condition import Condition, conditions
from workflows.consequences import Consequence, consequences
from workflows.document import Author, MovePart
from workflows.duration import Duration
from workflows.faults import BadDocument
from workflows.parts.deadlines import DeadlineRule
from workflows.parts.fields import Check, Field, Item
from workflows.parts.registers import CoveredPart
from workflows.parts.words import Figure, Notice, Paper
from workflows.register import Registers
from workflows.yaml_lines import Document

Phase = Literal["open", "closed"]
By = Author
LEGAL_KINDS = mend.LEGAL_KINDS


@dataclass(frozen=True, slots=True)
class State:
    """Where a ticket may be: `label` is read by agents, `citizen` by the citizen on his page."""

    name: str
    label: str
    citizen: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class TextField:
    """The words an agent is asked for when he makes a transition: kept in the timeline as its why."""

    label: str
    required: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """What may be done to a ticket: `who` are roles, `label` the verb on the button, `to` None where it stays in its state."""

    name: str
    label: str
    from_: tuple[str, ...]
    to: str | None
    who: tuple[str, ...]
    when: tuple[Condition, ...] = ()
    otherwise: str = ""
    asks: tuple[str, ...] = ()
    text: TextField | None = None
    consequences: tuple[Consequence, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the ticket does by itself when something happens. The first that fits is taken; `to` None stays in the state.

    One that is `also` taken adds its effects, and the search goes on.
    """

    on: str
    by: tuple[str, ...]
    from_: tuple[str, ...]
    to: str | None
    why: str
    when: tuple[Condition, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    also: bool = False


@dataclass(frozen=True, slots=True)
class Legal:
    """The legal regime of the type, its length, the article that says so, the ways in that start the clock by themselves, and what may be
    done where no answer comes (empty: the usual appeals)."""

    regime: Literal["svr", "sva", "none"]
    duration: Duration
    article: str
    why: str
    channels: tuple[str, ...]
    remedies: str = ""
    reminders: Mapping[str, int] = field(default_factory=dict)  # by deadline, in working days before it


@dataclass(frozen=True, slots=True)
class Moment:
    """One step of a scenario: what happens, and what must then be true."""

    happens: str
    by: By
    data: Mapping[str, Any]
    fields: Mapping[str, Any]
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
    category: str
    icon: str
    audience: Literal["citizen", "member", "internal"]
    keywords: tuple[str, ...]
    service: str | None
    open: bool
    needs: tuple[str, ...]
    initial: str
    legal: Legal
    fields: tuple[Field, ...]
    checks: tuple[Check, ...]
    items: tuple[Item, ...]
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    reactions: tuple[Reaction, ...]
    deadlines: Mapping[str, DeadlineRule]
    texts: Mapping[str, Notice]
    documents: Mapping[str, Paper]
    figures: tuple[Figure, ...]
    moves: Mapping[int, MovePart]
    covered_by: CoveredPart | None = None
    extends: tuple[str, int] | None = None  # the type and version it was made from
    opens: date | None = None  # it may be asked between these days, both included
    closes: date | None = None
    scenarios: tuple[Scenario, ...] = ()
    by_happening: Mapping[str, tuple[Reaction, ...]] = field(default_factory=dict, repr=False)
    by_name: Mapping[str, Transition] = field(default_factory=dict, repr=False)
    by_field: Mapping[str, Field] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        by_happening: dict[str, tuple[Reaction, ...]] = {}
        for reaction in self.reactions:
            by_happening[reaction.on] = (*by_happening.get(reaction.on, ()), reaction)
        object.__setattr__(self, "by_happening", by_happening)
        object.__setattr__(self, "by_name", {transition.name: transition for transition in self.transitions})
        object.__setattr__(self, "by_field", {one.name: one for one in self.fields})

    def is_open(self, on: date) -> bool:
        """Whether a request of this type may be made on that day."""
        return self.open and (self.opens is None or self.opens <= on) and (self.closes is None or on <= self.closes)

    def allowed(self, state: str, roles: Iterable[str]) -> tuple[Transition, ...]:
        """What somebody with these roles may do to a ticket in this state, in the order of the document: his buttons."""
        held = set(roles)
        return tuple(t for t in self.transitions if state in t.from_ and not held.isdisjoint(t.who))

    def paused(self, state: str) -> tuple[str, ...]:
        """The deadlines that stand still in this state."""
        return tuple(kind for kind, rule in self.deadlines.items() if state in rule.pauses)


class BadDefinition(BadDocument):
    """The document cannot be a definition."""


def load(path: Path, below: mend.Below = mend.nothing_below, known: Registers | None = None) -> Definition:
    """The definition in this file. Raises BadDefinition, with the line and the mend of every fault."""
    return loads(path.read_text(encoding="utf-8"), str(path), below, known)


def loads(text: str, source: str = "definition.yaml", below: mend.Below = mend.nothing_below, known: Registers | None = None) -> Definition:
    """The definition in this text; `source` names it in errors, `below` gives the document of a type that it extends, `known` are the
    registers it may name (those of this installation where none are given)."""
    part, found, faults = mend.validate(text, below, known)
    if part is None or faults:
        raise BadDefinition(source, faults)
    return _built(part, found)


def of_document(found: Document, source: str, below: mend.Below, known: Registers | None) -> tuple[Definition, Document]:
    """The definition of a document that was read already, and the document whole, with what it extends. Raises BadDefinition."""
    part, whole, faults = mend.validate_read(found, below, known)
    if part is None or faults:
        raise BadDefinition(source, faults)
    return _built(part, whole), whole


def build(data: Any, source: str) -> Definition:
    """The definition of data that is already merged: a collectivity's settings on the agency's type."""
    found = Document(data, {})
    part, faults = mend.examine(found)
    if part is None or faults:
        raise BadDefinition(source, faults)
    return _built(part, found)


def _built(part: document.DefinitionPart, found: Document) -> Definition:
    return Definition(
        name=part.name,
        version=part.version,
        title=part.title,
        summary=part.summary,
        category=part.category,
        icon=part.icon,
        audience=part.audience,
        keywords=tuple(part.keywords),
        service=part.service,
        open=part.open,
        needs=tuple(part.needs),
        initial=part.initial,
        legal=_legal(part.legal),
        fields=tuple(part.fields),
        checks=tuple(part.checks),
        items=tuple(part.items),
        states={name: State(name, state.label, state.citizen, state.phase) for name, state in part.states.items()},
        transitions=tuple(_transition(transition, part.states) for transition in part.transitions),
        reactions=tuple(_reaction(reaction, part.states) for reaction in part.reactions),
        deadlines=MappingProxyType(part.deadlines),
        texts=MappingProxyType(part.texts),
        documents=MappingProxyType(part.documents),
        figures=tuple(part.figures),
        moves={int(version): move for version, move in part.moves.items()},
        covered_by=part.covered_by,
        extends=(part.extends.name, part.extends.version) if part.extends else None,
        opens=date.fromisoformat(part.opens) if part.opens else None,
        closes=date.fromisoformat(part.closes) if part.closes else None,
        scenarios=tuple(_scenario(scenario, found, n) for n, scenario in enumerate(part.scenarios)),
    )


def _legal(part: document.LegalPart) -> Legal:
    duration = Duration(days=part.days) if part.days is not None else Duration(months=part.months or 2)
    return Legal(part.regime, duration, part.article, part.why, tuple(part.channels), part.remedies or "", part.reminders.model_dump())


def _transition(part: document.TransitionPart, states: Mapping[str, document.StatePart]) -> Transition:
    text = TextField(part.text.label, part.text.required) if part.text else None
    return Transition(
        part.name, part.label, _places(part.from_, states), part.to, tuple(part.who), conditions(part.when), part.otherwise or "",
        tuple(part.asks), text, consequences(part.effects),
    )  # fmt: skip


def _reaction(part: document.ReactionPart, states: Mapping[str, document.StatePart]) -> Reaction:
    from_ = _places(part.from_, states) if part.from_ else tuple(states)
    return Reaction(part.on, tuple(part.by), from_, part.to, part.why, conditions(part.when), consequences(part.effects), part.also)


def _places(named: Iterable[str], states: Mapping[str, document.StatePart]) -> tuple[str, ...]:
    """The states that a `from` names, those it names by their phase among them, each once."""
    found: dict[str, None] = {}
    for name in named:
        phase = document.EVERY.get(name)
        found |= dict.fromkeys(state for state, part in states.items() if part.phase == phase) if phase else {name: None}
    return tuple(found)


def _scenario(part: document.ScenarioPart, found: Document, number: int) -> Scenario:
    return Scenario(part.title, tuple(_moment(m, found.line(("scenarios", number, "life", n))) for n, m in enumerate(part.life)))


def _moment(part: document.MomentPart, line: int) -> Moment:
    effects = None if part.effects is None else tuple(part.effects)
    return Moment(part.happens, part.by, part.data, part.fields, part.state, effects, line)
