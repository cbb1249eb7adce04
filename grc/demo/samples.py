"""Small files that are really what their names say: pictures and letters, made from nothing but their name."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from random import Random

WIDTH, HEIGHT = 480, 320

_SKIES = (((196, 222, 236), (248, 236, 214)), ((120, 150, 178), (222, 214, 206)), ((88, 116, 150), (240, 190, 140)))


@cache
def sample(name: str) -> tuple[str, bytes]:
    """The type and the content of a file of this name."""
    stem, _, ending = name.rpartition(".")
    title = stem.replace("-", " ").capitalize()
    match ending:
        case "png":
            return "image/png", picture(name)
        case "pdf":
            return "application/pdf", letter(title)
        case _:
            return "text/plain", f"{title}\n".encode()


def picture(name: str) -> bytes:
    """A picture of the Landes in a few shapes: sky, pines, sand, and a road. The name decides how it looks."""
    random = Random(name)  # noqa: S311 - a drawing, no secret
    high, low = random.choice(_SKIES)
    horizon = random.randint(130, 190)
    pines = sorted((random.randrange(WIDTH), random.randint(10, 26), random.randint(50, 120)) for _ in range(random.randint(9, 16)))
    rows = []
    for y in range(HEIGHT):
        if y < horizon:
            share = y / horizon
            row = bytearray(bytes(round(a + (b - a) * share) for a, b in zip(high, low, strict=True)) * WIDTH)
        else:
            shade = (y - horizon) // 6
            row = bytearray(bytes((max(0, 222 - shade), max(0, 202 - shade), max(0, 160 - shade))) * WIDTH)
            half = 8 + (y - horizon) * 3 // 5
            left, right = max(0, WIDTH // 2 - half), min(WIDTH, WIDTH // 2 + half)
            row[3 * left : 3 * right] = bytes((104, 104, 108)) * (right - left)
            if (y - horizon) // 14 % 2:
                row[3 * (WIDTH // 2 - 2) : 3 * (WIDTH // 2 + 2)] = bytes((236, 232, 220)) * 4
        for x, wide, tall in pines:
            _pine(row, y, horizon, x, wide, tall)
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, data) for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    )


def _pine(row: bytearray, y: int, horizon: int, x: int, wide: int, tall: int) -> None:
    """One line of a maritime pine: a bare trunk, a flat crown."""
    top, crown = horizon - tall, tall // 3
    if top <= y < top + crown:
        half, colour = wide - abs(2 * (y - top) - crown) * wide // (2 * crown), bytes((44, 84, 62))
    elif top + crown <= y < horizon + 4:
        half, colour = 2, bytes((110, 80, 62))
    else:
        return
    left, right = max(0, x - half), min(WIDTH, x + half)
    row[3 * left : 3 * right] = colour * (right - left)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def letter(title: str) -> bytes:
    """A page with a title and a line saying what it is: a complete PDF, readable by any reader."""
    lines = (("F2", 20, 740, title), ("F1", 11, 712, "Document de démonstration, sans valeur."))
    page = "\n".join(f"BT /{font} {size} Tf 72 {height} Td ({_escaped(text)}) Tj ET" for font, size, height, text in lines).encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R /F2 6 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page), page),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    ]
    written, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
