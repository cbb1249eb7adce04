"""The engine: a definition, the state of a ticket and what happens give the new state and the effects asked for. Pure.

It reads no clock and no database, holds nothing, and runs in microseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from grc.errors import BadInput, Conflict
from workflows.definition import By, Consequence, Definition
from workflows.effects import CloseTicket, Effect, Record, ReopenTicket


@dataclass(frozen=True, slots=True)
class Happening:
    """What happens to a ticket.

    Kinds: `opened` (data: channel, may_answer), `citizen_message` (a person wrote), `automatic_message` (an out-of-office: it
    joins the ticket and never reopens it), `bounce`, `agent_reply`, `note`, `acknowledged` (the ARE has left),
    `transition:<name>` (data: text where the transition asks for one), `deadline:<kind>` (it has passed unmet).
    """

    kind: str
    by: By
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """The state after, and what must be done, in order."""

    state: str
    effects: tuple[Effect, ...]


class UnsaidFact(Exception):
    """A guard of the definition asks for something that the happening does not say: an error of the program, never a default."""


def step(definition: Definition, state: str, happening: Happening, now: datetime) -> Step:
    """What becomes of a ticket in this state. For `opened` the state is not read: the ticket is not in one yet.

    A transition that the state does not allow raises Conflict; a missing text BadInput. Anything else that the definition does
    not speak of changes nothing. Who may make a transition is asked before, of `Definition.allowed`.
    """
    if happening.kind.startswith("transition:"):
        return _transition(definition, state, happening)
    opened = happening.kind == "opened"
    here = definition.initial if opened else state
    for reaction in definition.by_happening.get(happening.kind, ()):
        if happening.by in reaction.by and here in reaction.from_:
            after = reaction.to or here
            moved = () if opened else _moved(definition, here, after, reaction.why, {})
            return Step(after, (*moved, *_asked(reaction.consequences, happening)))
    return Step(here, ())


def _transition(definition: Definition, state: str, happening: Happening) -> Step:
    transition = definition.by_name.get(happening.kind.removeprefix("transition:"))
    if transition is None or state not in transition.from_:
        label = f"« {transition.label} »" if transition else "Cette action"
        raise Conflict(f"{label} n’est plus possible : la demande est maintenant « {definition.states[state].label} ». Rechargez la page.")
    text = str(happening.data.get("text") or "").strip()
    if transition.text and transition.text.required and not text:
        raise BadInput("text", f"Écrivez quelques mots : {transition.text.label[0].lower()}{transition.text.label[1:]}.")
    moved = _moved(definition, state, transition.to, text, {"transition": transition.name, "label": transition.label})
    return Step(transition.to, (*moved, *_asked(transition.consequences, happening)))


def _moved(definition: Definition, before: str, after: str, why: str, data: Mapping[str, Any]) -> tuple[Effect, ...]:
    """The line of the timeline for a change of state, and the closing or reopening that goes with it."""
    if before == after:
        return ()
    old, new = definition.states[before], definition.states[after]
    record = Record("state", why, {"from": before, "to": after, "from_label": old.label, "to_label": new.label, **data})
    if old.phase == new.phase:
        return (record,)
    return (record, CloseTicket() if new.phase == "closed" else ReopenTicket())


def _asked(consequences: tuple[Consequence, ...], happening: Happening) -> tuple[Effect, ...]:
    return tuple(consequence.effect for consequence in consequences if _holds(consequence, happening))


def _holds(consequence: Consequence, happening: Happening) -> bool:
    for key, fits in consequence.when.items():
        if key not in happening.data:
            raise UnsaidFact(f"« {happening.kind} » ne dit pas « {key} », dont dépend {type(consequence.effect).__name__}")
        if happening.data[key] not in fits:
            return False
    return True
