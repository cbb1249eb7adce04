"""How a running request comes to another version of its type: its state, its fields, the deadlines that stand still or run. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Moved:
    """Where the request is in the newer version. `gone`: deadlines that it does not have; `paused`, `freed`: those that stand still there
    and did not here, and the other way round."""

    state: str
    fields: Mapping[str, Any]
    gone: tuple[str, ...]
    paused: tuple[str, ...]
    freed: tuple[str, ...]


class Unmovable(Exception):
    """It cannot come there; the message says why, in French."""


def target(old: Definition, new: Definition, state: str) -> str:
    """The state in the newer version of a request that is in this one. Raises Unmovable."""
    here = old.states[state]
    move = new.moves.get(old.version)
    name = move.states.get(state, state) if move else state
    there = new.states.get(name)
    if there is None:
        raise Unmovable(f"l’état « {here.label} » n’existe plus : dites dans « Passages » lequel prend sa place")
    if there.phase != here.phase:
        turns = "se clorait" if there.phase == "closed" else "se rouvrirait"
        raise Unmovable(f"elle {turns} en passant de « {here.label} » à « {there.label} »")
    return name


def moved(old: Definition, new: Definition, state: str, fields: Mapping[str, Any], standing: Iterable[str]) -> Moved:
    """The request in the newer version; `standing` are the kinds of its unmet deadlines. Raises Unmovable.

    A field keeps its name and its value unless the newer version says otherwise: nothing that somebody wrote is lost in silence.
    """
    there = target(old, new, state)
    move = new.moves.get(old.version)
    names: Mapping[str, str | None] = move.fields if move else {}
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        became = names.get(name, name)
        if became is not None:
            kept[became] = value
    before, after = set(old.paused(state)), set(new.paused(there))
    ours = [kind for kind in dict.fromkeys(standing) if kind in old.deadlines]
    stay = [kind for kind in ours if kind in new.deadlines]
    return Moved(
        there, kept, tuple(kind for kind in ours if kind not in new.deadlines),
        tuple(kind for kind in stay if kind in after and kind not in before),
        tuple(kind for kind in stay if kind in before and kind not in after),
    )  # fmt: skip
