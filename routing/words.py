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
    found = pattern(phrase)
    return found is not None and found.search(folded) is not None


@lru_cache(maxsize=4096)
def pattern(phrase: str) -> re.Pattern[str] | None:
    """How to look for a phrase in a folded text; None where nothing of it is left once folded."""
    words = fold(phrase).split()
    if not words:
        return None
    end = "" if phrase.rstrip().endswith("*") else r"[sx]?\b"
    return re.compile(r"\b" + r"[sx]? ".join(re.escape(word) for word in words) + end)
