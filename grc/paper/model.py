"""What can be put on paper: a sheet, who writes it, to whom, and the blocks it is made of.

Every text is plain text: nothing in it is ever read as markup. Measures are millimetres on A4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes: « Mairie de Dax », then its address, telephone and e-mail, one a line.

    `accent` is `#rrggbb` and colours lines and bars only, never a text, so that any colour may be given. `logo` is a PNG or a JPEG.
    """

    name: str
    lines: tuple[str, ...]
    accent: str = "#14532d"
    logo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """To whom: at most seven lines, the country included (NF Z 10-011), printed where a DL envelope has its window."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title of the sheet: of level 1, 2 or 3."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; its line breaks are kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they are worth: « Reçue le », « 3 novembre 2026 »."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that is repeated on every page. `align`: one word a column; none at all, all to the left. `foot`: the total."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    align: tuple[Align, ...] = ()
    foot: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """A list, with dashes or with numbers."""

    lines: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """« Fait à Dax, le 4 mars 2027 », the capacity, the drawn signature if there is one (PNG or JPEG), the name."""

    place: str
    name: str
    capacity: str
    image: bytes | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers, none below zero, drawn as bars and written beside them, each with its unit named in the head."""

    title: str
    pairs: tuple[tuple[str, int | float], ...]
    unit: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG or a JPEG, turned the way its camera says, without what else its camera noted; `alt` says what is to be seen on it."""

    content: bytes
    alt: str
    width_mm: float = 80


@dataclass(frozen=True, slots=True)
class Mark:
    """A QR code, with the same text in clear beside it and what it is for."""

    text: str
    caption: str


Block = Heading | Paragraph | Facts | Table | Items | Signature | Bars | Picture | Mark


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document. `place_and_date` (« Dax, le 4 mars 2027 »), `reference` and `footer` are printed as they are, or not when empty.

    `code` is what a small QR code in the corner of the first page says, for machines alone: by it an answer finds its request.
    """

    title: str
    letterhead: Letterhead
    party: Party | None
    place_and_date: str
    reference: str
    blocks: tuple[Block, ...]
    footer: str = ""
    lang: str = "fr"
    code: str = ""
