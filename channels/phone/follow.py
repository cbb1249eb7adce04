"""A file that the switchboard goes on writing is followed: whole lines as they come, through rotations, restarts and half-written ends."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import structlog

from channels.phone import book
from channels.phone.pieces import LONGEST_LINE, Form, Piece, Seen, form_of, lines_of, pieces
from channels.phone.settings import Line
from grc.db.transaction import WORKER, Database
from grc.errors import Unavailable
from grc.messages.channel import Accept
from grc.messages.model import Accepted, Arrival

log = structlog.get_logger()

MOST_AT_ONCE = 4_000_000  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read, and by which first line it is known again."""

    beginning: bytes = b""
    bytes: int = 0
    lines: int = 0


@dataclass(slots=True)
class Follower:
    """Follows the file of one line. What it hands in twice is noted once: several workers may follow the same."""

    line: Line
    path: Path
    seen: Seen = field(default_factory=Seen)
    known: Place = field(default_factory=Place)

    async def step(self, db: Database, accept: Accept) -> int:
        """Hands in what was written since; how many lines. Raises OSError where the file cannot be read."""
        place = await self._place(db)
        total = 0
        if place.bytes and await asyncio.to_thread(_is_another, self.path, place):
            if (older := await asyncio.to_thread(_older, self.path, place)) is not None:
                _, total = await self._read(db, accept, older, place)  # what was written between the last look and the rotation
            place, self.seen = Place(), Seen()
        elif place != self.known:  # this worker has not read these lines: it must know them to count them
            self.seen = await asyncio.to_thread(_seen, self.path, place.bytes)
        place, lines = await self._read(db, accept, self.path, place)
        self.known = place
        return total + lines

    async def _place(self, db: Database) -> Place:
        async with db.transaction(WORKER) as tx:
            row = await book.queries.followed(tx.conn, collectivity_id=self.line.collectivity_id, account_id=self.line.account_id)
        return Place(bytes(row["beginning"]), row["read_bytes"], row["read_lines"]) if row is not None else Place()

    async def _read(self, db: Database, accept: Accept, path: Path, place: Place) -> tuple[Place, int]:
        total = 0
        while True:
            lines, beginning, head = await asyncio.to_thread(_whole_lines, path, place.bytes)
            if not lines:
                return place, total
            form = form_of(head, self.line.mapping)
            if form is None:
                raise OSError(f"{path.name} ne ressemble à aucun journal d’appels connu")
            skip = 1 if form.head and place.lines == 0 else 0
            for piece in pieces(lines[skip:], place.lines + 1 + skip, self.seen):
                taken = await accept(arrival(self.line, form, piece, path.name))
                if not isinstance(taken, Accepted):
                    raise Unavailable(taken.reason)
            place = Place(beginning, place.bytes + sum(map(len, lines)), place.lines + len(lines))
            total += len(lines) - skip
            async with db.transaction(WORKER) as tx:
                await book.queries.follow(
                    tx.conn, collectivity_id=self.line.collectivity_id, account_id=self.line.account_id, beginning=place.beginning,
                    read_bytes=place.bytes, read_lines=place.lines,
                )  # fmt: skip


def arrival(line: Line, form: Form, piece: Piece, file: str) -> Arrival:
    """A piece of a file, for the ledger. Pieces of a line are looked at one after the other."""
    meta = {**form.meta(), **line.reading(), "file": file, "first": piece.first, "ranks": dict(piece.ranks)}
    return Arrival(
        "phone", line.name, piece.source_id(form), piece.raw, line.collectivity_id, meta=meta, conversation=f"cdr:{line.account_id}"
    )


def _whole_lines(path: Path, start: int) -> tuple[Sequence[bytes], bytes, bytes]:
    """The lines from there on that end, the digest of the file's first line, and how the file begins. Nothing before it has one."""
    with _opened(path) as file:
        head = file.readline(LONGEST_LINE)
        if _goes_on(head):
            return (), b"", head
        file.seek(start)
        lines: list[bytes] = []
        size = 0
        for line in lines_of(file):
            if size >= MOST_AT_ONCE or _goes_on(line):
                break
            lines.append(line)
            size += len(line)
    return lines, hashlib.sha256(head).digest(), head


def _goes_on(line: bytes) -> bool:
    """Whether a line is not yet written to its end."""
    return not line.endswith(b"\n") and len(line) < LONGEST_LINE


def _opened(path: Path) -> BinaryIO:
    """A file to be read. Raises OSError where it is none: a pipe or a device would hold whoever reads it."""
    if not path.is_file():
        raise OSError(f"{path.name} n’est pas un fichier")
    return path.open("rb")


def _is_another(path: Path, place: Place) -> bool:
    """Whether another file has taken the name of what was followed, or it was cut off."""
    return _begins(path) != place.beginning or path.stat().st_size < place.bytes


def _older(path: Path, place: Place) -> Path | None:
    """Where what was followed lies after a rotation; None where it is nowhere to be read."""
    older = path.with_name(f"{path.name}.1")
    try:
        return older if _begins(older) == place.beginning else None
    except OSError:
        return None


def _begins(path: Path) -> bytes:
    with _opened(path) as file:
        return hashlib.sha256(file.readline(LONGEST_LINE)).digest()


def _seen(path: Path, until: int) -> Seen:
    """The lines up to there, counted."""
    seen = Seen()
    with _opened(path) as file:
        for line in lines_of(file):
            if file.tell() > until:
                break
            if line.strip():
                seen.rank(line)
    return seen
