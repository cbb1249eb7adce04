"""The picture of a type's life, from its document as it stands: also of a draft that has faults still. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from workflows import vocabulary
from workflows.document import EVERY
from workflows.drawing import Edge, Graph, Node
from workflows.drawing.graph import EdgeKind


def graph(data: Mapping[str, Any], counts: Mapping[str, int] | None = None) -> Graph:
    """The life of a whole document: its states, with how many requests are in each where `counts` are given, and what leads on.

    What points to a state that is not there is left out: the faults say so.
    """
    states = {name: part for name, part in (data.get("states") or {}).items() if isinstance(part, Mapping)}
    nodes = tuple(
        Node(
            name,
            str(part.get("label") or name),
            "closed" if part.get("phase") == "closed" else "open",
            _count(counts, name),
            _stopped(data, name),
        )
        for name, part in states.items()
    )
    edges = tuple(edge for edge in _edges(data, states) if edge.target in states and (not edge.source or edge.source in states))
    return Graph(str(data.get("title") or ""), nodes, edges)


def _count(counts: Mapping[str, int] | None, name: str) -> int | None:
    return counts.get(name) if counts else None


def _stopped(data: Mapping[str, Any], state: str) -> str:
    """Which deadlines stand still in a state, for the smaller line of its box."""
    rules = [(name, rule) for name, rule in (data.get("deadlines") or {}).items() if isinstance(rule, Mapping)]
    found = [str(rule.get("label") or name) for name, rule in rules if state in (rule.get("pauses") or [])]
    return f"à l’arrêt\u00a0: {', '.join(found)}" if found else ""


def _edges(data: Mapping[str, Any], states: Mapping[str, Any]) -> Iterator[Edge]:
    initial = data.get("initial")
    reactions = [part for part in data.get("reactions") or [] if isinstance(part, Mapping)]
    if isinstance(initial, str):
        yield Edge("", initial, "", "reaction")
    for part in data.get("transitions") or []:
        if isinstance(part, Mapping):
            label, to = str(part.get("label") or part.get("name") or ""), part.get("to")  # none: an act that stays in its state
            yield from (Edge(source, to if isinstance(to, str) else source, label, "act") for source in places(part.get("from"), states))
    labels = {name: str(rule.get("label") or name) for name, rule in (data.get("deadlines") or {}).items() if isinstance(rule, Mapping)}
    for part in reactions:
        to, on = part.get("to"), str(part.get("on") or "")
        if not isinstance(to, str):
            continue
        kind: EdgeKind = "deadline" if on.partition(":")[0] in ("deadline", "reminder") else "reaction"
        sources = [""] if on == "opened" else places(part.get("from"), states) or list(states)
        yield from (Edge(source, to, vocabulary.happening(on, labels), kind) for source in sources if source != to)


def places(named: Any, states: Mapping[str, Any]) -> Sequence[str]:
    """The states that a `from` names, those it names by their phase among them, each once."""
    found: dict[str, None] = {}
    for name in named if isinstance(named, list) else []:
        phase = EVERY.get(name) if isinstance(name, str) else None
        if phase is None:
            found[str(name)] = None
        else:
            found |= dict.fromkeys(state for state, part in states.items() if isinstance(part, Mapping) and part.get("phase") == phase)
    return tuple(found)
