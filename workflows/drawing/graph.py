"""What is drawn: the states a request may be in, and what leads from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NodeKind = Literal["open", "closed"]
EdgeKind = Literal["act", "reaction", "deadline"]


@dataclass(frozen=True, slots=True)
class Node:
    """A state: `count` is how many requests are in it now (a badge), `note` a second, smaller line."""

    name: str
    label: str
    kind: NodeKind
    count: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What leads from a state to a state: an agent's act, the request's own reaction, a deadline.

    Source "" is the moment before the request exists.
    """

    source: str
    target: str
    label: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Graph:
    """A whole workflow, its states in the order of a usual life. Raises ValueError with the names that no state bears, or that two bear."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"plusieurs états portent le même nom : {_listed(twice)}")
        if "" in names:
            raise ValueError("un état n’a pas de nom")
        known = set(names)
        used = {edge.source for edge in self.edges if edge.source} | {edge.target for edge in self.edges}
        if used - known:
            raise ValueError(f"aucun état ne porte ce nom : {_listed(sorted(used - known))}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """All that leads from one state to another in one way: one line in the picture, its labels one above the other."""

    source: str
    target: str
    kind: EdgeKind
    labels: tuple[str, ...]


def bundled(edges: tuple[Edge, ...]) -> tuple[Bundle, ...]:
    """The edges without twins, in the order in which each first comes."""
    labels: dict[tuple[str, str, EdgeKind], dict[str, None]] = {}
    for edge in edges:
        labels.setdefault((edge.source, edge.target, edge.kind), {})[edge.label] = None
    return tuple(Bundle(source, target, kind, tuple(said)) for (source, target, kind), said in labels.items())


def _listed(names: list[str]) -> str:
    return ", ".join(f"« {name} »" for name in names)
