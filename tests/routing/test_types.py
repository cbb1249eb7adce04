"""The type of a request: its own service, unless the person chose another; one that is gone loses nothing."""

from __future__ import annotations

from routing.decide import decide
from routing.model import Decision, TypeFact
from tests.routing.makers import ACCUEIL, DAX, MONT, URBANISME, VOIRIE, facts, mail, rule

LIGHT = TypeFact(DAX, "street_light", "Signaler un lampadaire éteint", "voirie")


def decided(*types: TypeFact, **more: str) -> Decision:
    rules = (rule({"service": "urbanisme"}, words=["lampadaire"]),)
    return decide(mail(**{"type": "street_light", **more}), facts(types=types, rules=rules, recipients=(), received_account="40088"))


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_type_gives_its_request_to_its_service_and_says_so() -> None:
    decision = decided(LIGHT)
    assert (decision.type, decision.service_id) == ("street_light", VOIRIE)
    assert decision.reasons[-1].text == "Le type de demande « Signaler un lampadaire éteint » est confié au service « Voirie »."


def test_a_person_who_chose_the_service_himself_is_right() -> None:
    decision = decided(LIGHT, service_slug="accueil")
    assert (decision.type, decision.service_id) == ("street_light", ACCUEIL)
    assert "type" not in codes(decision)


def test_a_type_without_a_service_leaves_it_to_the_rules() -> None:
    decision = decided(TypeFact(DAX, "street_light", "Lampadaire"))
    assert (decision.type, decision.service_id) == ("street_light", URBANISME)


def test_a_service_that_is_not_there_is_told_and_another_is_sought() -> None:
    decision = decided(TypeFact(DAX, "street_light", "Lampadaire", "piscine"))
    assert decision.service_id == URBANISME
    assert "type_service_unknown" in codes(decision)


def test_a_type_that_is_gone_makes_a_general_request_and_loses_nothing() -> None:
    for known in ((), (TypeFact(MONT, "street_light", "Lampadaire", "voirie"),)):
        decision = decided(*known)
        assert (decision.outcome, decision.type, decision.service_id) == ("open", "general", URBANISME)
        assert "type_unknown" in codes(decision)
