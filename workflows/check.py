"""What `grc workflow check` finds in a definition whose shape is right: a life that cannot be lived, a promise not kept. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from grc.errors import Refused
from workflows import by_law, reckoned
from workflows.condition import Condition, contradictions
from workflows.consequences import Consequence
from workflows.definition import LEGAL_KINDS, Definition, Moment, Scenario
from workflows.effects import Effect, MeetDeadline, Notify, StartDeadlines
from workflows.engine import Happening, UnsaidFact, step
from workflows.notice import BadText, unknown
from workflows.register import Registers, registers
from workflows.yaml_lines import Path

WHEN = datetime(2026, 1, 5, 9, tzinfo=UTC)  # any moment does: scenarios tell an order, not dates
# What a scenario need not say, since every ticket says it: `data` of a moment replaces these.
STANDING: Mapping[str, Any] = {
    "answered": False, "priority": 2, "channel": "email", "member": False, "assigned": False, "subscribed": True, "covered": True,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault, a French sentence, and the part of the document to mend: a list's part by its place, `("transitions", 2)`."""

    path: Path
    text: str


def check(definition: Definition, texts: frozenset[str] = frozenset(), known: Registers | None = None) -> tuple[str, ...]:
    """Every fault, a French sentence each; none: the definition is sound. `texts` are the notices its module keeps in its folder,
    `known` the registers there are (those of this installation where none are given)."""
    return tuple(finding.text for finding in findings(definition, texts, known))


def findings(definition: Definition, texts: frozenset[str] = frozenset(), known: Registers | None = None) -> tuple[Finding, ...]:
    """The same, each with its place."""
    return (
        *_unreachable(definition),
        *_dead_ends(definition),
        *_never_taken(definition),
        *_never_hold(definition),
        *_deadlines(definition),
        *_texts(definition, texts),
        *_templates(definition),
        *(Finding(path, text) for path, text in (*by_law.lacking(definition), *by_law.twice(definition))),
        *_registers(definition, registers() if known is None else known),
        *_unlived(definition),
        *_untold(definition),
    )


def edges(definition: Definition) -> Mapping[str, frozenset[str]]:
    """Where each state leads; the empty name is the moment before the ticket exists."""
    found: dict[str, set[str]] = {name: set() for name in definition.states}
    found[""] = {definition.initial}
    for transition in definition.transitions:
        for state in transition.from_:
            found[state].add(transition.to or state)
    for reaction in definition.reactions:
        if reaction.to is not None:
            for state in ("",) if reaction.on == "opened" else reaction.from_:
                found[state].add(reaction.to)
    return {state: frozenset(to) for state, to in found.items()}


def _reach(found: Mapping[str, frozenset[str]], start: str) -> set[str]:
    seen, todo = set[str](), [start]
    while todo:
        state = todo.pop()
        if state not in seen:
            seen.add(state)
            todo.extend(found[state])
    return seen


def _unreachable(definition: Definition) -> Iterator[Finding]:
    reached = _reach(edges(definition), "")
    for name, state in definition.states.items():
        if name not in reached:
            told = f"L’état « {state.label} » ({name}) n’est jamais atteint ; ajoutez une transition qui y mène, ou supprimez-le."
            yield Finding(("states", name), told)


def _dead_ends(definition: Definition) -> Iterator[Finding]:
    found = edges(definition)
    for name, state in definition.states.items():
        ends = {reached for reached in _reach(found, name) if definition.states[reached].phase == "closed"}
        if not ends:
            told = f"De l’état « {state.label} » ({name}), aucun chemin ne mène à un état clos ; ajoutez une transition qui en sort."
            yield Finding(("states", name), told)
        acts = [t for t in definition.transitions if name in t.from_ and set(t.who) - {"requester", "system"}]
        if state.phase == "open" and not acts:
            told = f"Dans l’état « {state.label} » ({name}), un agent ne peut rien faire ; ajoutez une transition."
            yield Finding(("states", name), told)


