"""Where one letter ends and the next begins, in a file of many pages. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grc.messages.marks import LetterMark, SheetMark


@dataclass(frozen=True, slots=True)
class Page:
    """What counts of a page: whether nothing is on it, and the marks of ours that hold."""

    blank: bool = False
    marks: tuple[LetterMark | SheetMark, ...] = ()

    @property
    def sheet(self) -> SheetMark | None:
        """What this cover sheet says; None for a page of a letter."""
        return next((mark for mark in self.marks if isinstance(mark, SheetMark)), None)


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter: the numbers of its pages, from 1; the cover sheet before it; the reference that its own marks agree on, or empty."""

    pages: tuple[int, ...]
    sheet: SheetMark | None = None
    reference: str = ""


def cut(pages: Sequence[Page], collectivity_id: int) -> tuple[Piece, ...]:
    """The letters of a file, in their order.

    Cover sheets of this collectivity part them, and are no page of any. In a file without one, blank pages do; in one with, blank pages
    are backs of sheets, and are left out.
    """
    return tuple(_pieces(pages, collectivity_id))


def _pieces(pages: Sequence[Page], collectivity_id: int) -> Iterator[Piece]:
    sheets = [page.sheet for page in pages]
    ours = [sheet if sheet is not None and sheet.collectivity_id == collectivity_id else None for sheet in sheets]
    blanks_part = not any(ours)
    held: list[int] = []
    sheet: SheetMark | None = None
    for number, (page, here) in enumerate(zip(pages, ours, strict=True), 1):
        if held and (here is not None or (page.blank and blanks_part)):
            yield _piece(pages, held, sheet)
            held = []
        if here is not None:
            sheet = here
        elif not page.blank:
            held.append(number)
    if held:
        yield _piece(pages, held, sheet)


def _piece(pages: Sequence[Page], numbers: Sequence[int], sheet: SheetMark | None) -> Piece:
    named = {mark.reference for number in numbers for mark in pages[number - 1].marks if isinstance(mark, LetterMark)}
    return Piece(tuple(numbers), sheet, named.pop() if len(named) == 1 else "")
