"""The engine: a definition, the state of a ticket and what happens give the new state and the effects asked for. Pure.

It reads no clock and no database, holds nothing, and runs in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.errors import BadInput, Conflict
from workflows.computed import computed
from workflows.condition import Condition, Read, conditions, hold, reader
from workflows.consequences import Consequence
from workflows.definition import By, Definition, Transition
from workflows.effects import CloseTicket, Effect, PauseDeadlines, Record, ReopenTicket, ResumeDeadlines, SetField
from workflows.reckoned import Reckoned

_NO_FIELDS: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens to a ticket. `fields` are the values given with it: by the form, or by what a transition asks.

    Kinds: `opened` (data: channel, may_answer, automatic), `citizen_message` (a person wrote), `automatic_message` (an out-of-office:
    it joins the ticket and never reopens it), `bounce`, `agent_reply`, `note`, `acknowledged` (the ARE has left), `third_reply` (we
    wrote to the third party: an editor, a supplier), `third_message` (it wrote to us), `linked_closed` (every linked ticket that this
    one waits for is closed), `rated`, `transition:<name>` (data: text where the transition asks for one), `deadline:<kind>` (it has
    passed unmet), `reminder:<kind>` (it is about to).
    """

    kind: str
    by: By
    data: Mapping[str, Any] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """The state after, the fields after, and what must be done, in order."""

    state: str
    effects: tuple[Effect, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)


class UnsaidFact(Exception):
    """A guard of the definition asks for something that the happening does not say: an error of the program, never a default."""


def step(definition: Definition, state: str, happening: Happening, now: datetime, fields: Mapping[str, Any] = _NO_FIELDS) -> Step:
    """What becomes of a ticket in this state, with these fields. For `opened` the state is not read: the ticket is not in one yet.

    A transition that the state or its guard does not allow raises Conflict; a missing text or field BadInput. Anything else that
    the definition does not speak of changes nothing. Who may make a transition is asked before, of `Definition.allowed`.
    """
    if happening.kind.startswith("transition:"):
        return _transition(definition, state, happening, fields)
    opened = happening.kind == "opened"
    here = definition.initial if opened else state
    after_given = _given(definition, fields, happening.fields)
    more: tuple[Consequence, ...] = ()
    for reaction in definition.by_happening.get(happening.kind, ()):
        if happening.by in reaction.by and here in reaction.from_ and _hold(reaction.when, happening, after_given):
            if reaction.also:
                more += reaction.consequences
                continue
            after = reaction.to or here
            moved = () if opened else _moved(definition, here, after, reaction.why, {})
            return _step(definition, after, after_given, moved, (*reaction.consequences, *more), happening)
    return _step(definition, here, after_given, (), more, happening)


def guarded(definition: Definition, transition: Transition, fields: Mapping[str, Any], facts: Mapping[str, Any]) -> str:
    """Why the guard of a transition does not hold at this moment, in French; empty where it holds."""
    if _hold(transition.when, Happening(f"transition:{transition.name}", "agent", facts), computed(definition, fields)):
        return ""
    return transition.otherwise or f"« {transition.label} » n’est pas possible pour l’instant."


def _transition(definition: Definition, state: str, happening: Happening, fields: Mapping[str, Any]) -> Step:
    transition = definition.by_name.get(happening.kind.removeprefix("transition:"))
    if transition is None or state not in transition.from_:
        label = f"« {transition.label} »" if transition else "Cette action"
        raise Conflict(f"{label} n’est plus possible : la demande est maintenant « {definition.states[state].label} ». Rechargez la page.")
    text = str(happening.data.get("text") or "").strip()
    if transition.text and transition.text.required and not text:
        raise BadInput("text", f"Écrivez quelques mots : {transition.text.label[0].lower()}{transition.text.label[1:]}.")
    given = _given(definition, fields, {name: value for name, value in happening.fields.items() if name in transition.asks})
    read = reader(given)
    for name in transition.asks:
        asked = definition.by_field[name]
        unanswered = read(f"fields.{name}") in (None, "", [])
        if unanswered and asked.required and asked.kind != "computed" and hold(conditions(asked.when), read):
            raise BadInput(name, f"Renseignez « {asked.label} » avant de continuer.")
    if refusal := guarded(definition, transition, given, happening.data):
        raise Conflict(refusal)
    after = transition.to or state
    told: dict[str, Any] = {"transition": transition.name, "label": transition.label}
    if filled := {name: happening.fields[name] for name in transition.asks if name in happening.fields}:
        told["fields"] = filled
    why = text if transition.text else ""  # words that only go further are no reason
    moved = _moved(definition, state, after, why, told)
    if not moved:  # an act that stays in its state is a line of the timeline all the same
        moved = (Record("act", why, told),)
    return _step(definition, after, given, moved, transition.consequences, happening)


def _step(
    definition: Definition,
    state: str,
    given: Mapping[str, Any],
    moved: tuple[Effect, ...],
    consequences: tuple[Consequence, ...],
    happening: Happening,
) -> Step:
    """The effects one after the other: a field that one sets is read by those behind it. Those set are told apart from those given."""
    effects: list[Effect] = list(moved)
    fields = dict(given)
    words = str(happening.data.get("text") or "").strip()
    for consequence in consequences:
        if not _hold(consequence.when, happening, fields):
            continue
        effect = consequence.effect
        if isinstance(effect, Reckoned):
            effect = effect.reckon(reader(fields), words)
        if isinstance(effect, SetField):
            fields = dict(computed(definition, _put(fields, effect.name, effect.value)))
            continue
        effects.append(effect)
    changed = tuple(SetField(name, fields.get(name)) for name in {**given, **fields} if given.get(name) != fields.get(name))
    return Step(state, (*changed, *effects), fields)


def _given(definition: Definition, fields: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    if not given:
        return fields if not definition.fields else computed(definition, fields)
    return computed(definition, {name: value for name, value in {**fields, **given}.items() if value is not None})


def _put(fields: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    left = {key: kept for key, kept in fields.items() if key != name}
    return left if value is None else {**left, name: value}


def _moved(definition: Definition, before: str, after: str, why: str, data: Mapping[str, Any]) -> tuple[Effect, ...]:
    """The line of the timeline for a change of state, the closing or reopening that goes with it, and the deadlines it stops or frees."""
    if before == after:
        return ()
    old, new = definition.states[before], definition.states[after]
    effects: list[Effect] = [Record("state", why, {"from": before, "to": after, "from_label": old.label, "to_label": new.label, **data})]
    if old.phase != new.phase:
        effects.append(CloseTicket() if new.phase == "closed" else ReopenTicket())
    stood, stands = definition.paused(before), definition.paused(after)
    if freed := tuple(kind for kind in stood if kind not in stands):
        effects.append(ResumeDeadlines(freed))
    if stopped := tuple(kind for kind in stands if kind not in stood):
        effects.append(PauseDeadlines(stopped))
    return tuple(effects)


def _hold(asked: tuple[Condition, ...], happening: Happening, fields: Mapping[str, Any]) -> bool:
    return not asked or hold(asked, _facts(happening, fields))


def _facts(happening: Happening, fields: Mapping[str, Any]) -> Read:
    read = reader(fields, happening.data)

    def said(key: str) -> Any:
        if not key.startswith("fields.") and key not in happening.data:
            raise UnsaidFact(f"« {happening.kind} » ne dit pas « {key} », dont dépend une condition de la définition")
        return read(key)

    return said
