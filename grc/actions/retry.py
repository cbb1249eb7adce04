"""When to try again what failed: minutes at first, then hours, for two days."""

from __future__ import annotations

from datetime import datetime, timedelta

# After the first try, the second… in seconds. The last one repeats until GIVE_UP has passed since the beginning.
STEPS = (60, 180, 600, 1800, 3600, 7200, 14400)
GIVE_UP = timedelta(hours=48)


def next_try(tries: int, began: datetime, now: datetime) -> datetime | None:
    """The moment of the next try after `tries` failed ones, or None when two days of them are enough."""
    if now - began >= GIVE_UP:
        return None
    return now + timedelta(seconds=STEPS[min(tries, len(STEPS)) - 1])
