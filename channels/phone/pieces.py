"""A file of records in pieces that are each one arrival: a thousand lines at most, whole ones, with what it takes to read them. Pure."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

from channels.phone import asterisk, freeswitch, table
from channels.phone.parse import cells, decoded

MOST_LINES = 1_000
MOST_BYTES = 200 * 1024  # a piece lies in its row of the ledger, never in the store of files
LONGEST_LINE = 100_000  # bytes; what is longer is several lines, and none of them a call
_DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True, slots=True)
class Form:
    """What a file is: its format, and for a table its head and what stands between its cells."""

    name: str
    head: Sequence[str] = ()
    delimiter: str = ","

    def meta(self) -> dict[str, Any]:
        """As an arrival carries it."""
        return {"form": self.name} | ({"head": list(self.head), "delimiter": self.delimiter} if self.head else {})


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file. `ranks`: which of the same lines it is, by its place in the piece, for those that are not the first."""

    first: int
    raw: bytes
    lines: int
    ranks: Mapping[str, int]

    def source_id(self, form: Form) -> str:
        """The same lines at the same rank are the same piece."""
        said = repr((form.name, tuple(form.head), sorted(self.ranks.items()))).encode()
        return hashlib.sha256(said + b"\0" + self.raw).hexdigest()[:40]


@dataclass(slots=True)
class Seen:
    """The lines of a file so far, each counted: a second one that is the same is another call."""

    counts: Counter[bytes] = field(default_factory=Counter)

    def rank(self, line: bytes) -> int:
        """How many of the same came before."""
        digest = hashlib.blake2b(line.strip(), digest_size=10).digest()
        before = self.counts[digest]
        self.counts[digest] += 1
        return before


def form_of(beginning: bytes, mapping: str) -> Form | None:
    """What a file is by how it begins; None where it is nothing known."""
    text = decoded(beginning).lstrip()
    first = text.partition("\n")[0].rstrip("\r")
    if first[:1] in ("{", "["):
        return Form(freeswitch.FORMAT)
    named = table.mapping(mapping) if mapping else {}
    for delimiter in _DELIMITERS:
        try:
            row = cells(first, delimiter)
        except csv.Error:
            continue
        if table.is_head(row, named):
            return Form(table.FORMAT, tuple(row), delimiter)
        if delimiter == "," and asterisk.is_line(row):
            return Form(asterisk.FORMAT)
    return None


def lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a file from where it stands, with their ends. None fills the memory, however long somebody has made it."""
    return iter(partial(file.readline, LONGEST_LINE), b"")


def pieces(lines: Iterable[bytes], first: int, seen: Seen) -> Iterator[Piece]:
    """The lines in pieces, from the line with this number on."""
    taken: list[bytes] = []
    ranks: dict[str, int] = {}
    size, begins = 0, first
    for number, line in enumerate(lines, first):
        if taken and (len(taken) >= MOST_LINES or size + len(line) > MOST_BYTES):
            yield Piece(begins, b"".join(taken), len(taken), ranks)
            taken, ranks, size, begins = [], {}, 0, number
        if line.strip() and (rank := seen.rank(line)):
            ranks[str(len(taken))] = rank
        taken.append(line if line.endswith(b"\n") else line + b"\n")
        size += len(taken[-1])
    if any(line.strip() for line in taken):
        yield Piece(begins, b"".join(taken), len(taken), ranks)
