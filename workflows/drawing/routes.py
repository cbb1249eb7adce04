"""How lines run: where each touches its two states, how high the rows must stand apart for it, and by which points it goes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from workflows.drawing.layers import Layers
from workflows.drawing.measure import PORTS
from workflows.drawing.plan import Point

_STRAIGHT, _TURN, _LANE = 12.0, 16.0, 11.0  # between rows of labels; from a row to the next line that goes aside; between two such
_CLEAR = 7.0  # between a line and another that goes on from where it turns


def tracks(layers: Layers, xs: Sequence[float], reach: Sequence[float]) -> list[list[float]]:
    """The x of each line on every row from its upper state to its lower one, these two included.

    Lines touch the border of a state right below or above what they lead to where they can, else as near to it as others let them.
    """
    found = [[xs[cell] for cell in line] for line in layers.lines]
    for end in (0, 1):
        touching: dict[int, list[int]] = {}
        for line, arc in enumerate(layers.arcs):
            touching.setdefault(arc[end], []).append(line)
        for node, lines in touching.items():
            lines.sort(key=lambda line: found[line][-end])
            ports = _ports([found[line][-end] for line in lines], xs[node], reach[node])
            for line, port in zip(lines, ports, strict=True):
                found[line].insert(len(found[line]) * end, port)
    return found


def _ports(wanted: Sequence[float], middle: float, reach: float) -> list[float]:
    """The places on a border for lines that would stand at these, in order; one that wants the middle has it."""
    if middle not in wanted:
        return _apart(wanted, middle - reach, middle + reach)
    left = wanted.index(middle)
    gaps = [min(PORTS, reach / many) if many else 0.0 for many in (left, len(wanted) - left - 1)]
    before = _apart(wanted[:left], middle - reach, middle - gaps[0])
    return [*before, middle, *_apart(wanted[left + 1 :], middle + gaps[1], middle + reach)]


def _apart(wanted: Sequence[float], lowest: float, highest: float) -> list[float]:
    """The places nearest to those wanted, in order, that stand apart between the two ends: least squares, by pooling neighbours."""
    gap = min(PORTS, (highest - lowest) / max(1, len(wanted) - 1))
    pools: list[tuple[float, int]] = []
    for n, place in enumerate(wanted):
        total, count = place - n * gap, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            total, count = total + pools[-1][0], count + pools[-1][1]
            pools.pop()
        pools.append((total, count))
    free = [total / count for total, count in pools for _ in range(count)]
    return [min(max(place, lowest), highest - (len(wanted) - 1) * gap) + n * gap for n, place in enumerate(free)]


def heights(layers: Layers, lines: Sequence[Sequence[float]], top: float) -> tuple[list[tuple[float, float]], list[list[float]]]:
    """The top and the bottom of each row; and for each line, after each row, the height at which it goes aside.

    Rows are as tall as what stands in them, and as far from the next as the lines between need to pass one another.
    """
    row_of = {cell: n for n, row in enumerate(layers.rows) for cell in row}
    turning: list[list[tuple[int, int, float, float]]] = [[] for _ in layers.rows]
    for number, ((upper, _), line) in enumerate(zip(layers.arcs, lines, strict=True)):
        for step, (here, there) in enumerate(pairwise(line)):
            if here != there:
                turning[row_of[upper] + step].append((number, step, here, there))
    rows: list[tuple[float, float]] = []
    asides = [[0.0] * (len(line) - 1) for line in lines]
    for n, row in enumerate(layers.rows):
        bottom = top + max((layers.sizes[cell].height for cell in row), default=0.0)
        rows.append((top, bottom))
        lanes = _lanes([(here, there) for _, _, here, there in turning[n]])
        for (number, step, _, _), lane in zip(turning[n], lanes, strict=True):
            asides[number][step] = bottom + _TURN + lane * _LANE
        touches = any(cell < layers.nodes for near in layers.rows[n : n + 2] for cell in near)
        top = bottom + (2 * _TURN + max(lanes) * _LANE if lanes else _TURN * 2 if touches else _STRAIGHT)
    return rows, asides


def _lanes(turns: Sequence[tuple[float, float]]) -> list[int]:
    """For lines that come down at one x and go on at another, the lane in which each goes aside: few cross, none lies on another."""
    count = len(turns)
    ranges = [(min(turn) - _CLEAR, max(turn) + _CLEAR) for turn in turns]
    cost = [[0] * count for _ in turns]  # crossings where the first lies above the second
    for one, (low, high) in enumerate(ranges):
        for other, (down, on) in enumerate(turns):
            if one != other:
                cost[one][other] += low < down < high
                cost[other][one] += low < on < high
    weight = [sum(cost[one]) - sum(row[one] for row in cost) for one in range(count)]
    lanes = [0] * count
    waiting = set(range(count))
    placed: list[int] = []
    while waiting:
        chosen = min(waiting, key=lambda one: (weight[one], one))
        waiting.remove(chosen)
        for one in waiting:
            weight[one] -= cost[one][chosen] - cost[chosen][one]
        low, high = ranges[chosen]
        lanes[chosen] = max((lanes[one] + 1 for one in placed if ranges[one][0] < high and low < ranges[one][1]), default=0)
        placed.append(chosen)
    return lanes


def points(line: Sequence[float], asides: Sequence[float], start: float, end: float) -> tuple[Point, ...]:
    """The points of a line between two heights: its ends, and its corners at the heights where it goes aside."""
    found = [(line[0], start)]
    for (here, there), y in zip(pairwise(line), asides, strict=True):
        if here != there:
            found += [(here, y), (there, y)]
    return (*found, (line[-1], end))
