"""From a graph to the plan of its picture.

Written here: the layered layouts on PyPI (grandalf 0.8 is the best kept) know neither labels nor loops nor several edges
between two nodes, which are most of what a workflow is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from workflows.drawing.columns import columns
from workflows.drawing.graph import Graph, Node, bundled
from workflows.drawing.layers import Layers, Rows, layered, spread
from workflows.drawing.life import Life, life
from workflows.drawing.measure import BADGE, CORNER, DOT_SHAPE, LOOP, PADDING, PORTS, Said, Shape, said, shaped
from workflows.drawing.plan import Box, Line, PlacedNode, Plan, Point
from workflows.drawing.routes import heights, points, tracks
from workflows.drawing.settle import settled
from workflows.drawing.untangle import untangled

_MARGIN = 16.0
_CROSSING = 250.0  # pixels that lines may go further aside, all together, to spare one crossing
_MOUTH = 6.0  # half of what lies between the two ends of a loop


@dataclass(frozen=True, slots=True)
class _Pose:
    """One way to set the whole from left to right: the x of each cell, and that of each line on every row it crosses."""

    layers: Layers
    shapes: list[Shape]
    xs: list[float]
    lines: list[list[float]]
    crossings: int

    def cost(self) -> float:
        """How far it is from a clear picture."""
        return self.crossings * _CROSSING + sum(abs(here - there) for line in self.lines for here, there in pairwise(line))


def arrange(graph: Graph) -> Plan:
    """The plan of the graph, the same for the same graph: no box and no label lies over another, no line runs through one."""
    told = [said(bundle) for bundle in bundled(graph.edges)]
    loops = [one for one in told if one.bundle.source == one.bundle.target]
    told = [one for one in told if one.bundle.source != one.bundle.target]
    shapes = {node.name: shaped(node, [loop for loop in loops if loop.bundle.source == node.name]) for node in graph.nodes}
    if any(one.bundle.source == "" for one in told):
        shapes = {"": DOT_SHAPE, **shapes}
    if not shapes:
        return Plan(2 * _MARGIN, 2 * _MARGIN, (), (), None)

    index = {name: n for n, name in enumerate(shapes)}
    lived = life(
        len(shapes),
        [(index[one.bundle.source], index[one.bundle.target]) for one in told],
        {index[node.name] for node in graph.nodes if node.kind == "closed"},
    )
    tangled = layered(lived, [shape.size for shape in shapes.values()], [one.size for one in told])
    poses = [_posed(tangled, rows, crossings, lived, list(shapes.values())) for crossings, rows in untangled(tangled, lived)]
    return _plan(graph, told, lived, min(poses, key=_Pose.cost))


def _posed(tangled: Layers, rows: Rows, crossings: int, lived: Life, shapes: Sequence[Shape]) -> _Pose:
    layers = spread(tangled, rows)
    wider = _widened(shapes, layers, lived)
    layers.sizes[: layers.nodes] = [shape.size for shape in wider]
    main = [pair for arc in lived.main for pair in pairwise((layers.arcs[arc][0], *layers.lines[arc], layers.arcs[arc][1]))]
    reach = [max(0.0, shape.width / 2 - CORNER) for shape in wider]
    xs = settled(columns(layers, main), layers, reach, {cell for pair in main for cell in pair})
    left = min(x - size.left for x, size in zip(xs, layers.sizes, strict=True)) - _MARGIN
    xs = [round(x - left, 1) for x in xs]
    return _Pose(layers, wider, xs, tracks(layers, xs, reach), crossings)


def _widened(shapes: Sequence[Shape], layers: Layers, lived: Life) -> list[Shape]:
    """The shapes with room for every line that touches them, the main one in the middle of the border."""
    position = {cell: n for row in layers.rows for n, cell in enumerate(row)}
    half = [0.0] * len(shapes)
    for end in (0, 1):
        touching: dict[int, list[tuple[int, bool]]] = {}
        for number, (arc, line) in enumerate(zip(layers.arcs, layers.lines, strict=True)):
            touching.setdefault(arc[end], []).append((position[line[-end]], number in lived.main))
        for node, lines in touching.items():
            last = len(lines) - 1
            middle = next((n for n, (_, is_main) in enumerate(sorted(lines)) if is_main), last / 2)
            half[node] = max(half[node], CORNER + PORTS * max(middle, last - middle))
    return [
        shape if shape is DOT_SHAPE else replace(shape, width=max(shape.width, 2 * room)) for shape, room in zip(shapes, half, strict=True)
    ]


def _plan(graph: Graph, told: Sequence[Said], lived: Life, pose: _Pose) -> Plan:
    layers, xs = pose.layers, pose.xs
    rows, asides = heights(layers, pose.lines, _MARGIN)
    middle = {cell: (xs[cell], (top + bottom) / 2) for row, (top, bottom) in zip(layers.rows, rows, strict=True) for cell in row}
    boxes = [_around(middle[node], shape.width, shape.height) for node, shape in enumerate(pose.shapes)]
    lines: list[Line] = []
    for number, (one, (upper, lower)) in enumerate(zip(told, lived.arcs, strict=True)):
        way = points(pose.lines[number], asides[number], boxes[upper].bottom, boxes[lower].y)
        room = _around(middle[layers.labels[number]], one.width, one.height) if one.texts else None
        lines.append(Line(one.bundle, one.texts, room, way[::-1] if number in lived.back else way))
    for shape, box in zip(pose.shapes, boxes, strict=True):
        lines.extend(_loop(loop, box.right, box.y + at) for loop, at in shape.loops)
    start = boxes[0] if pose.shapes[0] is DOT_SHAPE else None
    states = zip(graph.nodes, pose.shapes[-len(graph.nodes) :], boxes[-len(graph.nodes) :], strict=True)
    return Plan(
        max(x + size.right for x, size in zip(xs, layers.sizes, strict=True)) + _MARGIN,
        rows[-1][1] + _MARGIN,
        tuple(_placed(node, shape, box) for node, shape, box in states),
        tuple(lines),
        start,
    )


def _around(middle: Point, width: float, height: float) -> Box:
    return Box(middle[0] - width / 2, middle[1] - height / 2, width, height)


def _placed(node: Node, shape: Shape, box: Box) -> PlacedNode:
    badge = Box(box.right - PADDING - shape.badge, box.middle[1] - BADGE / 2, shape.badge, BADGE) if shape.badge else None
    return PlacedNode(node, box, shape.label, shape.note, badge)


def _loop(loop: Said, x: float, y: float) -> Line:
    room = Box(x + LOOP, y - loop.height / 2, loop.width, loop.height) if loop.texts else None
    out, back = (x, y - _MOUTH), (x, y + _MOUTH)
    return Line(loop.bundle, loop.texts, room, (out, (x + LOOP, y - 2 * _MOUTH), (x + LOOP, y + 2 * _MOUTH), back))
