"""Content-Transfer-Encoding undone, whatever was done wrong on the way."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)


def undo(data: bytes, start: int, end: int, encoding: str) -> bytes:
    """The content of data[start:end] under this encoding; one nobody knows is taken as it is. Nothing is copied twice."""
    if encoding == "base64":
        return base64_bytes(data, start, end)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(memoryview(data)[start:end])
    if encoding in ("x-uuencode", "uuencode", "uue", "x-uue"):
        begin = _UU_BEGIN.search(data, start, end)
        return uu_bytes(data[begin.end() if begin else start : end])
    return data[start:end]


def base64_bytes(data: bytes, start: int = 0, end: int | None = None) -> bytes:
    """What base64 holds, without strictness: wrong characters skipped, missing padding added, blocks after a padding read too."""
    end = len(data) if end is None else end
    pad = data.find(b"=", start, end)
    if pad < 0 or end - pad < 16 or not data[pad:end].strip(b"= \r\n\t-"):
        try:
            return binascii.a2b_base64(memoryview(data)[start:end])
        except (binascii.Error, ValueError):
            pass
    return b"".join(_block(block) for block in data[start:end].split(b"="))  # several padded blocks in a row


def _block(block: bytes) -> bytes:
    letters = block.translate(None, _NOT_BASE64)
    extra = len(letters) % 4
    if extra == 1:
        letters, extra = letters[:-1], 0
    return binascii.a2b_base64(letters + b"=" * (4 - extra if extra else 0))


def uu_bytes(body: bytes) -> bytes:
    """The content between `begin` and `end` of a uuencoded file; a line that cannot be read is skipped."""
    out = []
    for line in body.split(b"\n"):
        line = line.rstrip(b"\r")
        if line.strip() == b"end":
            break
        if line:
            out.append(_uu_line(line))
    return b"".join(out)


def _uu_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except (binascii.Error, ValueError):
        # Trailing junk from broken encoders: the first character says how long the line is.
        length = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:length])
        except (binascii.Error, ValueError):
            return b""
