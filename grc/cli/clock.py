"""`grc clock`: the legal clock on its own, a case a line."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from workflows.legal_case import answer, line_of

if TYPE_CHECKING:
    from grc.settings import Settings

NAME = "clock"
HELP = "computes legal deadlines: JSON lines in on stdin, JSON lines out"


def add_arguments(parser: ArgumentParser) -> None:
    """Reads stdin only: nothing to add."""


def run(args: Namespace, settings: Settings) -> int:
    """A line out for every line in, in order; 1 at the end where one of them was an error."""
    wrong = 0
    for line in sys.stdin.buffer:
        if line.strip():
            data, computed = answer(line)
            wrong += not computed
            sys.stdout.buffer.write(line_of(data))
    sys.stdout.buffer.flush()
    if wrong:
        print(f'{wrong} case(s) could not be computed: see "error"', file=sys.stderr)
    return 1 if wrong else 0
