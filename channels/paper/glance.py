"""Has a file looked at by a process of its own, and gives what that found; what it cannot open kills nobody but itself."""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from channels.paper import bounds
from grc.child import Child
from grc.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Glance:
    """What was found of a file, and the folder where its pictures lie until the end of the `with`."""

    found: dict[str, Any]
    folder: Path

    def content(self, name: str) -> bytes:
        """A file that was made."""
        return (self.folder / name).read_bytes()


@asynccontextmanager
async def pages(content: bytes) -> AsyncIterator[Glance]:
    """The pages of a file (`channels.paper.look.pages`)."""
    async with _looked("pages", content, (), bounds.LOOK_SECONDS) as glance:
        yield glance


@asynccontextmanager
async def letter(content: bytes, numbers: Sequence[int]) -> AsyncIterator[Glance]:
    """One letter of a file (`channels.paper.look.letter`)."""
    seconds = bounds.READ_SECONDS * (1 + min(len(numbers), bounds.MOST_READ))
    async with _looked("letter", content, (",".join(map(str, numbers)),), seconds) as glance:
        yield glance


async def joined(letters: Sequence[Sequence[bytes]], *, sides: int) -> tuple[bytes, int]:
    """Letters, each of one or more PDFs, as one PDF; and how many of these could not be read. Unavailable where that takes too long."""
    with tempfile.TemporaryDirectory(prefix="grc-papier-") as made:
        lines = []
        for number, parts in enumerate(letters):
            for part, content in enumerate(parts):
                path = Path(made) / f"{number}-{part}.pdf"
                await asyncio.to_thread(path.write_bytes, content)
                lines.append(str(path))
            lines.append("")
        async with _looked("join", "\n".join(lines).encode(), (str(sides),), bounds.JOIN_SECONDS) as glance:
            if "total" not in glance.found:
                raise Unavailable(str(glance.found["trouble"]))
            return glance.content("all.pdf"), int(glance.found["left_out"])


@asynccontextmanager
async def _looked(what: str, content: bytes, more: Sequence[str], seconds: float) -> AsyncIterator[Glance]:
    with tempfile.TemporaryDirectory(prefix="grc-papier-") as made:
        folder = Path(made)
        await asyncio.to_thread((folder / "file").write_bytes, content)
        with (folder / "log").open("wb") as log:
            child = Child.start([sys.executable, "-m", "channels.paper.look", what, str(folder / "file"), made, *more], output=log)
        try:
            status = await asyncio.wait_for(child.wait(), seconds)
            late = False
        except TimeoutError:
            status, late = 1, True
        finally:
            await child.stop(2.0)
        yield Glance(_found(folder, status, late=late), folder)


def _found(folder: Path, status: int, *, late: bool) -> dict[str, Any]:
    if late:
        return {"trouble": "La lecture de ce fichier dure trop longtemps\u00a0: il est gardé tel quel."}
    try:
        found: dict[str, Any] = json.loads((folder / "found.json").read_text())
    except (OSError, ValueError):
        return {"trouble": f"Ce fichier a fait échouer la lecture ({status})\u00a0: il est gardé tel quel."}
    return found
