"""What a citizen sent by one of our own pages, as bytes: kept in the ledger as they are, read back years later.

Version 1, the only one so far:

    GRC-ENVELOPE 1\\n
    {"files":[{"name":…,"sha256":…,"size":…,"type":…}],"form":{…}}\\n       one line of UTF-8 JSON, keys sorted
    the contents of the files, one after the other, each of the size it says

The same form with the same files gives the same bytes, so that their digest says whether two sends are one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grc.messages.model import Attachment

MAGIC = b"GRC-ENVELOPE "
VERSION = 1
LONGEST_HEADER = 2_000_000  # bytes; our own pages write far less
_DEEPEST, _MOST = 4, 200  # levels of a value, and what one level holds


@dataclass(frozen=True, slots=True)
class Envelope:
    """A form as it was sent: its fields, its files, and what could not be read of it."""

    form: Mapping[str, Any]
    files: Sequence[Attachment] = ()
    defects: Sequence[str] = ()

    def text(self, name: str, longest: int) -> str:
        """A field as valid text without NUL, at most `longest` characters; empty where it is missing or no text."""
        value = self.form.get(name, "")
        return clean(value)[:longest] if isinstance(value, str) else ""

    def answers(self, name: str) -> dict[str, Any]:
        """The answers of a form of a type, as a row can hold them: clean texts, no deeper and no longer than a form can be."""
        value = _kept(self.form.get(name), 0)
        return value if isinstance(value, dict) else {}


def clean(text: str) -> str:
    """Text that any database and any page can hold: no NUL, no half of a surrogate pair, lines ended by \\n alone."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return whole.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")


def _kept(value: Any, depth: int) -> Any:
    match value:
        case str():
            return clean(value)
        case dict() if depth < _DEEPEST:
            return {clean(name): _kept(one, depth + 1) for name, one in list(value.items())[:_MOST]}
        case list() if depth < _DEEPEST:
            return [_kept(one, depth + 1) for one in value[:_MOST]]
        case bool() | int() | float():
            return value
        case _:
            return None


def seal(form: Mapping[str, Any], files: Sequence[Attachment]) -> bytes:
    """The bytes of an envelope."""
    described = [{"name": f.name, "type": f.type, "size": f.size, "sha256": hashlib.sha256(f.content).hexdigest()} for f in files]
    header = json.dumps({"form": dict(form), "files": described}, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return b"".join([MAGIC, str(VERSION).encode(), b"\n", header.encode("ascii"), b"\n", *(f.content for f in files)])


def unseal(raw: bytes) -> Envelope:
    """What an envelope holds. Never raises: bytes that are no envelope of ours give an empty one that says so."""
    first, _, rest = raw[: len(MAGIC) + 8 + LONGEST_HEADER].partition(b"\n")
    if first != MAGIC + str(VERSION).encode():
        return Envelope({}, defects=("not an envelope of version 1",))
    line, ended, _ = rest.partition(b"\n")
    try:
        header = json.loads(line) if ended else None
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict) or not isinstance(header.get("form"), dict):
        return Envelope({}, defects=("the header of the envelope cannot be read",))
    files, defects = _files(header.get("files"), raw, len(first) + len(line) + 2)
    return Envelope(header["form"], files, defects)


def _files(described: object, raw: bytes, start: int) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """The files that lie after the header, as far as they are there whole; what is wrong with the others."""
    files: list[Attachment] = []
    defects: list[str] = []
    for number, one in enumerate(described if isinstance(described, list) else [], 1):
        size = one.get("size") if isinstance(one, dict) else None
        if not isinstance(one, dict) or type(size) is not int or size < 0:
            return tuple(files), (*defects, f"file {number} is not described: it and those after it cannot be found")
        content = raw[start : start + size]
        start += size
        name, kind = one.get("name"), one.get("type")
        if len(content) < size:
            defects.append(f"file {number} is cut short: {len(content)} of {size} bytes")
        elif hashlib.sha256(content).hexdigest() != one.get("sha256"):
            defects.append(f"file {number} does not have the digest it had when it was sent")
        files.append(
            Attachment(
                name=(clean(name) if isinstance(name, str) else "") or f"fichier-{number}",
                type=(clean(kind) if isinstance(kind, str) else "") or "application/octet-stream",
                content=content,
            )
        )
    if start < len(raw):
        defects.append(f"{len(raw) - start} bytes lie after the last file")
    return tuple(files), tuple(defects)
