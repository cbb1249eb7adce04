"""The leaves of a file, as grey pictures: PDF, TIFF, JPEG or PNG. Runs in a process of its own (`channels.paper.look`)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from channels.paper.bounds import LONGEST_SIDE, MOST_PAGES, MOST_PIXELS

if TYPE_CHECKING:
    from PIL.Image import Image

PDF = "application/pdf"
_MAGIC = {b"II*\0": "image/tiff", b"MM\0*": "image/tiff", b"II+\0": "image/tiff", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


class Unreadable(Exception):
    """This file cannot be read; the message says why, in French."""


class Leaves(Protocol):
    """A file that was opened. Pages count from 0."""

    def __len__(self) -> int:
        """How many; of a TIFF with more than are cut, one more than that: each costs a look."""
        ...

    def picture(self, page: int, dpi: int) -> Image:
        """The page in grey, at this resolution or at the lower one that its size allows. Unreadable where it is broken."""
        ...

    def part(self, pages: Sequence[int]) -> tuple[bytes, str]:
        """These pages as a file of the same kind, untouched, and the end of its name."""
        ...


def kind_of(content: bytes) -> str:
    """What these bytes are, by their beginning; empty for nothing that can be paper."""
    if b"%PDF-" in content[:1024]:
        return PDF
    return next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), "")


def opened(content: bytes) -> Leaves:
    """The leaves of a file. Raises Unreadable."""
    kind = kind_of(content)
    if not kind:
        raise Unreadable("Ce fichier n’est ni un PDF, ni une image.")
    return PdfLeaves(content) if kind == PDF else PictureLeaves(content, kind)


class PdfLeaves:
    """A PDF. Its scripts never run: this build of pdfium has no engine for them, and no form is ever filled."""

    def __init__(self, content: bytes) -> None:
        import pypdfium2 as pdfium

        try:
            self._document = pdfium.PdfDocument(content)
            self._count = len(self._document)
        except pdfium.PdfiumError as error:
            locked = "password" in str(error).lower() or "security" in str(error).lower()
            raise Unreadable(
                "Ce PDF est protégé par un mot de passe\u00a0: il ne peut pas être lu."
                if locked
                else "Ce PDF est abîmé\u00a0: il ne peut pas être lu."
            ) from None
        if not self._count:
            raise Unreadable("Ce PDF n’a aucune page.")

    def __len__(self) -> int:
        return self._count

    def picture(self, page: int, dpi: int) -> Image:
        import pypdfium2 as pdfium

        try:
            sheet = self._document[page]
            width, height = sheet.get_size()
            if not (1 <= width <= 1e6 and 1 <= height <= 1e6):
                raise Unreadable(f"La page {page + 1} n’a pas de taille.")
            scale = min(dpi / 72, _largest(width, height))
            drawn: Image = sheet.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil().convert("L")
            sheet.close()
        except pdfium.PdfiumError:
            raise Unreadable(f"La page {page + 1} est abîmée.") from None
        return drawn

    def part(self, pages: Sequence[int]) -> tuple[bytes, str]:
        import pypdfium2 as pdfium

        made, out = pdfium.PdfDocument.new(), io.BytesIO()
        made.import_pages(self._document, list(pages))
        made.save(out)
        return out.getvalue(), ".pdf"


class PictureLeaves:
    """A TIFF of any number of pages, a JPEG or a PNG."""

    def __init__(self, content: bytes, kind: str) -> None:
        from PIL import Image, ImageSequence

        Image.MAX_IMAGE_PIXELS = 4 * MOST_PIXELS
        try:
            self._image = Image.open(io.BytesIO(content), formats=["TIFF", "JPEG", "PNG"])
            self._count = _frames(self._image) if kind == "image/tiff" else 1
        except Exception as error:  # what Pillow raises for broken files has no common ancestor
            raise Unreadable(f"Cette image est abîmée, ou trop grande\u00a0: elle ne peut pas être lue ({type(error).__name__}).") from None
        self._frames, self._kind = ImageSequence.Iterator(self._image), kind

    def __len__(self) -> int:
        return self._count

    def picture(self, page: int, dpi: int) -> Image:
        from PIL import Image

        try:
            frame = self._frames[page]
            said = float(frame.info.get("dpi", (0, 0))[0] or 0)
            own = said if 50 <= said <= 2400 else max(frame.size) / 11.7  # as if it were A4
            factor = min(dpi / own, _largest(frame.width, frame.height))
            size = (max(1, round(frame.width * factor)), max(1, round(frame.height * factor)))
            return frame.convert("L").resize(size, Image.Resampling.LANCZOS)
        except Exception as error:
            raise Unreadable(f"La page {page + 1} est abîmée ({type(error).__name__}).") from None

    def part(self, pages: Sequence[int]) -> tuple[bytes, str]:
        first, *others = [self._frames[page].copy() for page in pages]
        out = io.BytesIO()
        first.save(out, "TIFF", save_all=True, append_images=others, compression="group4" if first.mode == "1" else "tiff_deflate")
        return out.getvalue(), ".tif"


def _frames(image: Image) -> int:
    for number in range(MOST_PAGES + 1):
        try:
            image.seek(number)
        except EOFError:
            return number
    return MOST_PAGES + 1


def _largest(width: float, height: float) -> float:
    """How much a page of this size may be enlarged at most."""
    return min(math.sqrt(MOST_PIXELS / (width * height)), LONGEST_SIDE / max(width, height))