def _never_taken(definition: Definition) -> Iterator[Finding]:
    """Reactions hidden by an earlier one: the first that fits is taken."""
    covered_by: dict[str, set[tuple[str, str]]] = {}
    for n, reaction in enumerate(definition.reactions):
        kind = reaction.on
        covered = covered_by.setdefault(kind, set())
        places = (definition.initial,) if kind == "opened" else reaction.from_
        fits = {(by, state) for by in reaction.by for state in places if state in reaction.from_}
        if fits <= covered:
            where = ", ".join(reaction.from_)
            told = f"Une réaction à « {kind} » ({where}) n’est jamais prise, une autre plus haut l’est avant elle ; changez leur ordre."
            yield Finding(("reactions", n), told)
        if not reaction.when and not reaction.also:
            covered |= fits
    if "opened" not in definition.by_happening:
        yield Finding(("reactions",), "Rien ne se passe à l’ouverture ; ajoutez une réaction à « opened ».")


def _never_hold(definition: Definition) -> Iterator[Finding]:
    """Guards that no fields and no moment can satisfy."""
    for path, where, asked in _guards(definition):
        for why in contradictions(asked, lambda key: _possible(definition, key)):
            yield Finding(path, f"{where} : la condition ne peut jamais être remplie, {why} ; corrigez-la ou supprimez-la.")


def _guards(definition: Definition) -> Iterator[tuple[Path, str, tuple[Condition, ...]]]:
    for n, transition in enumerate(definition.transitions):
        here, path = f"« {transition.label} » ({transition.name})", ("transitions", n)
        yield path, here, transition.when
        for consequence in transition.consequences:  # the guard of an effect holds on top of that of its transition
            yield path, f"{here}, {effect_name(consequence.effect)}", _together(transition.when, consequence.when)
    for n, reaction in enumerate(definition.reactions):
        here, path = f"Réaction à « {reaction.on} »", ("reactions", n)
        yield path, here, reaction.when
        for consequence in reaction.consequences:
            yield path, f"{here}, {effect_name(consequence.effect)}", _together(reaction.when, consequence.when)


