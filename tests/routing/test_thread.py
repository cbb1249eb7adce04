"""Whose ticket a message continues: a proof joins, a claim is looked at by a person."""

from __future__ import annotations

import pytest

from grc.tickets.model import TicketKey
from routing.decide import decide
from routing.model import Decision, SameFact, ThreadProof
from tests.routing.makers import ACCUEIL, DAX, MONT, TO_DAX, TO_MONT, URBANISME, facts, mail, ticket


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


@pytest.mark.parametrize("how", ["portal", "hmac_reply", "hmac_mail_id"])
def test_a_reply_from_another_address_joins_the_same_ticket(how: ThreadProof) -> None:
    """The mark proves that he holds our mail: by which address he answers is his business."""
    decision = decide(mail(from_addr="anne.dupuy@travail.example"), facts(threads=(ticket(how),)))
    assert (decision.outcome, decision.ticket, decision.service_id) == ("append", TicketKey(DAX, 7), URBANISME)
    assert (decision.alarm, decision.linked_ticket_id, codes(decision)) == (None, None, [f"thread_{how}"])
    assert "K7M4-QF9" in decision.reasons[0].text


@pytest.mark.parametrize("how", ["mail_id", "reference"])
def test_who_takes_part_joins_by_reference_or_by_thread(how: ThreadProof) -> None:
    assert decide(mail(), facts(threads=(ticket(how, takes_part=True),))).ticket == TicketKey(DAX, 7)


@pytest.mark.parametrize("how", ["mail_id", "reference", "forged"])
def test_a_stranger_never_writes_into_somebodys_ticket(how: ThreadProof) -> None:
    decision = decide(mail(from_addr="eve@ailleurs.example"), facts(threads=(ticket(how),)))
    assert (decision.outcome, decision.ticket) == ("open", None)
    assert (decision.linked_ticket_id, decision.alarm, decision.service_id) == (7, "review_link", ACCUEIL)
    assert decision.reasons[-1].code in ("link_stranger", "link_forged")


def test_a_forged_mark_joins_nothing_even_for_who_takes_part() -> None:
    decision = decide(mail(), facts(threads=(ticket("forged", takes_part=True),)))
    assert (decision.outcome, decision.alarm) == ("open", "review_link")


@pytest.mark.parametrize("how", ["hmac_reply", "hmac_mail_id", "mail_id", "reference"])
def test_a_ticket_of_another_town_is_neither_joined_nor_told(how: ThreadProof) -> None:
    decision = decide(mail(), facts(threads=(ticket(how, takes_part=True, collectivity=MONT),)))
    assert (decision.outcome, decision.collectivity_id, decision.alarm) == ("open", DAX, "review_link")
    assert decision.linked_ticket_id is None
    assert not any("K7M4" in reason.text for reason in decision.reasons)


def test_the_best_proof_wins() -> None:
    threads = (ticket("reference", takes_part=True, number=1), ticket("hmac_reply", number=2), ticket("mail_id", takes_part=True, number=3))
    assert decide(mail(), facts(threads=threads)).ticket == TicketKey(DAX, 2)


def test_a_claim_beside_a_proof_is_not_minded() -> None:
    decision = decide(mail(), facts(threads=(ticket("reference", number=1), ticket("hmac_mail_id", number=2))))
    assert (decision.ticket, decision.alarm) == (TicketKey(DAX, 2), None)


def test_the_same_mail_offered_twice_is_a_duplicate() -> None:
    decision = decide(mail(), facts(same_message=SameFact(DAX, 7, 70)))
    assert (decision.outcome, decision.ticket, codes(decision)) == ("duplicate", TicketKey(DAX, 7), ["duplicate"])


def test_the_same_mail_to_another_town_is_no_duplicate() -> None:
    same = SameFact(DAX, 7, 70)
    decision = decide(mail(), facts(received_account="mairie@40192.example", recipients=(TO_MONT, TO_DAX), same_message=same))
    assert (decision.outcome, decision.collectivity_id) == ("open", MONT)


def test_another_mail_under_the_same_identifier_is_not_lost() -> None:
    """A scanner that gives all it sends one Message-ID."""
    assert decide(mail(), facts(same_message=SameFact(DAX, 7, 70, same_words=False))).outcome == "open"


def test_an_out_of_office_is_kept_with_its_ticket() -> None:
    away = mail(is_auto=True, auto_reason="Auto-Submitted: auto-replied", may_answer=False)
    decision = decide(away, facts(threads=(ticket("hmac_reply", closed=True),)))
    assert (decision.outcome, codes(decision)) == ("append", ["thread_hmac_reply", "automatic"])


def test_a_bounce_joins_the_ticket_whose_mail_did_not_arrive() -> None:
    bounce = mail(from_addr="mailer-daemon@relais.example", is_bounce=True, is_auto=True, bounce_of="x")
    decision = decide(bounce, facts(threads=(ticket("hmac_mail_id"),)))
    assert (decision.outcome, codes(decision)) == ("append", ["thread_hmac_mail_id", "bounce"])


@pytest.mark.parametrize("threads", [(), (ticket("reference"),), (ticket("reference", takes_part=True),), (ticket("forged"),)])
def test_a_bounce_of_a_mail_that_was_not_ours_is_set_aside(threads: tuple[object, ...]) -> None:
    decision = decide(mail(from_addr="mailer-daemon@relais.example", is_bounce=True, is_auto=True), facts(threads=threads))
    assert (decision.outcome, decision.reasons[-1].code) == ("filter", "report_unknown")


def test_our_own_voice_is_set_aside() -> None:
    echo = decide(mail(from_addr="mairie+r.k7m4qf9.abc@40088.example", is_auto=True), facts())
    assert (echo.outcome, echo.reasons[-1].code) == ("filter", "own_automatic")
    neighbour = facts(own_addresses=frozenset({"mairie@40088.example", "mairie@40192.example"}))
    machine = decide(mail(from_addr="MAIRIE@40192.example", is_auto=True), neighbour)
    assert (machine.outcome, machine.reasons[-1].code) == ("filter", "own_automatic")


def test_a_secretary_who_writes_from_the_box_of_her_town_is_heard() -> None:
    neighbour = facts(own_addresses=frozenset({"mairie@40088.example", "mairie@40192.example"}))
    assert decide(mail(from_addr="mairie@40192.example"), neighbour).outcome == "open"


def test_a_web_site_that_writes_in_the_name_of_the_towns_own_box_is_heard() -> None:
    assert decide(mail(from_addr="mairie@40088.example", reply_to="habitant@courriel.example"), facts()).outcome == "open"


def test_a_mail_without_sender_is_no_loop() -> None:
    assert decide(mail(from_addr=""), facts()).outcome == "open"
