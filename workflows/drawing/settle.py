"""Things drawn nearer to what they are tied to, as far as their neighbours let them, straight lines kept straight."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from math import inf

from workflows.drawing.layers import Layers, Ties

_ROUNDS = 8
_STILL = 0.5  # pixels: less is no move


def settled(xs: Sequence[float], layers: Layers, reach: Sequence[float], main: Collection[int]) -> list[float]:
    """The x of each cell where its lines go the least aside: each moves alone, the others pushing back. The cells of the main way stay.

    `reach` is how far from its middle each node may be touched.
    """
    xs, sizes = list(xs), layers.sizes
    above, below = layers.ties()
    reaches = [*reach, *[0.0] * (len(xs) - len(reach))]
    right: dict[int, int] = {}
    for row in layers.rows:
        right.update(pairwise(row))
    left = {after: cell for cell, after in right.items()}
    middle = sum(xs[cell] for cell in main) / max(1, len(main))
    units = sorted(_runs(xs, below, layers.nodes, main), key=lambda unit: abs(xs[unit[0]] - middle))
    for n in range(_ROUNDS):
        moved = False
        for unit in units if n % 2 == 0 else reversed(units):
            least = max((xs[left[c]] + sizes[left[c]].right + sizes[c].left - xs[c] for c in unit if c in left), default=-inf)
            most = min((xs[right[c]] - sizes[right[c]].left - sizes[c].right - xs[c] for c in unit if c in right), default=inf)
            move = _best(_ties(unit, xs, above, below, reaches), least, most)
            if abs(move) > _STILL:
                moved = True
                for cell in unit:
                    xs[cell] += move
        if not moved:
            break
    return xs


def _runs(xs: Sequence[float], below: Ties, nodes: int, main: Collection[int]) -> list[list[int]]:
    """What moves as one: a node, or the cells of a line as far as it is straight."""
    runs = {cell: [cell] for cell in range(len(xs)) if cell not in main}
    for cell in range(nodes, len(xs)):
        after = below[cell][0]
        if cell in runs and after in runs and after >= nodes and abs(xs[cell] - xs[after]) < _STILL:
            runs[cell].extend(runs[after])
            for each in runs[cell]:
                runs[each] = runs[cell]
    return list({id(run): run for run in runs.values()}.values())


def _ties(unit: Sequence[int], xs: Sequence[float], above: Ties, below: Ties, reach: Sequence[float]) -> list[tuple[float, float]]:
    """For each line that leaves the unit, the moves between which it would be straight."""
    inside = set(unit)
    found = []
    for cell in unit:
        for tie in (*above[cell], *below[cell]):
            if tie not in inside:
                loose = reach[tie] + reach[cell]
                found.append((xs[tie] - xs[cell] - loose, xs[tie] - xs[cell] + loose))
    return found


def _best(ties: Sequence[tuple[float, float]], least: float, most: float) -> float:
    """The move within these limits after which the lines go the least aside, then bend the least often, then the least move."""
    if not ties:
        return 0.0
    turns = sorted(turn for tie in ties for turn in tie)
    low, high = (min(max(turn, least), most) for turn in turns[len(ties) - 1 : len(ties) + 1])
    between = {low, high, min(max(0.0, low), high), *(turn for turn in turns if low < turn < high)}
    return min(between, key=lambda move: (sum(not one - _STILL < move < other + _STILL for one, other in ties), abs(move), move))