def _together(one: tuple[Condition, ...], other: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """Two sets of conditions as one: what both ask of a key is asked of it at once."""
    if not one or not other:
        return other
    merged = {condition.key: condition for condition in one}
    for more in other:
        had = merged.get(more.key)
        if had is None:
            merged[more.key] = more
            continue
        one_of = more.is_one_of if had.is_one_of is None else had.is_one_of
        if had.is_one_of is not None and more.is_one_of is not None:
            one_of = tuple(value for value in had.is_one_of if value in more.is_one_of)  # none: both can never hold
        merged[more.key] = Condition(
            more.key, one_of, (*(had.is_none_of or ()), *(more.is_none_of or ())) or None,
            more.at_least if more.at_least is not None else had.at_least, more.at_most if more.at_most is not None else had.at_most,
            more.filled if more.filled is not None else had.filled,
        )  # fmt: skip
    return tuple(merged.values())


def _possible(definition: Definition, key: str) -> tuple[str | bool | int, ...] | None:
    """The values that a key can take, or None where any."""
    if key in ("answered", "member", "assigned", "may_answer", "automatic", "subscribed", "covered"):
        return (True, False)
    if key == "priority":
        return (1, 2, 3, 4)
    name = key.removeprefix("fields.") if key.startswith("fields.") else ""
    field = definition.by_field.get(name)
    if field is None:
        return None
    if field.kind == "choice":
        return tuple(choice.value for choice in field.choices)
    return (True, False) if field.kind == "check" else None


def consequences_of(definition: Definition) -> Iterator[Consequence]:
    """Every effect a definition can ask for."""
    for transition in definition.transitions:
        yield from transition.consequences
    for reaction in definition.reactions:
        yield from reaction.consequences


def _deadlines(definition: Definition) -> Iterator[Finding]:
    started, met = set[str](), set[str]()
    for consequence in consequences_of(definition):
        match consequence.effect:
            case StartDeadlines(kinds):
                legal = LEGAL_KINDS if definition.legal.regime != "none" else ("are",)
                started |= set(kinds or (*legal, *definition.deadlines))
            case MeetDeadline(kind):
                met.add(kind)
    for kind in sorted(started - set(LEGAL_KINDS)):  # what becomes of those of the law is the same for every type
        if f"deadline:{kind}" not in definition.by_happening:
            told = f"Rien ne se passe quand l’échéance « {kind} » est dépassée ; ajoutez une réaction à « deadline:{kind} »."
            yield Finding(("reactions",), told)
    for kind in sorted(met - started):
        yield Finding(_term(definition, kind), f"L’échéance « {kind} » est tenue et ne commence jamais ; ajoutez un effet start_deadlines.")
    for kind, rule in definition.deadlines.items():
        if kind not in started and kind not in met:
            told = f"L’échéance « {rule.label} » ({kind}) ne commence jamais ; ajoutez un effet start_deadlines, ou supprimez-la."
            yield Finding(("deadlines", kind), told)
        if rule.owner == "nobody" and rule.shown != "nobody":
            told = f"L’échéance « {rule.label} » ({kind}) n’a pas de responsable ; nommez-le (owner), ou cachez-la (shown: nobody)."
            yield Finding(("deadlines", kind), told)
        for reminder in rule.reminders[:1]:
            if f"reminder:{kind}" not in definition.by_happening:
                (unit,) = reminder.before.units()
                told = f"Un rappel de « {rule.label} » ({kind}, {unit}) n’est lu par personne ; ajoutez une réaction à « reminder:{kind} »."
                yield Finding(("deadlines", kind), told)


def _term(definition: Definition, kind: str) -> Path:
    """Where a deadline is written: one of the law is nowhere, what starts it is."""
    return ("deadlines", kind) if kind in definition.deadlines else ("reactions",)


def _texts(definition: Definition, texts: frozenset[str]) -> Iterator[Finding]:
    used = set[str]()
    for consequence in consequences_of(definition):
        effect = consequence.effect
        if isinstance(effect, Notify):
            used.add(effect.template)
            if effect.template not in texts and effect.template not in definition.texts:
                yield Finding(("texts",), f"L’avis « {effect.template} » n’a pas de texte ; écrivez-le sous « texts ».")
    for name in sorted(_to_third(definition)):
        if any("tracking_url" in part for part in (definition.texts[name].subject, definition.texts[name].body)):
            told = f"Le texte « {name} » part à un tiers et donne le lien de suivi, qui n’est que pour le demandeur ; retirez tracking_url."
            yield Finding(("texts", name), told)
    for name in definition.texts:
        if name not in used and name != "ack":
            yield Finding(("texts", name), f"Le texte « {name} » ne part jamais ; ajoutez un effet notify, ou supprimez-le.")


def _to_third(definition: Definition) -> set[str]:
    effects = (consequence.effect for consequence in consequences_of(definition))
    return {e.template for e in effects if isinstance(e, Notify) and e.to == "third" and e.template in definition.texts}


def _templates(definition: Definition) -> Iterator[Finding]:
    """Texts and documents that name a variable nobody gives, or that cannot be written."""
    fields = [field.name for field in definition.fields]
    written: list[tuple[Path, str, str]] = []
    for name, text in definition.texts.items():
        written.extend((("texts", name), f"Texte « {name} »", part) for part in (text.subject, text.body))
    for name, paper in definition.documents.items():
        written.extend((("documents", name), f"Document « {name} »", part) for part in (paper.title, paper.body, paper.file))
    for n, transition in enumerate(definition.transitions):
        written.extend((("transitions", n), *asked) for asked in _subjects(transition.consequences))
    for n, reaction in enumerate(definition.reactions):
        written.extend((("reactions", n), *asked) for asked in _subjects(reaction.consequences))
    for path, where, part in written:
        try:
            for name in unknown(part, fields):
                yield Finding(path, f"{where} : la variable « {name} » n’existe pas ; corrigez son nom, ou ajoutez le champ.")
        except BadText as error:
            yield Finding(path, f"{where} : {error}.")


def _subjects(consequences: Iterable[Consequence]) -> Iterator[tuple[str, str]]:
    """The subjects of the tickets that these open."""
    for consequence in consequences:
        if isinstance(consequence.effect, reckoned.CreateBy):
            yield f"Demande liée « {consequence.effect.type} », objet", consequence.effect.subject


def _registers(definition: Definition, known: Registers) -> Iterator[Finding]:
    """Fields and coverage that name a register which no module has."""
    asked: list[tuple[Path, str, str]] = [
        (("fields", n), f"Champ « {f.label} » ({f.name})", f.of) for n, f in enumerate(definition.fields) if f.of
    ]
    if definition.covered_by is not None:
        asked.append((("covered_by",), "covered_by", definition.covered_by.register_))
    entered = (c.effect.register for c in consequences_of(definition) if isinstance(c.effect, reckoned.EnterBy))
    asked.extend(((), "Inscription (enter)", name) for name in dict.fromkeys(entered))
    for path, where, name in asked:
        if name not in known:
            told = f"{where} : aucun module n’a de registre « {name} » ; corrigez le nom, ou ajoutez registers/{name}.yaml."
            yield Finding(path, told)


def _unlived(definition: Definition) -> Iterator[Finding]:
    """Scenarios that go another way than they say."""
    for n, scenario in enumerate(definition.scenarios):
        yield from (Finding(("scenarios", n), told) for told in play(definition, scenario))


def _untold(definition: Definition) -> Iterator[Finding]:
    """What no scenario goes through: a promise that nothing holds."""
    told = {moment.happens for scenario in definition.scenarios for moment in scenario.life}
    for transition in definition.transitions:
        if f"transition:{transition.name}" not in told:
            yield Finding(("scenarios",), f"Aucun scénario ne passe par « {transition.label} » ({transition.name}) ; ajoutez-en un.")
    lived = {moment.state for scenario in definition.scenarios for moment in scenario.life}
    for name, state in definition.states.items():
        if name not in lived:
            yield Finding(("scenarios",), f"Aucun scénario ne passe par l’état « {state.label} » ({name}) ; ajoutez-en un.")


def play(definition: Definition, scenario: Scenario) -> Iterator[str]:
    """Lives one scenario; yields where it goes another way than it says, and stops there."""
    state, fields = "", dict[str, Any]()
    for moment in scenario.life:
        where = f"Scénario « {scenario.title} », ligne {moment.line}, {moment.happens}"
        try:
            happening = Happening(moment.happens, moment.by, {**STANDING, **moment.data}, moment.fields)
            result = step(definition, state, happening, WHEN, fields)
        except (Refused, UnsaidFact) as error:
            yield f"{where} : {error}"
            return
        yield from (f"{where} : {fault}" for fault in _differences(moment, result.state, result.effects))
        if result.state != moment.state:
            return
        state, fields = result.state, dict(result.fields)


def _differences(moment: Moment, state: str, effects: tuple[Effect, ...]) -> Iterator[str]:
    if state != moment.state:
        yield f"l’état est « {state} », le scénario dit « {moment.state} »."
    names = tuple(effect_name(effect) for effect in effects)
    if moment.effects is not None and names != moment.effects:
        yield f"les effets sont [{', '.join(names)}], le scénario dit [{', '.join(moment.effects)}]."


_PLAIN = {
    reckoned.SetBy: "set_field",
    reckoned.PrioritiseBy: "prioritise",
    reckoned.CreateBy: "create_linked",
    reckoned.TellBy: "tell_linked",
    reckoned.EnterBy: "enter",
}


def effect_name(effect: Effect | reckoned.Reckoned) -> str:
    """The name of an effect as scenarios write it: `MarkUnread` is `mark_unread`."""
    return _PLAIN.get(type(effect)) or re.sub(r"(?<!^)(?=[A-Z])", "_", type(effect).__name__).lower()
