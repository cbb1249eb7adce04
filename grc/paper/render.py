"""A sheet as a PDF: the values are made in values.py, how they look is in sheet.typ."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from grc.errors import BadInput, Misconfigured
from grc.paper.model import Sheet
from grc.paper.values import Values

if TYPE_CHECKING:
    import typst

LARGE = 40_000  # characters of values, some ten pages: what the typesetter remembers of such a sheet it is made to forget
REMEMBERED = 10  # documents for which it remembers what it computed

_HERE = Path(__file__).parent
# Our fonts have the basic plane but its private part, and the emoji of long standing; of the rest only some.
_PERHAPS_WITHOUT_FORM = re.compile("[\ue000-\uf8ff\U00010000-\U0001f1e5\U0001f200-\U0001f2ff\U0001f700-\U0001f8ff\U0001fa00-\U0010ffff]")


def render(sheet: Sheet) -> bytes:
    """The PDF: A4, tagged, PDF/UA-1, the same bytes for the same sheet; in some 20 ms, at the limits in some seconds.

    Safe in any thread, and other threads run meanwhile: `await asyncio.to_thread(render, sheet)`.
    Raises BadInput for what a person can mend (too long, a damaged picture), ValueError where the caller is wrong.
    """
    values = Values(sheet)
    words = orjson.dumps(values.sheet).decode()
    try:
        return _set(words, orjson.dumps(values.drawings).decode())
    finally:
        if len(words) > LARGE:
            _forget()


def _set(words: str, drawings: str) -> bytes:
    """What the typesetter makes of it; where one of its characters has no form in any font of ours, a square stands in its place."""
    import typst

    try:
        return _typeset(words, drawings)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise _told(error) from error
    try:
        return _typeset(_PERHAPS_WITHOUT_FORM.sub("□", words), drawings)
    except typst.TypstError as error:
        raise _told(error) from error


def _typeset(words: str, drawings: str) -> bytes:
    import typst

    try:
        pdf = typst.compile(
            _HERE / "sheet.typ",
            root=_HERE,
            font_paths=fonts(),
            ignore_system_fonts=True,
            sys_inputs={"sheet": words, "drawings": drawings},
            pdf_standards=["ua-1"],
        )
    except BaseException as error:
        # A fault inside the typesetter comes as a BaseException, which would end more than the task that asked: it is this sheet's error.
        if type(error).__name__ == "PanicException":
            raise ValueError(f"this sheet cannot be typeset: {error}") from None
        raise
    assert isinstance(pdf, bytes)
    return pdf


def _forget() -> None:
    """Has it set as many empty sheets as it remembers: else ten long lists in a row, some 150 MB each, would stay in memory together."""
    import typst

    for _ in range(REMEMBERED + 1):
        typst.Compiler(root=_HERE, font_paths=fonts(), ignore_system_fonts=True).compile()


def _told(error: Exception) -> Exception:
    if "process image" in str(error):
        return BadInput("picture", "Une image de ce document est abîmée.")
    return ValueError(str(error))


@cache
def fonts() -> typst.Fonts:
    """The fonts of what is printed, and no others."""
    import typst

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE / "fonts"])
    if not found.families():
        raise Misconfigured("grc/paper/fonts est vide\u202f: lancez script/bootstrap")
    return found
