"""What was wrong with a mail, gathered while it is read."""

from __future__ import annotations

MOST = 20  # distinct defects kept: enough to understand, too few to be a nuisance


class Defects:
    """A list without repetition, bounded: a mail may be wrong in a thousand places."""

    __slots__ = ("_said",)

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def add(self, what: str) -> None:
        """Remembers it once; the empty word is no defect."""
        if what and len(self._said) < MOST:
            self._said[what] = None

    def all(self) -> tuple[str, ...]:
        return tuple(self._said)
