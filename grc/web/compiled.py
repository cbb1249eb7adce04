"""Compiled templates kept on disk, so that a second start and the next process need not compile them again."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


class _Kept(FileSystemBytecodeCache):
    """A template that cannot be kept (a full disk) is compiled again next time, and nothing else happens."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def compiled(folder: Path) -> FileSystemBytecodeCache | None:
    """The templates kept in this folder, which nobody else may write to: what lies there is run. None where it cannot be made.

    Each is checked against the text it was made of, and against the versions of Python and Jinja. The folder may be emptied at any time.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return None
    return _Kept(str(folder), "%s.compiled")
