"""The life of a general request, as its definition tells it and the engine lives it."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest

from grc.errors import BadInput, Conflict
from workflows.catalogue import catalogue
from workflows.definition import By
from workflows.effects import Acknowledge, CloseTicket, MarkUnread, MeetDeadline, Record, ReopenTicket, StartDeadlines
from workflows.engine import Happening, Step, UnsaidFact, step

GENERAL = catalogue().get("general")
NOW = datetime(2026, 5, 7, 7, 12, tzinfo=UTC)
MAIL = {"channel": "email", "may_answer": True, "automatic": False}


def live(state: str, kind: str, by: By = "agent", **data: Any) -> Step:
    return step(GENERAL, state, Happening(kind, by, data), NOW)


def started(result: Step) -> set[str]:
    return {kind for effect in result.effects if isinstance(effect, StartDeadlines) for kind in effect.kinds}


def test_a_citizens_mail_is_acknowledged_and_its_clock_runs() -> None:
    opened = live("", "opened", "citizen", **MAIL)
    assert opened.state == "received"
    assert opened.effects[0] == Acknowledge()
    assert opened.effects[-1] == MarkUnread()
    assert started(opened) == {"are", "notify", "implicit_decision", "answer"}


def test_a_machine_gets_no_acknowledgement_and_starts_no_clock() -> None:
    opened = live("", "opened", "citizen", channel="email", may_answer=False, automatic=True)
    assert opened == Step("received", (MarkUnread(),))


def test_a_person_on_a_mailing_list_gets_no_acknowledgement_but_the_law_runs() -> None:
    opened = live("", "opened", "citizen", channel="email", may_answer=False, automatic=False)
    assert Acknowledge() not in opened.effects
    assert started(opened) == {"notify", "implicit_decision", "answer"}


def test_a_telephone_call_starts_no_legal_clock_by_itself() -> None:
    assert started(live("", "opened", "citizen", channel="phone", may_answer=False, automatic=False)) == {"answer"}


def test_a_ticket_that_begins_with_us_waits_for_the_citizen() -> None:
    assert live("", "opened", "agent", **MAIL) == Step("waiting", ())


def test_an_answer_puts_the_request_in_progress_and_meets_the_aim() -> None:
    answered = live("received", "agent_reply")
    assert answered.state == "in_progress"
    assert MeetDeadline("answer") in answered.effects
    assert live("waiting", "agent_reply").state == "waiting"


def test_a_citizen_who_writes_reopens_his_closed_request() -> None:
    reopened = live("closed", "citizen_message", "citizen")
    assert reopened.state == "in_progress"
    assert ReopenTicket() in reopened.effects
    assert MarkUnread() in reopened.effects
    record = next(effect for effect in reopened.effects if isinstance(effect, Record))
    assert record.why == "Le demandeur a écrit de nouveau."
    assert (record.data["from_label"], record.data["to_label"]) == ("Close", "En cours")


@pytest.mark.parametrize("state", ["received", "in_progress", "waiting", "closed"])
def test_an_out_of_office_moves_nothing(state: str) -> None:
    assert live(state, "automatic_message", "citizen") == Step(state, ())


@pytest.mark.parametrize("state", ["received", "in_progress", "waiting", "closed"])
def test_a_note_moves_nothing(state: str) -> None:
    assert live(state, "note") == Step(state, ())


def test_closing_with_an_answer_stops_the_legal_clock_and_without_one_does_not() -> None:
    closed = live("in_progress", "transition:close", answered=True)
    assert closed.state == "closed"
    assert {CloseTicket(), MeetDeadline("implicit_decision")} <= {e for e in closed.effects if isinstance(e, CloseTicket | MeetDeadline)}
    unanswered = live("received", "transition:close", answered=False)
    assert unanswered.state == "closed"
    assert MeetDeadline("implicit_decision") not in unanswered.effects
    silent = live("in_progress", "transition:close_without_answer", text="Déjà traitée au guichet")
    assert silent.state == "closed"
    assert MeetDeadline("implicit_decision") not in silent.effects
    assert next(e for e in silent.effects if isinstance(e, Record)).why == "Déjà traitée au guichet"


def test_closing_without_an_answer_asks_why() -> None:
    with pytest.raises(BadInput) as refused:
        live("received", "transition:close_without_answer", text="  ")
    assert refused.value.field == "text"


def test_what_somebody_else_did_meanwhile_is_told() -> None:
    with pytest.raises(Conflict, match="Close"):
        live("closed", "transition:close")
    with pytest.raises(Conflict):
        live("received", "transition:nothing_like_it")


def test_a_fact_that_nobody_said_is_never_guessed() -> None:
    with pytest.raises(UnsaidFact, match="channel"):
        live("", "opened", "citizen", may_answer=True, automatic=False)


def test_an_agent_is_offered_what_the_state_allows() -> None:
    assert [t.name for t in GENERAL.allowed("received", ["agent"])] == ["wait_citizen", "close", "close_without_answer"]
    assert [t.name for t in GENERAL.allowed("closed", ["chief"])] == ["reopen"]
    assert GENERAL.allowed("received", []) == ()


def test_whoever_asked_may_take_his_request_back_and_nothing_runs_any_more() -> None:
    assert [t.name for t in GENERAL.allowed("in_progress", ["requester"])] == ["withdraw"]
    withdrawn = live("in_progress", "transition:withdraw", "citizen")
    assert withdrawn.state == "closed"
    assert {e.kind for e in withdrawn.effects if isinstance(e, MeetDeadline)} == {"answer", "notify", "implicit_decision"}


@pytest.mark.alone
def test_a_step_takes_microseconds() -> None:
    happening = Happening("opened", "citizen", MAIL)

    def of_one(rounds: int) -> float:
        begun = perf_counter()
        for _ in range(rounds):
            step(GENERAL, "", happening, NOW)
        return (perf_counter() - begun) / rounds

    assert min(of_one(1000) for _ in range(10)) < 20e-6
