"""Words as people mean them: without accents, case or plural."""

from __future__ import annotations

import re
from functools import lru_cache

from grc.fold import fold as plain

_NOT_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """The text in small letters without accents; whatever is no letter or figure becomes one space."""
    return _NOT_WORD.sub(" ", plain(text)).strip()


def holds(folded: str, phrase: str) -> bool:
    """Whether a folded text holds this word or phrase, also in the plural. `lamp*` holds every word that begins so."""
    needle, expression = _sought(phrase)
    # Most words are not there at all, and that is told much faster without an expression.
    return needle in folded and expression.search(folded) is not None if needle else False


def says_something(phrase: str) -> bool:
    """Whether a word is left of this phrase once it is folded."""
    return bool(_sought(phrase)[0])


@lru_cache(maxsize=4096)
def _sought(phrase: str) -> tuple[str, re.Pattern[str]]:
    """The first word of a phrase, and how to look for the whole of it in a folded text."""
    words = fold(phrase).split()
    end = "" if phrase.rstrip().endswith("*") else r"[sx]?\b"
    return words[0] if words else "", re.compile(r"\b" + r"[sx]? ".join(re.escape(word) for word in words) + end)
