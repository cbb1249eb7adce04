"""How content somebody is with what became of his request: asked once it is closed, for a while, and changed once at most. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

WORDS: Mapping[int, str] = {
    5: "Très satisfait",
    4: "Satisfait",
    3: "Moyennement satisfait",
    2: "Peu satisfait",
    1: "Pas du tout satisfait",
}
ASKED_FOR = timedelta(days=30)  # from the closing
MOST = 2  # given, and changed once
LONGEST = 1_000  # characters of what is said besides


def may_rate(closed_at: datetime | None, given: int, now: datetime) -> bool:
    """Whether the question is asked: `given` is how often it was answered since this closing."""
    return closed_at is not None and now - closed_at <= ASKED_FOR and given < MOST
