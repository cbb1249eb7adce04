"""Where everything of the picture stands, as values, in pixels from its top left."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.drawing.graph import Bundle, Node

Point = tuple[float, float]
Text = tuple[str, ...]  # broken into lines


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; x and y are its left and its top."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right border."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower border."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The point in its middle."""
        return self.x + self.width / 2, self.y + self.height / 2

    def overlaps(self, other: Box) -> bool:
        """Whether the two share more than a border."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom


@dataclass(frozen=True, slots=True)
class PlacedNode:
    """A state in its box; `badge` is the room of its count."""

    node: Node
    box: Box
    label: Text
    note: Text
    badge: Box | None


@dataclass(frozen=True, slots=True)
class Line:
    """What leads from one state to another, with the room of its labels.

    `points` go from source to target: where the line leaves its state, each corner, where it reaches the other. Those of a loop are
    where it leaves the right border, the two handles of its curve, and where it comes back.
    """

    bundle: Bundle
    labels: tuple[Text, ...]
    label_box: Box | None
    points: tuple[Point, ...]

    @property
    def is_loop(self) -> bool:
        """Whether it comes back to the state it leaves."""
        return self.bundle.source == self.bundle.target


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole picture; `start` is the room of the dot from which a life begins, None where nothing comes from there."""

    width: float
    height: float
    nodes: tuple[PlacedNode, ...]
    lines: tuple[Line, ...]
    start: Box | None
