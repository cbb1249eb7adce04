"""Tables of words, a language a line, as one regular expression."""

from __future__ import annotations


def one_of(table: str) -> str:
    """The alternatives of a table, the longest first. A line is a language and its words, separated by ` | `; each is a pattern."""
    words: dict[str, None] = {}
    for line in table.strip().splitlines():
        _language, _, rest = line.strip().partition(" ")
        words.update(dict.fromkeys(word.strip() for word in rest.split(" | ")))
    return "|".join(sorted(words, key=len, reverse=True))
