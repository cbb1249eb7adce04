"""What asking for missing items would change, told before it is done. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from workflows.definition import Legal
from workflows.legal_clock import LegalEvent, deadlines
from workflows.working_days import Region


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The rule that applies, the date on which silence decides as things stand, and as they would.

    The new date is the latest one: that of a suspension that lasts all the days given, of a clock that starts anew on the last of them.
    """

    rule: Literal["suspension", "restart", "none"]
    before: date | None
    after: date | None


def asking(law: Legal, region: Region, events: Sequence[LegalEvent], at: datetime, days: int, *, indispensable: bool) -> Foreseen:
    """What becomes of the clock where items are asked for at this moment, for so many days."""
    before = deadlines(law.regime, law.duration, region, events)
    asked = LegalEvent(at, "incomplete", days, indispensable)
    clock = deadlines(law.regime, law.duration, region, [*events, asked])
    stands = before.implicit_decision_on
    if law.regime == "none" or clock.implicit_decision_on == stands:
        return Foreseen("none", stands, stands)
    if law.regime == "svr":
        return Foreseen("suspension", stands, clock.implicit_decision_on)
    last = LegalEvent(at + timedelta(days=days), "completed")
    return Foreseen("restart", stands, deadlines(law.regime, law.duration, region, [*events, asked, last]).implicit_decision_on)
