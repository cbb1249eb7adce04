"""How accessible the public pages are: the evaluation by the 106 criteria of RGAA 4.1, and the state that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml

# How many criteria each theme of RGAA 4.1 has: https://accessibilite.numerique.gouv.fr/methode/criteres-et-tests/
THEMES = (9, 2, 3, 13, 8, 2, 5, 10, 4, 14, 13, 11, 12)
_HALF = 50  # percent from which on a site is partly conform


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The evaluation in force: when it was made, which criteria hold, which do not and why, which have no object here."""

    made_on: date
    conform: tuple[str, ...]
    not_conform: Mapping[str, str]
    not_applicable: tuple[str, ...]

    @property
    def rate(self) -> int:
        """How many of a hundred criteria that have an object hold, rounded down."""
        return 100 * len(self.conform) // (len(self.conform) + len(self.not_conform))

    @property
    def state(self) -> str:
        """The state as the declaration and every footer say it."""
        if not self.not_conform:
            return "totalement conforme"
        return "partiellement conforme" if self.rate >= _HALF else "non conforme"


@cache
def evaluation() -> Evaluation:
    """The evaluation that comes with the program (`rgaa.yaml`)."""
    found = yaml.safe_load((Path(__file__).parent / "rgaa.yaml").read_text(encoding="utf-8"))
    return Evaluation(found["made_on"], tuple(found["conform"].split()), found["not_conform"], tuple(found["not_applicable"].split()))
