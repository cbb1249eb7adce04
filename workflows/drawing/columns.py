"""Where each cell stands from left to right: in order, without touching, and with lines as straight as can be.

After Brandes and Köpf, Fast and Simple Horizontal Coordinate Assignment, 2001: four pictures, each pressed into one corner, of
which each cell takes the middle. One way through the whole picture, the main one, is straight in all four.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from statistics import median

from workflows.drawing.layers import Layers, Size, Ties

Pairs = set[tuple[int, int]]


def columns(layers: Layers, main: Iterable[tuple[int, int]]) -> list[float]:
    """The x of the middle of each cell. `main` are the segments of the main way, each from its upper to its lower cell."""
    rows, sizes = layers.rows, layers.sizes
    above, below = layers.ties()
    downwards = dict(main)
    upwards = {lower: upper for upper, lower in downwards.items()}
    refused = _bending(rows, above, layers.nodes, upwards)
    pictures: list[list[float]] = []
    for from_below in (False, True):
        for from_right in (False, True):
            seen = [list(reversed(row)) if from_right else list(row) for row in (reversed(rows) if from_below else rows)]
            before = [size.right if from_right else size.left for size in sizes]
            after = [size.left if from_right else size.right for size in sizes]
            onward, backward = (downwards, upwards) if from_below else (upwards, downwards)
            xs = _pressed(seen, _aligned(seen, below if from_below else above, refused, onward, backward), before, after)
            pictures.append([-x for x in xs] if from_right else xs)
    return _middle(pictures, sizes)


def _bending(rows: Sequence[Sequence[int]], above: Ties, nodes: int, main: Mapping[int, int]) -> Pairs:
    """The segments, named from both ends, that may bend: they cross the main way, or else one between two passages."""
    position = {cell: n for row in rows for n, cell in enumerate(row)}
    bending: Pairs = set()
    for row in rows[1:]:
        for straight in (
            {cell: main[cell] for cell in row if cell in main},
            {cell: above[cell][0] for cell in row if cell >= nodes and above[cell][0] >= nodes and (above[cell][0], cell) not in bending},
        ):
            places = [position[straight[cell]] if cell in straight else None for cell in row]
            furthest = accumulate((-1 if place is None else place for place in places), max)
            nearest = list(accumulate((len(position) if place is None else place for place in reversed(places)), min))
            for cell, low, high in zip(row, furthest, reversed(nearest), strict=True):
                crossing = [tie for tie in above[cell] if tie != straight.get(cell) and not low <= position[tie] <= high]
                bending.update((tie, cell) for tie in crossing)
                bending.update((cell, tie) for tie in crossing)
    return bending


def _aligned(rows: Sequence[Sequence[int]], ties: Ties, bending: Pairs, main: Mapping[int, int], back: Mapping[int, int]) -> list[int]:
    """For each cell the first of the block that stands in one vertical with it: tied to the middle one of its ties, or on the main way."""
    root = list(range(len(ties)))
    taken = [False] * len(ties)
    position = {cell: n for row in rows for n, cell in enumerate(row)}
    for row in rows:
        reached = -1
        for cell in row:
            tied = sorted(ties[cell], key=position.__getitem__)
            half = (len(tied) - 1) // 2
            for tie in [main[cell]] if cell in main else tied[half : len(tied) - half]:
                free = not taken[tie] and position[tie] > reached and (tie, cell) not in bending
                if free and back.get(tie, cell) == cell:
                    taken[tie] = True
                    root[cell] = root[tie]
                    reached = position[tie]
                    break
    return root


def _pressed(rows: Sequence[Sequence[int]], root: Sequence[int], before: Sequence[float], after: Sequence[float]) -> list[float]:
    """Each block as far left as its left neighbours let it, then back towards what stands right of it."""
    rights: dict[int, dict[int, float]] = {cell: {} for row in rows for cell in row if root[cell] == cell}
    waits = dict.fromkeys(rights, 0)
    for row in rows:
        for left, right in pairwise(row):
            one, other = root[left], root[right]
            waits[other] += other not in rights[one]
            rights[one][other] = max(rights[one].get(other, 0.0), after[left] + before[right])
    ready = [block for block, count in waits.items() if not count]
    xs = dict.fromkeys(rights, 0.0)
    done: list[int] = []
    while ready:
        block = ready.pop()
        done.append(block)
        for other, apart in rights[block].items():
            xs[other] = max(xs[other], xs[block] + apart)
            waits[other] -= 1
            if not waits[other]:
                ready.append(other)
    for block in reversed(done):
        if rights[block]:
            xs[block] = max(xs[block], min(xs[other] - apart for other, apart in rights[block].items()))
    return [xs[block] for block in root]


def _middle(pictures: list[list[float]], sizes: Sequence[Size]) -> list[float]:
    """The four pictures laid over the narrowest, and for each cell the mean of its two middle places."""
    borders = [
        (min(x - size.left for x, size in zip(xs, sizes, strict=True)), max(x + size.right for x, size in zip(xs, sizes, strict=True)))
        for xs in pictures
    ]
    narrowest = min(borders, key=lambda border: border[1] - border[0])
    laid = []
    for n, (xs, border) in enumerate(zip(pictures, borders, strict=True)):
        side = n % 2
        laid.append([x + narrowest[side] - border[side] for x in xs])
    return [median(places) for places in zip(*laid, strict=True)]
