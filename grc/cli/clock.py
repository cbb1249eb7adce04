"""`grc clock`: the legal clock on its own, a case a line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, BinaryIO

from workflows.legal_case import LONGEST, answer, line_of

if TYPE_CHECKING:
    from grc.settings import Settings

NAME = "clock"
HELP = "computes legal deadlines: JSON lines in on stdin, JSON lines out"


def add_arguments(parser: ArgumentParser) -> None:
    """Reads stdin only: nothing to add."""


def run(args: Namespace, settings: Settings) -> int:
    """A line out for every line in, in order, an empty one included; 1 at the end where one of them was an error."""
    wrong = 0
    while line := _line(sys.stdin.buffer):
        data, computed = answer(line)
        wrong += not computed
        sys.stdout.buffer.write(line_of(data))
    sys.stdout.buffer.flush()
    if wrong:
        print(f"grc clock : {wrong} cas non calculé{'s' if wrong > 1 else ''} ; voir « error »", file=sys.stderr)
    return 1 if wrong else 0


def _line(source: BinaryIO) -> bytes:
    """The next line; of one that is too long, so much that it is seen to be. Empty at the end."""
    line = rest = source.readline(LONGEST + 1)
    while len(rest) > LONGEST and not rest.endswith(b"\n"):
        rest = source.readline(LONGEST + 1)
    return line
