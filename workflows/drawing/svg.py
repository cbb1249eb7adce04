"""The picture as SVG: a file of its own with its style, or a part of a page that brings the style."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise
from math import hypot

from workflows.drawing import style
from workflows.drawing.graph import EdgeKind, Graph
from workflows.drawing.layout import arrange
from workflows.drawing.measure import BESIDE_BADGE, BETWEEN_SAID, NAME, NAME_LINE, NOTE, NOTE_LINE, PADDING, SAID, SAID_LINE
from workflows.drawing.plan import Box, Line, PlacedNode, Plan, Point
from workflows.drawing.text import printable, width
from workflows.drawing.words import in_words

_TITLE, _LEGEND = 40.0, 34.0  # heights above and below the graph
_SAMPLE, _BESIDE = 30.0, 24.0  # in the legend: the sample of a line, and what stands between two words
_HEAD, _HALF_HEAD = 9.0, 4.5
_CORNER = 10.0  # radius
_MEANS: dict[EdgeKind | str, str] = {
    "act": "un agent agit",
    "reaction": "la demande réagit",
    "deadline": "une échéance passe",
    "closed": "état clos",
}


def draw(graph: Graph, *, standalone: bool = True) -> str:
    """The SVG of this workflow, always the same for the same graph.

    Standalone, it is a whole file, light or dark as its reader prefers. Else it is for a page under a strict policy: only classes,
    whose rules are in `workflow.css`.
    """
    plan = arrange(graph)
    title = printable(graph.title)
    legend, legend_width = _legend(graph)
    above = _TITLE if standalone else 0.0
    wide = max(plan.width, legend_width, width(title, 18, bold=True) + 32 if standalone else 0.0)
    tall = above + plan.height + _LEGEND
    size = f'width="{_n(wide)}" height="{_n(tall)}" viewBox="0 0 {_n(wide)} {_n(tall)}"'
    name_space = 'xmlns="http://www.w3.org/2000/svg" ' if standalone else ""
    parts = [
        f'<svg {name_space}class="wf" role="img" {size}>',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(in_words(graph))}</desc>",
        f"<style>\n{style.sheet()}</style>" if standalone else "",
        f'<rect class="wf-paper" width="{_n(wide)}" height="{_n(tall)}"/>',
        f'<text class="wf-title" x="16" y="30">{escape(title)}</text>' if standalone else "",
        f'<g transform="translate({_n((wide - plan.width) / 2)} {_n(above)})">',
        *_graph(plan),
        "</g>",
        f'<g class="wf-legend" transform="translate(16 {_n(tall - _LEGEND)})">',
        *legend,
        "</g>",
        "</svg>\n",
    ]
    return "\n".join(filter(None, parts))


def _graph(plan: Plan) -> Iterator[str]:
    for line in plan.lines:
        yield _line(line)
    if plan.start:
        x, y = plan.start.middle
        yield f'<g class="wf-start"><circle cx="{_n(x)}" cy="{_n(y)}" r="{_n(plan.start.width / 2)}"/></g>'
    for placed in plan.nodes:
        yield _node(placed)
    for line in plan.lines:
        if line.label_box:
            yield _label(line, line.label_box)


def _node(placed: PlacedNode) -> str:
    box, badge = placed.box, placed.badge
    closed = placed.node.kind == "closed"
    middle = (box.x + PADDING + (badge.x - BESIDE_BADGE if badge else box.right - PADDING)) / 2
    top = box.middle[1] - (len(placed.label) * NAME_LINE + len(placed.note) * NOTE_LINE) / 2
    parts = [
        f'<g class="wf-node{" wf-node-closed" if closed else ""}">',
        _rect(box, 8),
        _rect(Box(box.x + 3.5, box.y + 3.5, box.width - 7, box.height - 7), 5) if closed else "",
        _text("wf-name", placed.label, middle, top, NAME, NAME_LINE),
        _text("wf-note", placed.note, middle, top + len(placed.label) * NAME_LINE, NOTE, NOTE_LINE) if placed.note else "",
    ]
    if badge:
        count = _text("", (str(placed.node.count),), badge.middle[0], badge.y, NOTE, badge.height)
        parts.append(f'<g class="wf-count">{_rect(badge, badge.height / 2)}{count}</g>')
    return "".join([*parts, "</g>"])


def _label(line: Line, box: Box) -> str:
    texts, top = list[str](), box.y
    for text in line.labels:
        if texts:
            texts.append(f'<path class="wf-or" d="M{_n(box.middle[0] - 8)} {_n(top - BETWEEN_SAID / 2)}h16"/>')
        texts.append(_text("", text, box.middle[0], top, SAID, SAID_LINE))
        top += len(text) * SAID_LINE + BETWEEN_SAID
    return f'<g class="{_classes("wf-label", line.bundle.kind)}">{_rect(box, 3)}{"".join(texts)}</g>'


def _line(line: Line) -> str:
    end = line.points[-1]
    if line.is_loop:
        towards = (end[0] - line.points[-2][0], end[1] - line.points[-2][1])
    else:
        towards = (0.0, end[1] - line.points[0][1])
    length = hypot(*towards)
    along = (towards[0] / length, towards[1] / length)
    neck = (end[0] - along[0] * (_HEAD - 1), end[1] - along[1] * (_HEAD - 1))
    way = _way((*line.points[:-1], neck), line.is_loop)
    return f'<g class="{_classes("wf-edge", line.bundle.kind)}"><path class="wf-line" d="{way}"/>{_head(end, along)}</g>'


def _way(points: tuple[Point, ...], is_loop: bool) -> str:
    if is_loop:
        return "M{} {}C{} {} {} {} {} {}".format(*(_n(number) for point in points for number in point))
    steps = [f"M{_n(points[0][0])} {_n(points[0][1])}"]
    legs = [_length(one, other) / 2 for one, other in pairwise(points)]
    legs[0], legs[-1] = 2 * legs[0], 2 * legs[-1]  # no other corner is on them
    for n, corner in enumerate(points[1:-1]):
        turn = min(_CORNER, legs[n], legs[n + 1])
        ends = (_towards(corner, points[n], turn), corner, _towards(corner, points[n + 2], turn))
        steps.append("L{} {}Q{} {} {} {}".format(*(_n(number) for point in ends for number in point)))
    return "".join([*steps, f"L{_n(points[-1][0])} {_n(points[-1][1])}"])


def _length(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(one: Point, other: Point, far: float) -> Point:
    """The point so far from one on the way to the other, which is straight below, above or beside it."""
    share = far / (_length(one, other) or 1.0)
    return one[0] + (other[0] - one[0]) * share, one[1] + (other[1] - one[1]) * share


def _head(end: Point, along: Point) -> str:
    (x, y), (dx, dy) = end, along
    foot_x, foot_y = x - dx * _HEAD, y - dy * _HEAD
    left = f"{_n(foot_x - dy * _HALF_HEAD)} {_n(foot_y + dx * _HALF_HEAD)}"
    right = f"{_n(foot_x + dy * _HALF_HEAD)} {_n(foot_y - dx * _HALF_HEAD)}"
    return f'<path class="wf-head" d="M{_n(x)} {_n(y)}L{left}L{right}Z"/>'


def _legend(graph: Graph) -> tuple[list[str], float]:
    """What each way of drawing means, of those that are in the picture, and the width of it all."""
    parts: list[str] = []
    x, kinds = 0.0, {edge.kind for edge in graph.edges}
    for kind in ("act", "reaction", "deadline"):
        if kind in kinds:
            sample = f'<path class="wf-line" d="M{_n(x)} 8H{_n(x + _SAMPLE - _HEAD)}"/>{_head((x + _SAMPLE, 8.0), (1.0, 0.0))}'
            parts.append(f'<g class="{_classes("wf-sample", kind)}">{sample}</g>')
            x = _meaning(parts, kind, x)
    if any(node.kind == "closed" for node in graph.nodes):
        box = Box(x + 2, 0, _SAMPLE - 4, 16)
        parts.append(f'<g class="wf-sample-closed">{_rect(box, 4)}{_rect(Box(box.x + 3, 3, box.width - 6, 10), 2)}</g>')
        x = _meaning(parts, "closed", x)
    return parts, x - _BESIDE + 32


def _meaning(parts: list[str], what: EdgeKind | str, x: float) -> float:
    x += _SAMPLE + 8
    parts.append(_text("", (_MEANS[what],), x, 0, NOTE, 16))
    return x + width(_MEANS[what], NOTE) + _BESIDE


def _text(name: str, lines: Iterable[str], x: float, top: float, size: float, height: float) -> str:
    """Lines one below the other, each in a room of this height."""
    attribute = f' class="{name}"' if name else ""
    first = top + height / 2 + size * 0.35
    spans = "".join(f'<tspan x="{_n(x)}" y="{_n(first + n * height)}">{escape(line)}</tspan>' for n, line in enumerate(lines))
    return f"<text{attribute}>{spans}</text>"


def _rect(box: Box, corner: float) -> str:
    return f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.width)}" height="{_n(box.height)}" rx="{_n(corner)}"/>'


def _classes(name: str, kind: EdgeKind) -> str:
    return name if kind == "act" else f"{name} {name}-{kind}"


def _n(number: float) -> str:
    """A number of the file: a tenth of a pixel is enough."""
    return f"{number:z.1f}".removesuffix(".0")
