"""winmail.dat opened: the files and the text that Outlook hides in it."""

from __future__ import annotations

import logging
import mimetypes
from dataclasses import dataclass
from typing import Any

from channels.email.charset import clean, decode
from channels.email.defects import Defects

MAX_FILES = 200
MAX_TNEF_BYTES = 41_943_040  # larger ones stay closed, as a file

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # damage becomes a defect, not a line in the log


@dataclass(frozen=True, slots=True)
class Winmail:
    """What it held: (name, type, content) of the files, and the body when it carries one."""

    files: list[tuple[str, str, bytes]]
    text: str
    html: str


def read(content: bytes, defects: Defects) -> Winmail | None:
    """Its content, or None when it cannot be opened (it is then kept as a file)."""
    if len(content) > MAX_TNEF_BYTES or not content.startswith(b"\x78\x9f\x3e\x22"):
        defects.add("tnef-unreadable")
        return None
    try:
        from tnefparse import TNEF  # slow to import, and few mails need it

        opened = TNEF(content, do_checksum=False)
        files = [_file(one) for one in opened.attachments[:MAX_FILES]]
        return Winmail(files, _text(opened.body), _text(opened.htmlbody))
    except Exception:  # the library raises whatever the damage makes it raise; nothing of a mail may stop its reading
        defects.add("tnef-unreadable")
        return None


def _file(one: Any) -> tuple[str, str, bytes]:
    try:
        name = _text(one.long_filename())
    except Exception:  # a missing property raises differently by version
        name = _text(getattr(one, "name", ""))
    name = name.strip("\x00 ")
    return name, mimetypes.guess_type(name, strict=False)[0] or "application/octet-stream", bytes(one.data or b"")


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return decode(value.rstrip(b"\x00"), "")[0]
    return clean(value) if isinstance(value, str) else ""
