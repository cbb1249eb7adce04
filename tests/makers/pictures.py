"""Small true pictures: a PNG of any size, and a JPEG as a camera leaves it, with notes about who held it how."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode

PLACE = b"44.0086N 1.0519W, appareil de Lea Dune"  # what a camera notes and nobody else should read

# 16 × 8 pixels, the left half red, the right half blue.
_RED_AND_BLUE = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRkxOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODh"
    "MREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT0//wAARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAA"
    "AAAABQb/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAAAAAAAAAAAAAABwX/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCfRiSCMQqf/9k="
)


def png(width: int = 4, height: int = 4, *, claimed: tuple[int, int] | None = None) -> bytes:
    """A grey PNG; `claimed` is the size its head tells, where that is another than its own."""
    pixels = zlib.compress((b"\0" + b"\x80" * width) * height)
    head = struct.pack(">IIBBBBB", *(claimed or (width, height)), 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b"")))


def jpeg(turn: int = 1, *, film: bytes = b"") -> bytes:
    """Red on the left, blue on the right, before it is turned as `turn` asks (Exif, tag 274); `film` is what a telephone hides behind."""
    note = PLACE + b"\0"
    entries = struct.pack(">HHII", 270, 2, len(note), 38) + struct.pack(">HHIHH", 274, 3, 1, turn, 0)
    exif = b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 2) + entries + struct.pack(">I", 0) + note
    return _RED_AND_BLUE[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + _RED_AND_BLUE[2:] + film


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
