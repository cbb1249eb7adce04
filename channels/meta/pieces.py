"""A text that is too long for one message becomes several: at a paragraph, a line, a sentence or a word, whichever fits. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

Size = Callable[[str], int]
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…])\s+"), re.compile(r"\s+"))


def signs(text: str) -> int:
    """How long a text is as JavaScript counts it, and Messenger and WhatsApp with it: most emojis are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def octets(text: str) -> int:
    """How long a text is in UTF-8, as Instagram counts it."""
    return len(text.encode("utf-8", "surrogatepass"))


def pieces(text: str, most: int, size: Size) -> list[str]:
    """The text in pieces of at most `most`; no word is lost, and none cut that fits."""
    found, rest = [], text.strip()
    while size(rest) > most:
        room = _room(rest, most, size)
        at = next((ends for end in _ENDS if (ends := _last(end, rest, room)) >= max(1, room // 2)), room)
        found.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*found, rest] if rest else found


def cut(text: str, most: int, size: Size) -> str:
    """The text as far as it fits, with « … » where more was said."""
    if size(text) <= most:
        return text
    return pieces(text, most - size("…") - 1, size)[0] + " …"


def _room(text: str, most: int, size: Size) -> int:
    """How many characters from the beginning fit."""
    low, high = 1, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if size(text[:middle]) <= most else (low, middle - 1)
    return low


def _last(end: re.Pattern[str], text: str, room: int) -> int:
    """Where the last end that fits begins; 0 where there is none."""
    return max((match.start() for match in end.finditer(text, 0, room + 1)), default=0)
