"""Collectivities are served in turn, so that the many mails of one do not hold up the few of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Turns:
    """Whose turn it is in one worker: the collectivity served last, and those whose relay has its hands full, until when."""

    after: int = 0
    resting: dict[int, datetime] = field(default_factory=dict)

    def tired(self, now: datetime) -> list[int]:
        """Those that are not to be claimed now."""
        self.resting = {one: until for one, until in self.resting.items() if until > now}
        return list(self.resting)

    def served(self, collectivities: Sequence[int]) -> None:
        """The next claim begins behind the last of these."""
        self.after = max(collectivities, key=lambda one: (one <= self.after, one))
