"""The rows of a layered picture: states on even rows, labels between them, and a passage wherever a line crosses a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflows.drawing.life import Arc, Life

Rows = list[list[int]]
Ties = list[list[int]]

_PASSAGE = 9.0  # half of the width that a passing line keeps for itself
_CROWDED = 620.0  # labels of one row that are wider together are set in turn on two rows or three


@dataclass(frozen=True, slots=True)
class Size:
    """The room a thing needs around the line through its middle, its margins included."""

    left: float
    right: float
    height: float


PASSAGE = Size(_PASSAGE, _PASSAGE, 0.0)


@dataclass(frozen=True, slots=True)
class Layers:
    """Cells in rows, from top to bottom and from left to right. The first cells are the nodes, the others belong to lines.

    Each arc goes down from its upper node to its lower one. Its line is the cells between, and `labels` the one of them that
    holds its label.
    """

    arcs: Sequence[Arc]
    sizes: list[Size]
    rows: Rows
    lines: list[list[int]]
    labels: list[int]
    nodes: int

    def ties(self) -> tuple[Ties, Ties]:
        """For each cell, those it is tied to in the row above, and in the row below."""
        above: Ties = [[] for _ in self.sizes]
        below: Ties = [[] for _ in self.sizes]
        for (upper, lower), line in zip(self.arcs, self.lines, strict=True):
            last = upper
            for cell in (*line, lower):
                below[last].append(cell)
                above[cell].append(last)
                last = cell
        return above, below


def layered(life: Life, nodes: Sequence[Size], labels: Sequence[Size]) -> Layers:
    """The rows, not yet in a good order. Labels stand near the true source of their line, where there is room."""
    ranks, arcs = life.ranks, life.arcs
    rows: Rows = [[] for _ in range(2 * max(ranks) + 1)]
    for node, rank in enumerate(ranks):
        rows[2 * rank].append(node)
    sizes, lines, held = list(nodes), [list[int]() for _ in arcs], [0] * len(arcs)
    load = [0.0] * len(rows)
    for arc in sorted(range(len(arcs)), key=lambda arc: ranks[arcs[arc][1]] - ranks[arcs[arc][0]]):
        upper, lower = (2 * ranks[node] for node in arcs[arc])
        between = range(upper + 1, lower, 2)
        chosen = min(reversed(between) if arc in life.back else between, key=load.__getitem__)
        load[chosen] += labels[arc].left + labels[arc].right
        for row in range(upper + 1, lower):
            if row == chosen:
                held[arc] = len(sizes)
            lines[arc].append(len(sizes))
            rows[row].append(len(sizes))
            sizes.append(labels[arc] if row == chosen else PASSAGE)
    return Layers(arcs, sizes, rows, lines, held, len(nodes))


def spread(layers: Layers, rows: Rows) -> Layers:
    """The layers in this order of their rows, where labels that make a row too wide are set in turn on several rows."""
    line_of = {cell: n for n, line in enumerate(layers.lines) for cell in line}
    labels = set(layers.labels)
    sizes, lines = list(layers.sizes), [list[int]() for _ in layers.lines]
    spread_rows: Rows = []
    for row in rows:
        said = [cell for cell in row if cell in labels]
        parts = max(1, min(3, len(said), 1 + int(sum(sizes[cell].left + sizes[cell].right for cell in said) / _CROWDED)))
        part_of = {cell: n % parts for n, cell in enumerate(said)}
        several: Rows = [[] for _ in range(parts)]
        for cell in row:
            for part, standing in enumerate(several):
                if part == part_of.get(cell, 0):
                    standing.append(cell)
                else:
                    standing.append(len(sizes))
                    sizes.append(PASSAGE)
                if cell in line_of:
                    lines[line_of[cell]].append(standing[-1])
        spread_rows += several
    return Layers(layers.arcs, sizes, spread_rows, lines, layers.labels, layers.nodes)
