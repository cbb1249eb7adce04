"""Names of mail folders as IMAP writes them: modified UTF-7 (RFC 3501, 5.1.3), quoted."""

from __future__ import annotations

import base64
import re

_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]+")


def wire_name(folder: str) -> str:
    """A folder's name as it stands in a command: `Traité` gives `"Trait&AOk-"`."""
    spelled = _NOT_PRINTABLE.sub(_shifted, folder.replace("&", "&-"))
    return quoted(spelled)


def quoted(text: str) -> str:
    """A quoted string of IMAP."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _shifted(found: re.Match[str]) -> str:
    coded = base64.b64encode(found[0].encode("utf-16-be")).decode().rstrip("=")
    return f"&{coded.replace('/', ',')}-"
