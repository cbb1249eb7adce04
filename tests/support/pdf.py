"""A PDF as who receives it finds it: its words, its pages, what a screen reader is told, where a word stands, a colour at a place."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator

import pypdfium2
from pypdfium2 import raw

MM = 72 / 25.4


class Pdf:
    """An open PDF. Measures are millimetres from the upper left corner of a page; pages count from 0."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._document = pypdfium2.PdfDocument(content)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def title(self) -> str:
        return str(self._document.get_metadata_value("Title"))

    @property
    def language(self) -> str:
        size = raw.FPDFCatalog_GetLanguage(self._document.raw, None, 0)
        buffer = ctypes.create_string_buffer(size)
        raw.FPDFCatalog_GetLanguage(self._document.raw, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), size)
        return buffer.raw.decode("utf-16-le").rstrip("\0")

    @property
    def is_for_all(self) -> bool:
        """Whether it is tagged and says that it follows PDF/UA-1."""
        return self._document.is_tagged() and b"<pdfuaid:part>1</pdfuaid:part>" in self._content

    def text(self, page: int | None = None) -> str:
        """The words that can be copied, of one page or of all."""
        sheets = [self._document[number] for number in (range(len(self)) if page is None else [page])]
        return "\n".join(sheet.get_textpage().get_text_range() for sheet in sheets).replace("\r\n", "\n")

    def tags(self, page: int = 0) -> list[tuple[str, str]]:
        """What a screen reader goes through on a page: the kind of each element, and its words where it is a picture."""
        sheet = self._document[page]  # kept: what is below lives no longer than it does
        tree = raw.FPDF_StructTree_GetForPage(sheet.raw)
        roots = [raw.FPDF_StructTree_GetChildAtIndex(tree, at) for at in range(raw.FPDF_StructTree_CountChildren(tree))]
        found = [element for root in roots for element in _elements(root)]
        raw.FPDF_StructTree_Close(tree)
        return found

    def place(self, words: str, page: int = 0) -> tuple[float, float, float, float]:
        """Where words stand: left, top, right, bottom."""
        sheet = self._document[page]
        text, height = sheet.get_textpage(), sheet.get_height()
        found = text.search(words).get_next()
        assert found, words
        boxes = [text.get_charbox(at) for at in range(found[0], found[0] + found[1])]
        left, bottom, right, top = (pick(edges) for pick, edges in zip((min, min, max, max), zip(*boxes, strict=True), strict=True))
        return left / MM, (height - top) / MM, right / MM, (height - bottom) / MM

    def colour(self, x: float, y: float, page: int = 0) -> tuple[int, int, int]:
        """Red, green and blue at a place."""
        bitmap = self._document[page].render(scale=1, rev_byteorder=True)
        start = round(y * MM) * bitmap.stride + round(x * MM) * bitmap.n_channels
        red, green, blue = bytes(bitmap.buffer)[start : start + 3]
        return red, green, blue


def _elements(element: raw.FPDF_STRUCTELEMENT) -> Iterator[tuple[str, str]]:
    if not element:
        return
    yield _string(raw.FPDF_StructElement_GetType, element), _string(raw.FPDF_StructElement_GetAltText, element)
    for at in range(raw.FPDF_StructElement_CountChildren(element)):
        yield from _elements(raw.FPDF_StructElement_GetChildAtIndex(element, at))


def _string(ask: object, element: raw.FPDF_STRUCTELEMENT) -> str:
    assert callable(ask)
    buffer = ctypes.create_string_buffer(ask(element, None, 0))
    ask(element, buffer, len(buffer))
    return buffer.raw.decode("utf-16-le").rstrip("\0")
