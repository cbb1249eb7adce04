"""Why the service writes nothing by itself to a source that is held to be abusive (L112-11). Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.clock import PARIS
from workflows.dates import with_weekday


def last_day(until: datetime) -> str:
    """The last day on which a mark holds, in words."""
    return with_weekday((until - timedelta(seconds=1)).astimezone(PARIS).date())


def why_silent(until: datetime | None, now: datetime) -> str:
    """The line of the timeline while the mark of a source holds; empty where there is none, or it is over."""
    if until is None or until <= now:
        return ""
    return f"Pas d’accusé de réception\N{NO-BREAK SPACE}: source signalée abusive (L112-11) jusqu’au {last_day(until)}."
