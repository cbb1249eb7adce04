"""Plain text as blocks: what a person types in a box, laid out as he meant it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from grc.paper.model import Block, Heading, Items, Paragraph

_HEADINGS = {"# ": 1, "## ": 2}


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a plain text: blank lines part paragraphs, `- ` begins an item, `# ` and `## ` a heading; all else is itself."""
    return tuple(_blocks(text))


def _blocks(text: str) -> Iterator[Block]:
    for kind, group in groupby((line.strip() for line in text.splitlines()), key=_kind):
        lines = list(group)
        if kind == "item":
            yield Items(tuple(line[2:].strip() for line in lines))
        elif kind == "text":
            yield Paragraph("\n".join(lines))
        elif kind:
            yield from (Heading(line[len(kind) :].strip(), _HEADINGS[kind]) for line in lines)


def _kind(line: str) -> str:
    if line.startswith("- "):
        return "item"
    return next((mark for mark in _HEADINGS if line.startswith(mark)), "text" if line else "")
