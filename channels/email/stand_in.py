"""What stands in the ledger for a mail that was left on its server: its own headers, and a body that says where it is."""

from __future__ import annotations

import hashlib
import re

from grc.messages.oversize import megabytes

_FOLDED = re.compile(rb"[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*(?:\r?\n|$)")
_OF_THE_BODY = (b"content-", b"mime-version:", b"x-grc-left:")
MOST_HEADERS = 128 * 1024


def stand_in(headers: bytes, why: str, size: int, most: int, place: str) -> bytes:
    """A readable mail in the place of one that was not fetched; `why` is `too_large` or `unreadable`."""
    kept = b"".join(
        line if line.endswith(b"\n") else line + b"\r\n"
        for line in _FOLDED.findall(headers[:MOST_HEADERS])
        if line.strip() and not line.lower().startswith(_OF_THE_BODY)
    )
    if why == "too_large":
        told = f"Ce courriel de {megabytes(size)} dépasse la taille acceptée ({megabytes(most)}). Il n’a pas été relevé"
    else:
        told = "Ce courriel n’a pas pu être lu sur le serveur de messagerie. Il n’a pas été relevé"
    return (
        kept
        + f"X-GRC-Left: {why}; size={size}\r\n".encode()
        + b"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + f"[{told} : il se trouve dans {place}.]\r\n".encode()
    )


def source_id(raw: bytes, otherwise: str) -> str:
    """What makes a mail the same when it is offered again: its bytes. Without a Message-ID, two that are alike may well be two,
    and `otherwise` tells them apart."""
    digest = hashlib.sha256(raw).hexdigest()
    return digest if _MESSAGE_ID.search(raw, 0, _end_of_headers(raw)) else f"{digest}:{otherwise}"


_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:[ \t]*\S", re.IGNORECASE | re.MULTILINE)


def _end_of_headers(raw: bytes) -> int:
    ends = [at for at in (raw.find(b"\r\n\r\n"), raw.find(b"\n\n")) if at >= 0]
    return min(ends) if ends else len(raw)
