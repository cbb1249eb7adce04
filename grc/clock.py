"""The time, as an argument: the only place that reads it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


def now() -> datetime:
    """The present moment in UTC. Called at the edges; everything inside takes `now` as an argument."""
    return datetime.now(UTC)
