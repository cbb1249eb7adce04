"""A PNG or a JPEG of somebody, as an SVG that shows it upright and tells nothing else: no place, no camera, no film behind it."""

from __future__ import annotations

import struct
from base64 import b64encode
from dataclasses import dataclass

from grc.errors import BadInput

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000  # of a JPEG: it goes into the PDF as it is
MAX_PNG_PIXELS = 12_000_000  # decoded and packed again, some 0.15 s and 40 MB each million

# What a JPEG keeps of its notes: JFIF, the colour profile, the kind of colours. Exif and XMP (place, hour, owner) stay behind.
_KEPT = {0xE0, 0xE2, 0xEE}
_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the segments that begin a picture, of whatever coding

# How to turn a picture that is w wide and h high, by the number its camera gave (Exif 2.32, tag 274).
_TURNS = {
    1: "1 0 0 1 0 0",
    2: "-1 0 0 1 {w} 0",
    3: "-1 0 0 -1 {w} {h}",
    4: "1 0 0 -1 0 {h}",
    5: "0 1 1 0 0 0",
    6: "0 1 -1 0 {h} 0",
    7: "0 -1 -1 0 {h} {w}",
    8: "0 -1 1 0 0 {w}",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that can be set: its SVG, and its size in pixels as it is seen."""

    svg: str
    width: int
    height: int

    def within(self, width_mm: float, height_mm: float) -> float:
        """The width, in millimetres, at which it is as large as it may be."""
        return min(width_mm, height_mm * self.width / self.height)


def drawing(content: bytes) -> Drawing:
    """The picture, ready to be set. Raises BadInput for what is neither PNG nor JPEG, is damaged where that shows, or is too large."""
    if len(content) > MAX_BYTES:
        raise BadInput("picture", f"Cette image est trop lourde\u202f: {MAX_BYTES // 1024**2}\u00a0Mo au plus.")
    try:
        kind, content, width, height, turn = _png(content) if content.startswith(b"\x89PNG\r\n\x1a\n") else _jpeg(content)
    except (struct.error, IndexError):
        raise BadInput("picture", "Cette image est abîmée.") from None
    if not 0 < width * height <= (MAX_PNG_PIXELS if kind == "png" else MAX_PIXELS):
        raise BadInput("picture", "Cette image est trop grande\u202f: réduisez-la.")
    seen = (height, width) if turn > 4 else (width, height)
    data = b64encode(content).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{seen[0]}" height="{seen[1]}">'
        f'<image width="{width}" height="{height}" transform="matrix({_TURNS[turn].format(w=width, h=height)})"'
        f' href="data:image/{kind};base64,{data}"/></svg>'
    )
    return Drawing(svg, *seen)


def _png(content: bytes) -> tuple[str, bytes, int, int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return "png", content, width, height, 1  # its notes stay behind by themselves: only its pixels are taken


def _jpeg(content: bytes) -> tuple[str, bytes, int, int, int]:
    if not content.startswith(b"\xff\xd8\xff"):
        raise BadInput("picture", "Cette image n’est ni un PNG ni un JPEG.")
    at, kept, width, height, turn = 2, bytearray(b"\xff\xd8"), 0, 0, 1
    while True:
        before, marker, length = struct.unpack_from(">BBH", content, at)
        if before != 0xFF:
            raise IndexError
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker == 0xDA:  # from here on, pixels, up to the end of the picture; telephones hide films behind it
            end = content.find(b"\xff\xd9", at)
            return "jpeg", bytes(kept) + (content[at : end + 2] if end > 0 else content[at:] + b"\xff\xd9"), width, height, turn
        if marker in _SIZES:
            height, width = struct.unpack_from(">HH", content, at + 5)
        if marker == 0xE1:
            turn = _turn(content[at + 4 : at + 2 + length]) or turn
        if marker in _KEPT or not 0xE0 <= marker <= 0xFE:
            kept += content[at : at + 2 + length]
        at += 2 + length


def _turn(note: bytes) -> int:
    """The number by which a camera says how it was held; 0 if it does not say, or says nonsense."""
    if not note.startswith(b"Exif\0\0"):
        return 0
    tiff, order = note[6:], "<" if note[6:8] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for entry in range(min(count, 100)):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * entry)
            if tag == 274:
                return value if value in _TURNS else 0
    except struct.error:
        pass
    return 0
