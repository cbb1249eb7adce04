"""A text as statuses: each within what the instance takes, cut where a reader would pause, naming nobody but whom it is for. Pure."""

from __future__ import annotations

import re

URL_COUNTS = 23  # characters, however short the link (configuration.statuses.characters_reserved_per_url)
MOST_STATUSES = 8
_URL = re.compile(r"https?://\S+")
_NAMES = re.compile(r"(?<![\w@/.=-])@(?=\w)")
_COUNTER = len(" (8/8)")


def length(text: str) -> int:
    """What a text counts for an instance, at most: a longer link counts less there, a sign of several code points too."""
    return len(text) + sum(max(0, URL_COUNTS - len(url)) for url in _URL.findall(text))


def harmless(text: str) -> str:
    """The same text naming nobody: whoever is named in a private message can read it. The sign in between is not seen."""
    return _NAMES.sub("@\u200b", text)


def split(text: str, mention: str, most: int) -> list[str]:
    """The statuses that say a text to somebody, numbered where they are several."""
    text, head = text.strip(), f"{mention} " if mention else ""
    if length(head + text) <= most:
        return [head + text]
    parts, room = [], most - length(head) - _COUNTER
    while text:
        part = _first(text, max(room, 50))
        parts.append(part.rstrip())
        text = text[len(part) :].lstrip()
    return [f"{head}{part} ({number}/{len(parts)})" for number, part in enumerate(parts, 1)]


def beginning(text: str, mention: str, most: int, ending: str) -> list[str]:
    """The same where it would be too many: its beginning, then `ending`, which says where the rest is."""
    parts = split(text, mention, most)
    if len(parts) <= MOST_STATUSES:
        return parts
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if len(split(f"{text[:middle].rstrip()}…\n\n{ending}", mention, most)) <= MOST_STATUSES:
            low = middle
        else:
            high = middle - 1
    kept = text[:low].rsplit(None, 1)[0] if low < len(text) else text
    return split(f"{kept}…\n\n{ending}", mention, most)


def _first(text: str, room: int) -> str:
    """The longest beginning that fits, up to the end of a paragraph, a sentence or a word where there is one in its last half."""
    if length(text) <= room:
        return text
    end = min(len(text), room)
    while length(text[:end]) > room:
        end -= 1
    if end < len(text) and not text[end].isspace():
        inside = next((url for url in _URL.finditer(text) if url.start() < end < url.end()), None)
        if inside is not None and inside.start() > 0:
            return text[: inside.start()]
    for mark in ("\n\n", "\n", ". ", " "):
        if (at := text.rfind(mark, 0, end + 1)) > end // 2:
            return text[: at + (1 if mark == ". " else 0)]
    return text[:end]
