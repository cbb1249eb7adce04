"""What ends with a request that closes."""

from __future__ import annotations

from datetime import UTC, datetime

from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.tickets.model import TicketKey
from workflows.catalogue import catalogue
from workflows.effects import CloseTicket

NOW = datetime(2026, 5, 7, 7, 12, tzinfo=UTC)


def closed_with(*standing: str) -> list[str]:
    """The deadlines that end when a general request closes while these stand."""
    draft = Draft(TicketKey(1, 1), NOW, "Aurore Lapinède", 1)
    means = Means(catalogue().get("general"), lambda _kinds: (), lambda _name, _to: None, standing=frozenset(standing))
    apply((CloseTicket(),), draft, means)
    return draft.met


def test_the_deadlines_of_the_type_end_when_a_request_closes_and_those_of_the_law_do_not() -> None:
    assert closed_with("are", "notify", "implicit_decision", "answer") == ["answer"]
    assert closed_with("implicit_decision") == []
