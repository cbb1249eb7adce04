"""A sheet as the values that sheet.typ sets: texts made clean and counted, numbers written out, pictures and columns measured."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, assert_never

from grc.errors import BadInput
from grc.paper.model import Bars, Block, Facts, Heading, Items, Mark, Paragraph, Party, Picture, Sheet, Signature, Table
from grc.paper.picture import drawing

MAX_CHARS = 200_000  # of all words together: some 50 pages
MAX_PIECES = 10_000  # texts and lines of texts: each takes some 0.1 ms, and 10 kB for a while
BAR, MARK = 5, 200  # the pieces that a bar and a QR code take beside their texts
MAX_DRAWN = 24 * 1024 * 1024  # bytes of all pictures together, as they are set
MAX_TITLE = 300
MAX_MARK = 500  # characters: a telephone reads no more from paper
MAX_ADDRESS_LINES = 7

WIDTH_MM, HEIGHT_MM = 160.0, 200.0  # the most a picture takes of a page
LOGO_MM, SIGNATURE_MM = (63.0, 18.0), (60.0, 25.0)
DOT_MM, MARK_MM = 0.5, 24.0  # the side of a dot of a QR code, and the least of the whole

NARROW, WIDE, ACROSS = 12, 45, 75  # characters: a column that needs no more, one that needs the most, all columns together

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_BLANKS = re.compile(r"[ \t]+")
_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Nobody writes them: control characters, halves of characters, and the marks that reverse the order of what follows (CVE-2021-42574).
_UNWRITTEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufff0-\uffff]")


class Values:
    """The values of one sheet, and apart from them its pictures, which the values name by their place."""

    def __init__(self, sheet: Sheet) -> None:
        """Raises BadInput and ValueError, as `render` says."""
        from babel import Locale, UnknownLocaleError

        try:
            self._locale = Locale.parse(sheet.lang)
        except (UnknownLocaleError, ValueError):
            raise ValueError(f"no such language: {sheet.lang!r}") from None
        self.drawings: list[str] = []
        self._chars = self._pieces = self._level = 0
        self.sheet = self._sheet(sheet)

    def _sheet(self, sheet: Sheet) -> dict[str, Any]:
        head, title = sheet.letterhead, _line(self._text(sheet.title))
        if not title:
            raise ValueError("a sheet needs a title: a screen reader says it first")
        if len(title) > MAX_TITLE:
            raise BadInput("title", f"Ce titre est trop long\u202f: {MAX_TITLE}\u00a0caractères au plus.")
        if not _COLOUR.fullmatch(head.accent):
            raise ValueError(f"an accent is #rrggbb, not {head.accent!r}")
        return {
            "title": title,
            "lang": self._locale.language,
            "letterhead": {
                "name": _line(self._text(head.name)),
                "lines": self._texts(head.lines),
                "accent": head.accent,
                **self._drawn(head.logo, *LOGO_MM),
            },
            "party": self._party(sheet.party),
            "place-and-date": self._text(sheet.place_and_date),
            "reference": self._text(sheet.reference),
            "footer": self._text(sheet.footer),
            "code": self._code(sheet.code),
            "blocks": [self._block(block) for block in sheet.blocks],
        }

    def _party(self, party: Party | None) -> list[str] | None:
        lines = [line for text in self._texts(party.lines if party else ()) if (line := _line(text))]
        if len(lines) > MAX_ADDRESS_LINES:
            raise BadInput("party", f"Une adresse a {MAX_ADDRESS_LINES}\u00a0lignes au plus\u202f: l’enveloppe cacherait les autres.")
        return lines or None

    def _block(self, block: Block) -> dict[str, Any]:
        self._count(pieces=1)
        match block:
            case Heading(text, level):
                if level not in (1, 2, 3):
                    raise ValueError(f"a heading is of level 1, 2 or 3, not {level}")
                self._level = min(level, self._level + 1)  # PDF/UA-1: no level is left out on the way down
                return {"kind": "heading", "text": self._text(text), "level": self._level}
            case Paragraph(text):
                return {"kind": "paragraph", "text": self._text(text)}
            case Items(lines, numbered):
                return {"kind": "items", "lines": self._texts(lines), "numbered": numbered}
            case Facts(pairs):
                return {"kind": "facts", "pairs": [self._texts(pair) for pair in pairs]}
            case Table():
                return self._table(block)
            case Bars():
                return self._bars(block)
            case Mark():
                return self._mark(block)
            case Picture(content, alt, width_mm):
                if not alt.strip():
                    raise ValueError("a picture needs words for who does not see it")
                if not 0 < width_mm <= WIDTH_MM:
                    raise ValueError(f"a picture is up to {WIDTH_MM} mm wide, not {width_mm}")
                return {"kind": "picture", "alt": self._text(alt), **self._drawn(content, width_mm, HEIGHT_MM)}
            case Signature(place, name, capacity, image):
                return {
                    "kind": "signature",
                    "before": [line for line in self._texts((place, capacity)) if line],
                    "name": self._text(name),
                    "alt": f"Signature de {_line(clean(name))}",
                    **self._drawn(image, *SIGNATURE_MM),
                }
        assert_never(block)

    def _table(self, table: Table) -> dict[str, Any]:
        across = len(table.head)
        if not across or any(len(row) != across for row in (*table.rows, table.foot or table.head)):
            raise ValueError("every row of a table has as many cells as its head, and that at least one")
        if table.align and len(table.align) != across:
            raise ValueError("a table is aligned by as many words as it has columns")
        head, foot, *rows = (self._texts(row) for row in (table.head, table.foot, *table.rows))
        shares = widths([head, *rows, *([foot] if foot else [])])
        return {"kind": "table", "head": head, "rows": rows, "foot": foot, "align": table.align or ("left",) * across, "widths": shares}

    def _bars(self, bars: Bars) -> dict[str, Any]:
        from babel.numbers import format_decimal

        self._count(pieces=BAR * len(bars.pairs))
        numbers = [number for _label, number in bars.pairs]
        if any(not math.isfinite(number) or number < 0 for number in numbers):
            raise ValueError("a bar is drawn for a number from zero upwards")
        longest = max(numbers, default=0) or 1
        rows = [(self._text(label), format_decimal(number, locale=self._locale), number / longest) for label, number in bars.pairs]
        return {"kind": "bars", "title": self._text(bars.title), "unit": self._text(bars.unit), "rows": rows}

    def _mark(self, mark: Mark) -> dict[str, Any]:
        import segno

        self._count(pieces=MARK)
        text = self._text(mark.text)
        if not 0 < len(text) <= MAX_MARK:
            raise ValueError(f"a QR code holds 1 to {MAX_MARK} characters")
        code = segno.make_qr(text, error="m", boost_error=False)
        across, _down = code.symbol_size(border=0)  # the white it needs around is that of the paper
        return {
            "kind": "mark",
            "text": text,
            "caption": self._text(mark.caption),
            "alt": f"Code QR\u00a0: {text}",
            "svg": code.svg_inline(border=0, dark="#000", omitsize=True),
            "width": max(MARK_MM, across * DOT_MM),
        }

    def _code(self, text: str) -> str | None:
        """A QR code for machines, which nobody reads aloud. Capitals and digits alone make it small."""
        import segno

        if not text:
            return None
        self._count(pieces=MARK)
        if len(text) > MAX_MARK:
            raise ValueError(f"a QR code holds 1 to {MAX_MARK} characters")
        code: str = segno.make_qr(text, error="m", boost_error=False).svg_inline(border=0, dark="#000", omitsize=True)
        return code

    def _drawn(self, content: bytes | None, width_mm: float, height_mm: float) -> dict[str, Any]:
        if content is None:
            return {"drawing": None}
        found = drawing(content)
        self.drawings.append(found.svg)
        if sum(map(len, self.drawings)) > MAX_DRAWN:
            raise BadInput("picture", "Les images de ce document sont trop lourdes.")
        return {"drawing": len(self.drawings) - 1, "width": found.within(width_mm, height_mm)}

    def _texts(self, texts: Iterable[str]) -> list[str]:
        return [self._text(text) for text in texts]

    def _text(self, text: str) -> str:
        self._count(chars=len(text), pieces=1 + text.count("\n"))
        return clean(text)

    def _count(self, *, chars: int = 0, pieces: int = 0) -> None:
        self._chars += chars
        self._pieces += pieces
        if self._chars > MAX_CHARS or self._pieces > MAX_PIECES:
            raise BadInput("text", "Ce document est trop long pour du papier\u202f: raccourcissez-le, ou préférez un tableur.")


def clean(text: str) -> str:
    """The text as it can be printed: accents composed, one blank for several, nothing that cannot be seen or that disturbs what follows."""
    lines = _too_many_marks().sub(r"\1", _UNWRITTEN.sub("", _ENDS.sub("\n", text)))
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", lines)).strip("\n")


@cache
def _too_many_marks() -> re.Pattern[str]:
    """A letter carries at most thirty marks (UAX 15, stream-safe text): composing and setting more takes time that squares."""
    planes = (*range(0x20000), *range(0xE0000, 0xE0200))
    marks = "".join(map(chr, (code for code in planes if unicodedata.category(chr(code)) in {"Mn", "Me", "Cf"})))
    return re.compile(f"([{re.escape(marks)}]{{30}})[{re.escape(marks)}]+")


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """What each column takes of the width, as shares; 0 is as much as its text needs. Narrow ones keep to themselves, others share."""
    needs = [min(max(len(line) for cell in column for line in cell.split("\n")), WIDE) for column in zip(*rows, strict=True)]
    if sum(need for need in needs if need <= NARROW) > ACROSS // 2 and sum(needs) > ACROSS:
        return [max(need, 4) for need in needs]
    shares = [need if need > NARROW else 0 for need in needs]
    if not any(shares):
        shares[needs.index(max(needs))] = 1  # the table is as wide as the page
    return shares


def _line(text: str) -> str:
    return " ".join(text.split("\n")).strip()
