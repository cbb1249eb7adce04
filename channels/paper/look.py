"""The process that opens what somebody sent: bounded in memory, time and what it may write, and the last to be served.

    python -m channels.paper.look pages FILE FOLDER                 a JPEG of each page, what is on it
    python -m channels.paper.look letter FILE FOLDER 3,4,5          these pages as a file of their own, their text, a searchable PDF
    python -m channels.paper.look join FILE FOLDER SIDES            the PDFs that FILE lists, a line each, as one; SIDES is 1 or 2

What it found is `found.json` in the folder; `trouble` there says in French what could not be read.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.paper import bounds
from channels.paper.leaves import Leaves, Unreadable, opened

if TYPE_CHECKING:
    from PIL.Image import Image

A4 = (595, 842)  # points
NOT_FOUND = 127  # of env(1)
OURS = "GRC/"  # what the codes begin with that are worth a look
DARKER, LEAST_INK, EDGE = 50, 0.0012, 0.04  # of 255; of all points; of the width: shadows of the lid


def main(arguments: Sequence[str]) -> int:
    """Does what is asked; the exit status."""
    _bounded()
    what, file, folder, *rest = arguments
    found: dict[str, Any]
    try:
        match what:
            case "join":
                found = join(Path(file).read_text().splitlines(), Path(folder) / "all.pdf", sides=int(rest[0]))
            case "pages":
                found = pages(opened(Path(file).read_bytes()), Path(folder))
            case _:
                found = letter(opened(Path(file).read_bytes()), Path(folder), [int(number) for number in rest[0].split(",")])
    except Unreadable as error:
        found = {"trouble": str(error)}
    (Path(folder) / "found.json").write_text(json.dumps(found))
    return 0


def pages(leaves: Leaves, folder: Path) -> dict[str, Any]:
    """Each page as `1.jpg`, `2.jpg`…; of each its size, whether it is blank, the codes on it. Of too many, the first alone."""
    total = len(leaves)
    trouble = ""
    if total > bounds.MOST_PAGES:
        trouble = f"Ce fichier a plus de {bounds.MOST_PAGES} pages\u00a0: il n’est ni découpé ni lu en entier."
    seen = []
    for number in range(1, (bounds.SHOWN_PAGES if trouble else total) + 1):
        try:
            picture = leaves.picture(number - 1, bounds.CODE_DPI)
        except Unreadable as error:
            trouble = trouble or str(error)
            seen.append({"number": number, "width": 0, "height": 0, "blank": False, "codes": []})
            continue
        small = picture.reduce(bounds.CODE_DPI // bounds.SEEN_DPI)
        small.save(folder / f"{number}.jpg", quality=60, optimize=True)
        seen.append({"number": number, "width": small.width, "height": small.height, "blank": is_blank(small), "codes": codes(picture)})
    return {"total": total, "pages": seen, "trouble": trouble}


def letter(leaves: Leaves, folder: Path, numbers: Sequence[int]) -> dict[str, Any]:
    """`part.pdf` or `part.tif`, `read.pdf`, and the text."""
    found: dict[str, Any] = {"text": "", "trouble": "", "part": "", "read": ""}
    if len(numbers) < len(leaves):
        content, end = leaves.part([number - 1 for number in numbers])
        (folder / f"part{end}").write_bytes(content)
        found["part"] = f"part{end}"
    listed = []
    for number in numbers[: bounds.MOST_READ]:
        try:
            leaves.picture(number - 1, bounds.READ_DPI).save(folder / f"{number}.jpg", quality=70, dpi=(bounds.READ_DPI,) * 2)
            listed.append(str(folder / f"{number}.jpg"))
        except Unreadable as error:
            found["trouble"] = str(error)
    if len(numbers) > bounds.MOST_READ:
        found["trouble"] = f"Cette lettre a {len(numbers)} pages\u00a0: le texte des {bounds.MOST_READ} premières a été lu."
    if listed and (wrong := _recognise(listed, folder)):
        found["trouble"] = wrong
    elif listed:
        found |= {"text": (folder / "read.txt").read_text("utf-8", "replace")[: bounds.MOST_TEXT], "read": "read.pdf"}
    return found


def join(paths: Sequence[str], to: Path, *, sides: int) -> dict[str, Any]:
    """These PDFs one after the other; an empty line parts letters, each of which begins on a front where both sides are printed. What
    cannot be read is left out, and counted."""
    import pypdfium2 as pdfium

    made, left_out = pdfium.PdfDocument.new(), 0
    for path in (*paths, ""):
        if path:
            try:
                made.import_pages(pdfium.PdfDocument(path))
            except pdfium.PdfiumError:
                left_out += 1
        elif sides == 2 and len(made) % 2:
            made.new_page(*A4)
    made.save(to)
    return {"total": len(made), "trouble": "", "left_out": left_out}


def is_blank(picture: Image) -> bool:
    """Whether nothing is written on this page: next to no point is darker than its paper, the edges aside."""
    import numpy

    across, down = round(picture.width * EDGE), round(picture.height * EDGE)
    points = numpy.asarray(picture.crop((across, down, picture.width - across, picture.height - down)).reduce(2))
    if not points.size:
        return True
    paper = float(numpy.percentile(points, 75))
    return float((points < paper - DARKER).mean()) < LEAST_INK


def codes(picture: Image) -> list[str]:
    """What the QR codes of this page say, as far as they may be ours."""
    import numpy
    import zxingcpp

    found = zxingcpp.read_barcodes(numpy.asarray(picture), formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.text for code in found[:20] if code.text.startswith(OURS)]


def _recognise(listed: Sequence[str], folder: Path) -> str:
    """Reads the characters of these pictures into `read.txt` and `read.pdf`; what went wrong, in French, or nothing."""
    (folder / "pages.txt").write_text("\n".join(listed))
    # psm 1: turned pages are turned back. One thread: others work meanwhile. The limits of this process hold for what it starts.
    given, made = str(folder / "pages.txt"), str(folder / "read")
    command = ["env", "OMP_THREAD_LIMIT=1", "tesseract", given, made, "-l", "fra", "--psm", "1", "txt", "pdf"]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if ended.returncode == NOT_FOUND:
        return "La lecture des caractères n’est pas installée (tesseract)."
    if ended.returncode or not (folder / "read.pdf").is_file() or not (folder / "read.txt").is_file():
        sys.stderr.buffer.write(ended.stderr[-2000:])
        return "La lecture des caractères a échoué."
    return ""


def _bounded() -> None:
    os.nice(bounds.NICE)
    resource.setrlimit(resource.RLIMIT_AS, (bounds.MEMORY,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.CPU_SECONDS,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bounds.FILE_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
