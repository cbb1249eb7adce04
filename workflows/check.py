"""What `grc workflow check` finds in a definition whose shape is right: a life that cannot be lived, a promise not kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from grc.errors import Refused
from workflows.definition import Consequence, Definition, Moment, Scenario
from workflows.effects import Effect, MeetDeadline, Notify, StartDeadlines
from workflows.engine import Happening, UnsaidFact, step

_NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)  # any moment does: scenarios tell an order, not dates


def check(definition: Definition, texts: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Every fault, a French sentence each; none: the definition is sound. `texts` are the notices its module can write."""
    return (
        *_unreachable(definition),
        *_dead_ends(definition),
        *_never_taken(definition),
        *_deadlines(definition),
        *_texts(definition, texts),
        *(fault for scenario in definition.scenarios for fault in play(definition, scenario)),
        *_untold(definition),
    )


def _edges(definition: Definition) -> Mapping[str, frozenset[str]]:
    """Where each state leads; the empty name is the moment before the ticket exists."""
    edges: dict[str, set[str]] = {name: set() for name in definition.states}
    edges[""] = {definition.initial}
    for transition in definition.transitions:
        for state in transition.from_:
            edges[state].add(transition.to)
    for reaction in definition.reactions:
        if reaction.to is not None:
            for state in ("",) if reaction.on == "opened" else reaction.from_:
                edges[state].add(reaction.to)
    return {state: frozenset(to) for state, to in edges.items()}


def _reach(edges: Mapping[str, frozenset[str]], start: str) -> set[str]:
    seen, todo = set[str](), [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(edges[state])
    return seen


def _unreachable(definition: Definition) -> Iterator[str]:
    reached = _reach(_edges(definition), "")
    for name, state in definition.states.items():
        if name not in reached:
            yield f"L’état « {state.label} » ({name}) n’est jamais atteint ; ajoutez une transition qui y mène, ou supprimez-le."


def _dead_ends(definition: Definition) -> Iterator[str]:
    edges = _edges(definition)
    for name, state in definition.states.items():
        ends = {reached for reached in _reach(edges, name) if definition.states[reached].phase == "closed"}
        if not ends:
            yield f"De l’état « {state.label} » ({name}), aucun chemin ne mène à un état clos ; ajoutez une transition qui en sort."
        if state.phase == "open" and not any(name in transition.from_ for transition in definition.transitions):
            yield f"Dans l’état « {state.label} » ({name}), un agent ne peut rien faire ; ajoutez une transition."


def _never_taken(definition: Definition) -> Iterator[str]:
    """Reactions hidden by an earlier one: the first that fits is taken."""
    for kind, reactions in definition.by_happening.items():
        covered: set[tuple[str, str]] = set()
        for reaction in reactions:
            places = (definition.initial,) if kind == "opened" else reaction.from_
            fits = {(by, state) for by in reaction.by for state in places if state in reaction.from_}
            if fits <= covered:
                where = ", ".join(reaction.from_)
                yield f"Une réaction à « {kind} » ({where}) n’est jamais prise, une autre plus haut l’est avant elle ; changez leur ordre."
            covered |= fits
    if "opened" not in definition.by_happening:
        yield "Rien ne se passe à l’ouverture ; ajoutez une réaction à « opened »."


def _consequences(definition: Definition) -> Iterator[Consequence]:
    for transition in definition.transitions:
        yield from transition.consequences
    for reaction in definition.reactions:
        yield from reaction.consequences


def _deadlines(definition: Definition) -> Iterator[str]:
    started, met = set[str](), set[str]()
    for consequence in _consequences(definition):
        match consequence.effect:
            case StartDeadlines(kinds):
                started |= set(kinds or ("are", "answer", "notify", "implicit_decision"))
            case MeetDeadline(kind):
                met.add(kind)
    for kind in sorted(started):
        if kind not in met:
            yield f"L’échéance « {kind} » commence et rien ne la tient ; ajoutez un effet meet_deadline."
        if f"deadline:{kind}" not in definition.by_happening:
            yield f"Rien ne se passe quand l’échéance « {kind} » est dépassée ; ajoutez une réaction à « deadline:{kind} »."
    for kind in sorted(met - started):
        yield f"L’échéance « {kind} » est tenue et ne commence jamais ; ajoutez un effet start_deadlines."


def _texts(definition: Definition, texts: frozenset[str]) -> Iterator[str]:
    for consequence in _consequences(definition):
        if isinstance(consequence.effect, Notify) and consequence.effect.template not in texts:
            yield f"L’avis « {consequence.effect.template} » n’a pas de texte ; écrivez texts/{consequence.effect.template}/."


def _untold(definition: Definition) -> Iterator[str]:
    """What no scenario goes through: a promise that nothing holds."""
    told = {moment.happens for scenario in definition.scenarios for moment in scenario.life}
    for transition in definition.transitions:
        if f"transition:{transition.name}" not in told:
            yield f"Aucun scénario ne passe par « {transition.label} » ({transition.name}) ; ajoutez-en un."
    lived = {moment.state for scenario in definition.scenarios for moment in scenario.life}
    for name, state in definition.states.items():
        if name not in lived:
            yield f"Aucun scénario ne passe par l’état « {state.label} » ({name}) ; ajoutez-en un."


def play(definition: Definition, scenario: Scenario) -> Iterator[str]:
    """Lives one scenario; yields where it goes another way than it says, and stops there."""
    state = ""
    for moment in scenario.life:
        where = f"Scénario « {scenario.title} », ligne {moment.line}, {moment.happens}"
        try:
            result = step(definition, state, Happening(moment.happens, moment.by, moment.data), _NOW)
        except (Refused, UnsaidFact) as error:
            yield f"{where} : {error}"
            return
        yield from (f"{where} : {fault}" for fault in _differences(moment, result.state, result.effects))
        if result.state != moment.state:
            return
        state = result.state


def _differences(moment: Moment, state: str, effects: tuple[Effect, ...]) -> Iterator[str]:
    if state != moment.state:
        yield f"l’état est « {state} », le scénario dit « {moment.state} »."
    names = tuple(effect_name(effect) for effect in effects)
    if moment.effects is not None and names != moment.effects:
        yield f"les effets sont [{', '.join(names)}], le scénario dit [{', '.join(moment.effects)}]."


def effect_name(effect: Effect) -> str:
    """The name of an effect as documents write it: `MarkUnread` is `mark_unread`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(effect).__name__).lower()
