"""How many messages of the network a text costs, and the same text in signs that cost less. Pure (3GPP TS 23.038, TS 23.040)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# The default alphabet, 7 bits a sign; those of its extension take two.
_ONE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO = frozenset("\f^{}\\[~]|€")

ALONE, JOINED = 160, 153  # units of a part in the default alphabet: alone, or one among several
ALONE_WIDE, JOINED_WIDE = 70, 67  # in UCS-2, units of 16 bits

# Signs of typography that a telephone shows as well without, and that would make each part half as long.
_PLAIN = str.maketrans(
    {
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "\u00ad": "",
        "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "–": "-", "—": "-", "\u2011": "-", "‐": "-", "−": "-",
        "…": "...", "•": "-", "œ": "oe", "Œ": "Oe", "æ": "ae", "\t": " ",
    }
)  # fmt: skip
_QUOTED = re.compile(r"«\s*|\s*»")  # with the spaces that French writes inside


@dataclass(frozen=True, slots=True)
class Cost:
    """Messages of the network (0 for no text), the units they hold, and whether each sign takes 16 bits."""

    parts: int
    units: int
    wide: bool


def cost(text: str) -> Cost:
    """What a text costs when it is sent. No sign is ever cut in two: one that does not fit begins the next part."""
    wide = any(sign not in _ONE and sign not in _TWO for sign in text)
    sizes = [(2 if ord(sign) > 0xFFFF else 1) if wide else (2 if sign in _TWO else 1) for sign in text]
    alone, joined = (ALONE_WIDE, JOINED_WIDE) if wide else (ALONE, JOINED)
    units = sum(sizes)
    return Cost(min(1, units) if units <= alone else _filled(sizes, joined), units, wide)


def _filled(sizes: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts, used = parts + 1, 0
        used += size
    return parts


def plain(text: str) -> str:
    """The same words in signs of the default alphabet where that changes nothing a reader sees: `«`, `’`, `…`, no-break spaces.

    Letters stay as they are: a name keeps its accents, even where they cost more.
    """
    return _QUOTED.sub('"', unicodedata.normalize("NFC", text)).translate(_PLAIN)
