"""A workflow as a picture: states as boxes from top to bottom, what leads from one to the other as labelled lines."""

from workflows.drawing.graph import Edge, Graph, Node
from workflows.drawing.layout import arrange
from workflows.drawing.svg import draw

__all__ = ["Edge", "Graph", "Node", "arrange", "draw"]
