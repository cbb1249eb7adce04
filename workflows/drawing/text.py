"""Text as the picture shows it: what may be written in XML, how wide it is, where it is broken."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Widths in em of Atkinson Hyperlegible 400, by class of characters, a little generous: the reader's font may be another.
_CLASSES = {
    0.27: "'|’·,.:;`",
    0.3: "iIl!îïj \u00a0",
    0.24: "\u202f",
    0.36: '"()frt[]{}-',
    0.45: "1_/\\y*v•xz",
    0.52: "ksLcç7J?aàâ–",
    0.82: "@—MmW",
    0.95: "%œæŒÆ…",
}
_WIDTHS = {character: width for width, characters in _CLASSES.items() for character in characters}
_SMALL, _CAPITAL, _WIDE = 0.57, 0.7, 1.05

# What XML 1.0 cannot hold, and the marks that would turn the direction of the text around them.
_UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKS = re.compile(r"[ \t\r\n]+")  # never at a no-break space


def printable(text: str) -> str:
    """The text without what XML forbids, on one line."""
    return _BREAKS.sub(" ", _UNPRINTABLE.sub("\ufffd", text)).strip()


def width(text: str, size: float, *, bold: bool = False) -> float:
    """About how wide this text is at this size, in the unit of the size; rather too wide than too narrow."""
    return sum(map(_width, text)) * size * (1.08 if bold else 1.0)


@lru_cache(maxsize=1024)
def _width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF" or character > "\uffff":
        return _WIDE
    return _CAPITAL if character.isupper() else _SMALL


def wrapped(text: str, limit: int, lines: int) -> tuple[str, ...]:
    """The text in lines of at most `limit` characters and about one length; what does not fit in `lines` ends in an ellipsis."""
    words = [word[at : at + limit] for word in printable(text).split(" ") for at in range(0, max(len(word), 1), limit)]
    found = _filled(words, limit)
    if len(found) > lines:
        return (*found[: lines - 1], found[lines - 1][: limit - 1].rstrip() + "…")
    narrower = limit - 1
    while narrower >= max(map(len, words)) and len(closer := _filled(words, narrower)) == len(found):
        found, narrower = closer, narrower - 1
    return tuple(found)


def _filled(words: list[str], limit: int) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= limit:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
