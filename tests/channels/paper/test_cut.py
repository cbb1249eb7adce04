"""Where letters end, in a file of many pages."""

from __future__ import annotations

from datetime import date

from channels.paper.cut import Page, cut
from grc.messages.marks import LetterMark, Marks, SheetMark

DAY = date(2026, 11, 24)
OURS, THEIRS = SheetMark(1, 10, DAY), SheetMark(2, 20, DAY)
WRITTEN, BLANK = Page(), Page(blank=True)


def pages_of(*pages: Page) -> list[tuple[int, ...]]:
    return [piece.pages for piece in cut(pages, 1)]


def test_blank_pages_part_letters_where_no_cover_sheet_is() -> None:
    assert pages_of(WRITTEN, WRITTEN, BLANK, BLANK, WRITTEN) == [(1, 2), (5,)]


def test_cover_sheets_part_letters_and_blank_backs_are_left_out() -> None:
    sheet = Page(marks=(OURS,))
    assert pages_of(sheet, BLANK, WRITTEN, BLANK, WRITTEN, sheet, sheet, WRITTEN) == [(3, 5), (8,)]


def test_a_cover_sheet_of_another_collectivity_is_a_page_like_any_other() -> None:
    (piece,) = cut([WRITTEN, Page(marks=(THEIRS,)), WRITTEN], 1)
    assert (piece.pages, piece.sheet) == ((1, 2, 3), None)


def test_a_letter_that_bears_the_codes_of_two_requests_continues_neither() -> None:
    first, second = Page(marks=(LetterMark("K7M4-QF9"),)), Page(marks=(LetterMark("40M0-QF9"),))
    assert [piece.reference for piece in (*cut([first, WRITTEN], 1), *cut([first, second], 1))] == ["K7M4-QF9", ""]


def test_a_code_of_another_installation_is_no_code() -> None:
    ours, others = Marks(b"o" * 32), Marks(b"x" * 32)
    assert ours.read(ours.sheet(OURS)) == OURS
    assert [
        ours.read(code) for code in (others.sheet(OURS), others.letter("K7M4-QF9"), ours.letter("K7M4-QF9")[:-1], "GRC/L/", "é" * 99)
    ] == [None] * 5
