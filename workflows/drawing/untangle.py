"""The order of cells in their rows: few lines cross, and what is aside of the main way stands on both sides of it."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from workflows.drawing.layers import Layers, Rows, Ties
from workflows.drawing.life import Life

_SWEEPS = 12
_PATIENCE = 4  # sweeps without a better order, then it is as good as it gets
_LABOUR = 20_000  # segments that the sweeps of one order may look at: a huge graph is untangled less


def untangled(layers: Layers, life: Life) -> list[tuple[int, Rows]]:
    """Good orders of the rows, one or more, each with how many times lines cross in it."""
    above, below = layers.ties()
    sweeps = max(2, min(_SWEEPS, _LABOUR // max(1, sum(map(len, below)))))
    found: list[tuple[int, Rows]] = []
    for rows in _starts(layers, below, life):
        best, fewest = _swept(rows, above, below, sweeps)
        if sweeps < _SWEEPS:
            return [(fewest, best)]
        _swap_neighbours(best, above, below)
        _move_lines(best, layers, below, life.main)
        fewest = crossings(best, below)
        if (fewest, best) not in found:
            found.append((fewest, best))
    return found


def _starts(layers: Layers, below: Ties, life: Life) -> Iterator[Rows]:
    """Orders to begin with: the main way in the middle and what is aside of it on one side or the other; then as a walk meets all."""
    for turn in (1, -1):
        yield _sided(layers, life, turn)
    yield _walked(layers.rows, below)


def _sided(layers: Layers, life: Life, turn: int) -> Rows:
    """Nodes aside in turn on both sides; of the lines along the main way, those that go back on one side, those that leap on the other."""
    key: dict[int, float] = {}
    on_main = {node for arc in life.main for node in layers.arcs[arc]}
    for row in layers.rows:
        aside = [cell for cell in row if cell < layers.nodes and cell not in on_main]
        key.update((cell, turn * (n // 2 + 1) * (-1) ** n) for n, cell in enumerate(aside))
    for arc, ((upper, lower), line) in enumerate(zip(layers.arcs, layers.lines, strict=True)):
        side = key.get(upper, 0) + key.get(lower, 0)
        if not side and arc not in life.main:
            side = turn * (1 if arc in life.back else -1)
        outward = (len(line) - 1) * (1 if side > 0 else -1) if side else 0
        key.update((cell, side / 2 + outward) for cell in line)
    return [sorted(row, key=lambda cell: key.get(cell, 0)) for row in layers.rows]


def _walked(rows: Rows, below: Ties) -> Rows:
    """The rows as a walk down from each cell meets them."""
    place = {cell: n for n, row in enumerate(rows) for cell in row}
    met: Rows = [[] for _ in rows]
    waiting = [cell for row in reversed(rows) for cell in reversed(row)]
    seen = set()
    while waiting:
        cell = waiting.pop()
        if cell not in seen:
            seen.add(cell)
            met[place[cell]].append(cell)
            waiting.extend(reversed(below[cell]))
    return met


def _swept(rows: Rows, above: Ties, below: Ties, sweeps: int) -> tuple[Rows, int]:
    """The best order that sweeps down and up come by, and its crossings."""
    best, fewest, since = [row[:] for row in rows], crossings(rows, below), 0
    for sweep in range(sweeps):
        if not fewest or since == _PATIENCE:
            break
        _sweep(rows, above, below, down=sweep % 2 == 0, mirrored=sweep % 4 > 1)
        count = crossings(rows, below)
        since += 1
        if count < fewest:
            best, fewest, since = [row[:] for row in rows], count, 0
    return best, fewest


def _sweep(rows: Rows, above: Ties, below: Ties, *, down: bool, mirrored: bool) -> None:
    """Each row in turn in the order of what it is tied to in the row before."""
    ties = above if down else below
    position = {cell: n for row in rows for n, cell in enumerate(row)}
    for row in rows if down else reversed(rows):
        tied = [cell for cell in row if ties[cell]]
        middle = {cell: sum([position[tie] for tie in ties[cell]]) / len(ties[cell]) for cell in tied}
        following = iter(sorted(reversed(tied) if mirrored else tied, key=middle.__getitem__))
        row[:] = [next(following) if ties[cell] else cell for cell in row]
        position.update((cell, n) for n, cell in enumerate(row))


def crossings(rows: Rows, below: Ties) -> int:
    """How many times two lines cross between one row and the next."""
    position = {cell: n for row in rows for n, cell in enumerate(row)}
    count = 0
    for row in rows:
        ends: list[int] = []
        for cell in row:
            here = [position[tie] for tie in below[cell]]
            for end in here:
                count += len(ends) - bisect_right(ends, end)
            for end in here:
                insort(ends, end)
    return count


def _swap_neighbours(rows: Rows, above: Ties, below: Ties) -> None:
    """Two neighbours change places wherever that leaves fewer crossings."""
    position = {cell: n for row in rows for n, cell in enumerate(row)}
    better = True
    while better:  # each swap leaves fewer crossings, so that this ends
        better = False
        for row in rows:
            for n in range(len(row) - 1):
                left, right = row[n], row[n + 1]
                gain = 0
                for ties in (above, below):
                    for one in ties[left]:
                        for other in ties[right]:
                            gain += (position[one] > position[other]) - (position[one] < position[other])
                if gain > 0:
                    row[n], row[n + 1] = right, left
                    position[left], position[right] = n + 1, n
                    better = True


def _move_lines(rows: Rows, layers: Layers, below: Ties, main: Collection[int]) -> None:
    """A long line goes as a whole along the outside, or along the main way, wherever it then crosses fewer others."""
    position = {cell: float(n) for row in rows for n, cell in enumerate(row)}
    row_of = {cell: n for n, row in enumerate(rows) for cell in row}
    middle = {row_of[cell]: cell for arc in main for cell in (*layers.arcs[arc], *layers.lines[arc])}
    for arc, line in enumerate(layers.lines):
        if len(line) < 2 or arc in main:
            continue
        upper, lower = layers.arcs[arc]
        first, own = row_of[upper], set(line)
        others = [
            [(position[cell], position[tie]) for cell in row if cell not in own for tie in below[cell] if tie not in own]
            for row in rows[first : first + len(line) + 1]
        ]
        here = [position[cell] for cell in line]
        crossed = _crossed([position[upper], *here, position[lower]], others)
        if not crossed:
            continue
        beside = [position[middle[row]] if row in middle else here[n] for n, row in enumerate(range(first + 1, first + 1 + len(line)))]
        ways = [[-1.0] * len(line), [float(len(layers.sizes))] * len(line), [x - 0.5 for x in beside], [x + 0.5 for x in beside]]
        counts = [_crossed([position[upper], *way, position[lower]], others) for way in ways]
        fewest = min(counts)
        if fewest < crossed:
            position.update(zip(line, ways[counts.index(fewest)], strict=True))
            for row in rows[first + 1 : first + 1 + len(line)]:
                row.sort(key=position.__getitem__)
                position.update((cell, float(n)) for n, cell in enumerate(row))


def _crossed(way: Sequence[float], others: Sequence[Sequence[tuple[float, float]]]) -> int:
    """How many of the others a line crosses that goes by these places."""
    count = 0
    for (here, there), segments in zip(pairwise(way), others, strict=True):
        count += sum([(here - one) * (there - other) < 0 for one, other in segments])
    return count
