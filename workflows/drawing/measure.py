"""How much room each thing of the picture needs before it has a place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from workflows.drawing.graph import Bundle, Node
from workflows.drawing.layers import Size
from workflows.drawing.plan import Text
from workflows.drawing.text import printable, width, wrapped

NAME, NOTE, SAID = 15.0, 12.5, 13.0  # sizes of text: the name of a state, the note below it, what is said on a line
NAME_LINE, NOTE_LINE, SAID_LINE = 20.0, 17.0, 17.0
BETWEEN_SAID = 7.0  # between two labels of one line
BADGE = 20.0  # height of a badge
PADDING = 14.0  # between a state's border and its text
BESIDE_BADGE = 10.0  # between its text and its badge
LOOP = 32.0  # how far a loop and its arrow stand out of their state
DOT = 14.0  # across the dot of the start
PORTS = 15.0  # between two lines on one border of a state, where there is room
CORNER = 14.0  # between a corner of a state and the next line

_CHARACTERS, _LINES = 24, 4  # of one text; what is cut is told whole in the words beside the picture
_SMALLEST = 96.0
_AROUND_NODE, _AROUND_SAID, _PLATE = 18.0, 7.0, 5.0
_LOOP_HEIGHT = 30.0


@dataclass(frozen=True, slots=True)
class Said:
    """The labels of a line, one above the other; no width where there is nothing to say."""

    bundle: Bundle
    texts: tuple[Text, ...]
    width: float
    height: float

    @property
    def size(self) -> Size:
        """Its room, the line through its middle."""
        return Size(self.width / 2 + _AROUND_SAID, self.width / 2 + _AROUND_SAID, self.height)


def said(bundle: Bundle) -> Said:
    """What is said on this line."""
    texts = tuple(wrapped(label, _CHARACTERS, _LINES) for label in bundle.labels if printable(label))
    if not texts:
        return Said(bundle, (), 0.0, 0.0)
    wide = max(width(line, SAID) for text in texts for line in text) + 2 * _PLATE
    return Said(bundle, texts, wide, sum(map(len, texts)) * SAID_LINE + (len(texts) - 1) * BETWEEN_SAID)


@dataclass(frozen=True, slots=True)
class Shape:
    """A state before it has a place: its texts, its box, and the loops at its right, each with the middle of its room from the top."""

    label: Text
    note: Text
    badge: float
    width: float
    height: float
    loops: tuple[tuple[Said, float], ...]

    @property
    def size(self) -> Size:
        """Its room, its middle being that of its box."""
        beside = max((LOOP + loop.width for loop, _ in self.loops), default=0.0)
        tall = max([self.height, *(2 * abs(at - self.height / 2) + loop.height for loop, at in self.loops)])
        return Size(self.width / 2 + _AROUND_NODE, self.width / 2 + beside + _AROUND_NODE, tall)


def shaped(node: Node, loops: Iterable[Said]) -> Shape:
    """The shape of a state with these loops."""
    label = wrapped(node.label, _CHARACTERS, _LINES)
    note = wrapped(node.note, _CHARACTERS + 4, _LINES) if printable(node.note) else ()
    text = max([width(line, NAME, bold=True) for line in label] + [width(line, NOTE) for line in note])
    badge = max(BADGE, width(str(node.count), NOTE, bold=True) + 12) if node.count is not None else 0.0
    wide = max(_SMALLEST, text + (badge + BESIDE_BADGE if badge else 0.0) + 2 * PADDING)
    tall = len(label) * NAME_LINE + len(note) * NOTE_LINE + 20
    rooms = [(loop, max(_LOOP_HEIGHT, loop.height + BETWEEN_SAID)) for loop in loops]
    if len(rooms) > 1:
        tall = max(tall, sum(room for _, room in rooms))
    at = (tall - sum(room for _, room in rooms)) / 2
    placed = []
    for loop, room in rooms:
        placed.append((loop, at + room / 2))
        at += room
    return Shape(label, note, badge, wide, tall, tuple(placed))


DOT_SHAPE = Shape((), (), 0.0, DOT, DOT, ())
