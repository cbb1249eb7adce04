"""What a type of its own does: fields given and asked for, guards, effects that reckon, deadlines that stand still."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from grc.errors import BadInput, Conflict
from tests.makers.loans import loan
from workflows.definition import By, Definition
from workflows.effects import (
    AssignTo,
    CreateLinked,
    MarkUnread,
    Notify,
    PauseDeadlines,
    Prioritise,
    Produce,
    Record,
    ReopenTicket,
    ResumeDeadlines,
    SetField,
    StartDeadlines,
    TellLinked,
)  # fmt: skip
from workflows.engine import Happening, Step, UnsaidFact, guarded, step

LOAN = loan()
NOW = datetime(2026, 5, 7, 7, 12, tzinfo=UTC)
ASKED = {"chaises": 20, "urgence": "basse"}
FACTS = {"answered": False, "priority": 2, "channel": "form", "member": False, "assigned": False}


def live(
    state: str, kind: str, fields: dict[str, Any], by: By = "agent", given: dict[str, Any] | None = None, of: Definition = LOAN, **data: Any
) -> Step:
    return step(of, state, Happening(kind, by, {**FACTS, **data}, given or {}), NOW, fields)


def effects(result: Step, kind: type) -> list[Any]:
    return [effect for effect in result.effects if isinstance(effect, kind)]


def test_fields_given_at_the_opening_are_kept_and_the_computed_ones_follow() -> None:
    opened = live("", "opened", {}, "citizen", {**ASKED, "livraison": True})
    assert opened.fields == {**ASKED, "livraison": True, "prix": 90}
    assert opened.state == "received"


def test_effects_reckon_with_the_fields_that_were_given() -> None:
    assert Prioritise(3) in live("", "opened", {}, "citizen", ASKED).effects
    assert Prioritise(1) in live("", "opened", {}, "citizen", {**ASKED, "urgence": "haute"}).effects


@pytest.mark.parametrize(("formula", "priority"), [("chaises", 4), ("0 - chaises", 1), ("rang", 2), ("chaises / 0", 2), ("'2.4'", 2)])
def test_a_priority_is_held_within_its_bounds_and_normal_where_there_is_none(formula: str, priority: int) -> None:
    made = loan(("formula: 'if(urgence = \"haute\", 1, 3)'", f"formula: {formula}"))
    assert effects(live("", "opened", {}, "citizen", ASKED, made), Prioritise) == [Prioritise(priority)]


def test_an_effect_reads_what_the_one_before_it_has_set() -> None:
    accepted = live("received", "transition:accept", {**ASKED, "prix": 40})
    assert accepted.fields["caution"] == 80
    assert effects(accepted, SetField) == [SetField("caution", 80)]
    assert effects(accepted, Notify) == [Notify("accepted", "requester")], "it is asked for only where there is a caution"
    assert effects(accepted, AssignTo) == [AssignTo("actor")]


def test_what_a_formula_cannot_give_empties_the_field() -> None:
    made = loan(("formula: prix * 2}", "formula: prix / 0}"))
    accepted = live("received", "transition:accept", {**ASKED, "prix": 40, "caution": 9}, of=made)
    assert "caution" not in accepted.fields
    assert effects(accepted, SetField) == [SetField("caution", None)]


def test_a_computed_value_is_never_taken_from_outside() -> None:
    assert live("", "opened", {}, "citizen", {**ASKED, "prix": 1}).fields["prix"] == 40


def test_a_guard_that_does_not_hold_is_told_in_the_words_of_the_type() -> None:
    with pytest.raises(Conflict, match="500 chaises"):
        live("received", "transition:accept", {**ASKED, "chaises": 501})
    assert guarded(LOAN, LOAN.by_name["accept"], {"chaises": 501}, FACTS) == "La commune n’a que 500 chaises."
    assert guarded(LOAN, LOAN.by_name["accept"], {"chaises": 500}, FACTS) == ""
    silent = loan(("\n    otherwise: La commune n’a que 500 chaises.", ""))
    assert "« Accepter »" in guarded(silent, silent.by_name["accept"], {"chaises": 501}, FACTS).replace("\u00a0", " ")


def test_a_transition_takes_the_fields_it_asks_for_and_no_others() -> None:
    refused = live("received", "transition:refuse", ASKED, given={"motif": "Tout est prêté.", "chaises": 1})
    assert (refused.fields["motif"], refused.fields["chaises"]) == ("Tout est prêté.", 20)
    (record,) = effects(refused, Record)
    assert record.data["fields"] == {"motif": "Tout est prêté."}, "the timeline says what was filled in"


@pytest.mark.parametrize("given", [{}, {"motif": ""}, {"motif": None}])
def test_a_field_that_is_asked_for_and_missing_is_refused_at_its_name(given: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match="Motif du refus") as refused:
        live("received", "transition:refuse", ASKED, given=given)
    assert refused.value.field == "motif"


def test_a_field_that_was_filled_in_before_need_not_be_given_again() -> None:
    assert live("received", "transition:refuse", {**ASKED, "motif": "Tout est prêté."}).state == "refused"


def test_an_act_that_stays_in_its_state_is_a_line_of_the_timeline() -> None:
    remarked = live("received", "transition:remark", ASKED, given={"rang": 2})
    assert remarked.state == "received"
    assert effects(remarked, Record) == [
        Record("act", "", {"transition": "remark", "label": "Ajouter une remarque", "fields": {"rang": 2}})
    ]


def test_waiting_stops_the_deadline_and_going_on_frees_it() -> None:
    assert PauseDeadlines(("answer",)) in live("doing", "transition:ask", ASKED, text="Quel jour ?").effects
    assert ResumeDeadlines(("answer",)) in live("waiting", "citizen_message", ASKED, "citizen").effects
    assert effects(live("received", "transition:accept", ASKED), PauseDeadlines) == [], "from a state that runs to one that runs"


def test_a_ticket_is_opened_elsewhere_with_fields_of_this_one() -> None:
    created = "{do: create, type: general, where: agency, subject: Chaises, wait: true, fields: {nombre: chaises + 1, jour: motif}}"
    made = loan(("- {do: assign, to: actor}", f"- {created}"))
    (effect,) = effects(live("received", "transition:accept", ASKED, of=made), CreateLinked)
    assert effect == CreateLinked("general", "agency", "Chaises", {"nombre": 21, "jour": None}, waits=True)


@pytest.mark.parametrize(("chosen", "where"), [({"id": 3, "name": "Boisvert"}, "3"), (None, ""), ("3", "")])
def test_the_collectivity_that_a_field_names_is_where_it_opens(chosen: Any, where: str) -> None:
    made = loan(
        ("- {do: assign, to: actor}", "- {do: create, type: general, where: fields.ou, subject: Chaises}"),
        ("  - {name: rang,", "  - {name: ou, kind: collectivity, label: Où, required: false}\n  - {name: rang,"),
    )
    (effect,) = effects(live("received", "transition:accept", {**ASKED, "ou": chosen}, of=made), CreateLinked)
    assert effect.where == where


def test_the_words_of_an_act_are_told_to_linked_tickets_where_it_says_so() -> None:
    made = loan(("- {do: assign, to: actor}", "- {do: tell_linked, message: true}\n      - {do: tell_linked, transition: close}"))
    told = effects(live("received", "transition:accept", ASKED, of=made, text=" C’est réparé. "), TellLinked)
    assert told == [TellLinked(None, "C’est réparé."), TellLinked("close", "")]


def test_a_document_is_asked_for_with_its_reader() -> None:
    assert Produce("receipt", "requester") in live("doing", "transition:lend", ASKED).effects


def test_a_reaction_that_adds_itself_lets_the_next_one_be_taken() -> None:
    made = loan(("reactions:\n", "reactions:\n  - {on: opened, also: true, effects: [{do: alarm, word: look}]}\n"))
    opened = live("", "opened", {}, "citizen", ASKED, made)
    assert [type(effect).__name__ for effect in opened.effects] == ["StartDeadlines", "Prioritise", "MarkUnread", "Alarm"]
    alone = loan(("reactions:\n", "reactions:\n  - {on: note, also: true, effects: [{do: mark_unread}]}\n"))
    assert live("doing", "note", ASKED, of=alone).effects == (MarkUnread(),)


def test_a_guard_on_a_fact_that_the_happening_does_not_say_is_an_error_of_the_program() -> None:
    made = loan(("when: {fields.chaises: {max: 500}}", "when: {rating: [1]}"))
    with pytest.raises(UnsaidFact, match="rating"):
        live("received", "transition:accept", ASKED, of=made)
    assert live("received", "transition:accept", ASKED, of=made, rating=1).state == "doing"


def test_nothing_is_asked_of_a_field_that_is_not_there() -> None:
    made = loan(("when: {fields.chaises: {max: 500}}", "when: {fields.caution: {filled: false}}"))
    assert live("received", "transition:accept", ASKED, of=made).state == "doing"


def test_what_the_definition_does_not_speak_of_changes_nothing() -> None:
    unheard: tuple[tuple[str, By], ...] = (("rated", "citizen"), ("third_message", "third"), ("linked_closed", "system"))
    for kind, by in unheard:
        assert live("doing", kind, {**ASKED, "prix": 40}, by) == Step("doing", (), {**ASKED, "prix": 40})


def test_the_fields_of_the_ticket_are_never_changed_in_place() -> None:
    fields = {**ASKED, "lots": [{"quoi": "tables", "combien": 4}]}
    before = {**fields, "lots": [dict(fields["lots"][0])]}  # type: ignore[index]
    live("received", "transition:accept", fields)
    assert fields == before


def test_leaving_a_closed_state_reopens() -> None:
    made = loan(("from: [waiting], to: doing, who", "from: [waiting, lent], to: doing, who"))
    assert effects(live("lent", "transition:resume", ASKED, of=made), ReopenTicket) == [ReopenTicket()]
    assert effects(live("", "opened", {}, "citizen", ASKED), StartDeadlines) == [StartDeadlines(("answer",))]
