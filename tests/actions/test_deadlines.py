"""What is due on a ticket as its type says, as rows to be: when, and why. What the law says is told in test_law.py."""

from __future__ import annotations

from datetime import UTC, datetime

from grc.actions.deadlines import Times
from grc.tickets.model import NewDeadline
from workflows.catalogue import catalogue

GENERAL = catalogue().get("general")
THURSDAY = datetime(2026, 5, 7, 7, 12, tzinfo=UTC)


def due(now: datetime = THURSDAY) -> list[NewDeadline]:
    return Times(GENERAL, "metropole").due((), now, {}, "received")


def test_the_aim_of_the_service_is_the_end_of_its_day_in_paris_and_says_why_without_an_article() -> None:
    (answer,) = due()
    assert (answer.kind, answer.due_at.isoformat()) == ("answer", "2026-06-02T23:59:59+02:00")
    assert answer.reasons
    assert not answer.article


def test_a_citizen_who_writes_again_waits_from_that_day() -> None:
    (answer,) = due(datetime(2026, 6, 1, 8, tzinfo=UTC))
    assert answer.due_at.isoformat() == "2026-06-22T23:59:59+02:00"
