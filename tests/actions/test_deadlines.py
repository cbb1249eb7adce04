"""What is due on a ticket, as rows to be: when, by which article, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from grc.actions.deadlines import Times
from grc.tickets.model import NewDeadline
from workflows.catalogue import catalogue

GENERAL = catalogue().get("general")
THURSDAY = datetime(2026, 5, 7, 7, 12, tzinfo=UTC)


def due(kinds: Sequence[str], now: datetime = THURSDAY) -> list[NewDeadline]:
    return Times(GENERAL, THURSDAY, "metropole").due(kinds, now, {}, "received")


def test_a_general_request_has_its_four_deadlines_each_at_the_end_of_its_day_in_paris() -> None:
    found = {deadline.kind: deadline.due_at.isoformat() for deadline in due(())}
    assert found == {
        "are": "2026-05-26T23:59:59+02:00",
        "notify": "2026-07-06T23:59:59+02:00",
        "implicit_decision": "2026-07-08T00:00:00+02:00",
        "answer": "2026-06-02T23:59:59+02:00",
    }


def test_each_legal_deadline_says_its_article_and_why_and_an_aim_has_no_article() -> None:
    for deadline in due(()):
        assert deadline.reasons
        assert bool(deadline.article) == (deadline.kind != "answer")


def test_a_citizen_who_writes_again_waits_from_that_day() -> None:
    again = datetime(2026, 6, 1, 8, tzinfo=UTC)
    (answer,) = due(("answer",), again)
    assert answer.due_at.isoformat() == "2026-06-22T23:59:59+02:00"
