"""Files that old programs write into the text itself, between `begin` and `end`."""

from __future__ import annotations

import mimetypes
import re

from channels.email.transfer import uu_bytes
from grc.messages.model import Attachment

MAX_FILES = 50

_BEGIN = re.compile(r"^begin(?:-base64)? [0-7]{3,4} ([^\n]{1,200})\n(?=M[\x20-\x60]{60}\n|[\x21-\x60][\x20-\x60]{1,84}\n)", re.MULTILINE)
_END = re.compile(r"^end[ \t]*$", re.MULTILINE)


def take_out(text: str) -> tuple[str, list[Attachment]]:
    """The text without the files it held, and the files."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[Attachment] = []
    at = 0
    while len(files) < MAX_FILES:
        begin = _BEGIN.search(text, at)
        end = _END.search(text, begin.end()) if begin else None
        if begin is None or end is None:
            break
        content = uu_bytes(text[begin.end() : end.start()].encode("latin-1", "replace"))
        name = begin[1].strip()
        files.append(Attachment(name, mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream", content))
        kept.append(text[at : begin.start()])
        at = end.end()
    kept.append(text[at:])
    return "".join(kept) if files else text, files
