"""The folder where a copier drops what it has scanned: each file is taken once, whole, and moved away once it is kept."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from channels.paper.bounds import MOST_BYTES
from channels.paper.settings import REFUSED, TAKEN, folder_of
from channels.paper.take import Handed, take
from grc.clock import PARIS
from grc.db.transaction import Database
from grc.errors import Unavailable
from grc.messages.accounts import Account

log = structlog.get_logger()

ENDINGS = {".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png"}
UNDER_WAY = (".part", ".tmp", ".filepart", ".crdownload")  # how senders call what they have not sent whole
STILL = timedelta(seconds=4)  # how long a file must have stood still
UNENDED = timedelta(minutes=2)  # a PDF without its end, that long: it will not get one
LONGEST_LIST = 500


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells whether a file has changed."""

    inode: int
    size: int
    changed: int


@dataclass(slots=True)
class Folder:
    """One folder as this process watches it: since when each file has stood still, and those it has kept but could not move."""

    account: Account
    still: dict[str, tuple[Stamp, datetime]] = field(default_factory=dict)
    kept: dict[str, Stamp] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where it lies."""
        return folder_of(self.account)


async def look(db: Database, folder: Folder, clock: Callable[[], datetime]) -> int:
    """Takes what has stood still long enough; how many files that were. Raises OSError where the folder cannot be read."""
    stamps = await asyncio.to_thread(_stamps, folder.path)
    now = clock()
    folder.still = {
        name: known if (known := folder.still.get(name, (stamp, now)))[0] == stamp else (stamp, now) for name, stamp in stamps.items()
    }
    folder.kept = {name: stamp for name, stamp in folder.kept.items() if stamps.get(name) == stamp}
    taken = 0
    for name, (stamp, since) in sorted(folder.still.items()):
        if name in folder.kept or stamp.size == 0 or now - since < STILL:
            continue
        if stamp.size > MOST_BYTES:
            await asyncio.to_thread(_move, folder.path, name, REFUSED, now)
            log.warning("paper.file_too_large", folder=str(folder.path), file=name, size=stamp.size)
            continue
        content = await asyncio.to_thread(_whole, folder.path / name, stamp, long=now - since >= UNENDED)
        if content is None:
            continue
        taken += await _taken(db, folder, name, stamp, content, now)
    return taken


async def _taken(db: Database, folder: Folder, name: str, stamp: Stamp, content: bytes, now: datetime) -> bool:
    account = folder.account
    handed = Handed(
        account.collectivity_id, account.name, name, content, now.astimezone(PARIS).date(), str(account.settings.get("service") or "")
    )
    try:
        kept = await take(db, handed, now)
    except Unavailable as error:  # it stays where it lies, and is looked at again
        log.warning("paper.put_off", folder=str(folder.path), file=name, error=str(error))
        return False
    # Only now: whoever dies before this finds the same bytes again, and they are the same scan.
    if not await asyncio.to_thread(_move, folder.path, name, TAKEN, now):
        folder.kept[name] = stamp
    return kept.new


def _stamps(path: Path) -> dict[str, Stamp]:
    found: dict[str, Stamp] = {}
    with os.scandir(path) as entries:
        for entry in entries:
            ending = os.path.splitext(entry.name)[1].lower()
            if entry.name.startswith(".") or ending in UNDER_WAY or ending not in ENDINGS or not entry.is_file(follow_symlinks=False):
                continue
            about = entry.stat(follow_symlinks=False)
            found[entry.name] = Stamp(about.st_ino, about.st_size, about.st_mtime_ns)
            if len(found) == LONGEST_LIST:
                break
    return found


def _whole(path: Path, stamp: Stamp, *, long: bool) -> bytes | None:
    """The content, or None while somebody still writes it: it is open for writing, has changed, or is a PDF without its end."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not long and _is_written(descriptor):
            return None
        content = file.read(MOST_BYTES + 1)
        about = os.fstat(descriptor)
    if (about.st_size, about.st_mtime_ns) != (stamp.size, stamp.changed) or len(content) != stamp.size:
        return None
    if content.startswith(b"%PDF-") and b"%%EOF" not in content[-2048:] and not long:
        return None
    return content


def _is_written(descriptor: int) -> bool:
    """Whether anybody on this machine has the file open for writing: the kernel gives no lease for reading then."""
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return True
    except OSError:  # not our file, or a share that knows no leases: that it stands still must do
        return False
    return False


def _move(path: Path, name: str, to: str, now: datetime) -> bool:
    """Moves a file into a folder inside its own, under a name that nothing has there; False where that may not be done."""
    target = path / to
    stem, ending = os.path.splitext(name)
    try:
        target.mkdir(exist_ok=True)
        for number in range(1000):
            there = target / (name if not number else f"{stem} ({now:%Y%m%d-%H%M%S}-{number}){ending}")
            if not there.exists():
                os.rename(path / name, there)
                return True
    except FileNotFoundError:  # another worker was faster
        return True
    except OSError as error:
        log.warning("paper.not_moved", folder=str(path), file=name, error=str(error))
    return False
