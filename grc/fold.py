"""Text as search and look-up see it: lower case, without accents. What is stored folded and what is asked meet here."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "’": "'", "ʼ": "'"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without accents: `Œuvres de la Forêt` gives `oeuvres de la foret`."""
    lowered = text.lower()
    if lowered.isascii():
        return lowered
    return _MARKS.sub("", unicodedata.normalize("NFKD", lowered.translate(_LETTERS)))


def slug(text: str) -> str:
    """A name as it stands in an address: `Saint-Paul-lès-Dax` gives `saint-paul-les-dax`."""
    return _NOT_WORD.sub("-", fold(text)).strip("-")
