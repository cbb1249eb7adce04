"""By what a mail is looked for in the ledger: its Message-ID, who wrote it, where it was sent. Pure, and quick: of the headers alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MOST_HEADERS = 64 * 1024
MOST = 20
LONGEST = 320  # characters of an address (RFC 5321: 64 + 1 + 255); a longer Message-ID is not looked for
_HEADER = re.compile(rb"^(message-id|from|sender|reply-to)[ \t]*:((?:[^\r\n]|\r?\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_ID = re.compile(rb"<([^<>\s]{3,320})>")
_ADDRESS = re.compile(rb"[^\s<>,;:\"()\[\]]{1,64}@[^\s<>,;:\"()\[\]]{1,255}")


def marks(raw: bytes, meta: Mapping[str, Any]) -> tuple[str, ...]:
    """The marks of a mail, in lower case, each once; `meta` is what its door or mailbox says of it."""
    ends = [at for at in (raw.find(b"\r\n\r\n", 0, MOST_HEADERS), raw.find(b"\n\n", 0, MOST_HEADERS)) if at >= 0]
    found: list[str] = []
    for header in _HEADER.finditer(raw, 0, min(ends, default=MOST_HEADERS)):
        pattern = _ID if header[1].lower() == b"message-id" else _ADDRESS
        found += [(one[1] if pattern is _ID else one[0]).decode("utf-8", "replace") for one in pattern.finditer(header[2])]
    found += [str(meta.get("mail_from") or ""), *map(str, meta.get("rcpt_to") or ())]
    known = dict.fromkeys(one.replace("\0", "").lower() for one in found if 3 <= len(one) <= LONGEST)
    return tuple(known)[:MOST]
