"""Which way a life goes: what comes before what, what goes back, how far down each state stands."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

Arc = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Life:
    """Nodes are numbers, arcs are named by their number.

    `arcs` all go down, from an upper node to a lower one: those of `back` were turned round for that. `ranks` says how far down
    each node stands, and `main` are the arcs of the longest life from the first node.
    """

    arcs: tuple[Arc, ...]
    back: frozenset[int]
    ranks: tuple[int, ...]
    main: tuple[int, ...]


def life(count: int, arcs: Sequence[Arc], closed: Collection[int]) -> Life:
    """The life of the nodes 0 to count - 1, where a life begins in node 0 and those told first usually come first. No arc is a loop."""
    order = _order(count, arcs, closed)
    place = {node: n for n, node in enumerate(order)}
    back = frozenset(n for n, (source, target) in enumerate(arcs) if place[source] > place[target])
    down = tuple((arc[1], arc[0]) if n in back else arc for n, arc in enumerate(arcs))
    return Life(down, back, tuple(_ranks(order, down)), tuple(_main(order, down, back)))


def _order(count: int, arcs: Collection[Arc], closed: Collection[int]) -> list[int]:
    """The nodes so that few arcs go back: those that a walk in depth, which tries first what is told first, meets again on its own way.

    What leads from a closed node to an open one always goes back.
    """
    onward: list[set[int]] = [set() for _ in range(count)]
    for source, target in arcs:
        if source not in closed or target in closed:
            onward[source].add(target)
    finished: list[int] = []
    seen = [False] * count
    for root in range(count):
        if seen[root]:
            continue
        seen[root] = True
        way = [(root, iter(sorted(onward[root])))]
        while way:
            node, targets = way[-1]
            following = next((target for target in targets if not seen[target]), None)
            if following is None:
                finished.append(node)
                way.pop()
            else:
                seen[following] = True
                way.append((following, iter(sorted(onward[following]))))
    finished.reverse()
    return [node for node in finished if node not in closed] + [node for node in finished if node in closed]


def _ranks(order: Sequence[int], arcs: Collection[Arc]) -> list[int]:
    """As high as can be; then down to what a node leads to, where that is more than what leads to it. Node 0 stays at the top."""
    above: list[list[int]] = [[] for _ in order]
    below: list[list[int]] = [[] for _ in order]
    for upper, lower in arcs:
        above[lower].append(upper)
        below[upper].append(lower)
    ranks = [0] * len(order)
    for node in order:
        ranks[node] = max((ranks[upper] + 1 for upper in above[node]), default=0)
    for node in reversed(order):
        if node and len(below[node]) > len(above[node]):
            ranks[node] = min(ranks[lower] for lower in below[node]) - 1
    return ranks


def _main(order: Sequence[int], arcs: Sequence[Arc], back: Collection[int]) -> list[int]:
    """The longest way down; of two as long, the one by what is told first."""
    below: list[list[int]] = [[] for _ in order]
    for number, (upper, _) in enumerate(arcs):
        if number not in back:
            below[upper].append(number)
    depth = [0] * len(order)
    for node in reversed(order):
        depth[node] = max((depth[arcs[number][1]] + 1 for number in below[node]), default=0)
    way: list[int] = []
    node = 0
    while below[node]:
        way.append(max(below[node], key=lambda number: (depth[arcs[number][1]], -arcs[number][1], -number)))
        node = arcs[way[-1]][1]
    return way
