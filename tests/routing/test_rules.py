"""The rules of a collectivity: by sender, by words, by time; to a service, a type, a priority."""

from __future__ import annotations

from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import pytest

from routing.decide import decide
from routing.model import Decision, RecipientMatch, RuleFact
from routing.words import fold, holds
from tests.routing.makers import ACCUEIL, DAX, MONT, URBANISME, VOIRIE, facts, mail, rule

TO_VOIRIE = {"service": "voirie"}


def told(decision: Decision) -> str:
    return " ".join(reason.text for reason in decision.reasons).replace("\u00a0", " ").replace("\u202f", " ")


def decided(*rules: RuleFact, **more: Any) -> Decision:
    return decide(mail(**more), facts(rules=rules))


def test_a_word_of_the_subject_or_of_the_body_chooses_the_service_and_says_so() -> None:
    decision = decided(rule(TO_VOIRIE, words=["éclairage", "lampadaire"]))
    assert decision.service_id == VOIRIE
    assert "La règle « Éclairage » s’applique, car il contient « lampadaire » : service « Voirie »." in told(decision)


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("éclairage public", "ECLAIRAGE  PUBLIC", True),
        ("eclairage public", "l’éclairage\npublic, rue des Pins", True),
        ("lampadaire", "Les lampadaires", True),
        ("nid de poule", "des nids-de-poule partout", True),
        ("eau", "le bureau", False),
        ("eau", "fuite d’eau", True),
        ("œuvre", "main d'oeuvre", True),
        ("urbanis*", "règles d’urbanisme", True),
        ("urbanis", "règles d’urbanisme", False),
        ("c++", "du C", True),
    ],
)
def test_words_are_those_that_people_mean(phrase: str, text: str, found: bool) -> None:
    assert holds(fold(text), phrase) is found


@pytest.mark.parametrize(
    ("conditions", "applies"),
    [
        ({"sender": ["anne@citoyenne.example"]}, True),
        ({"sender": ["@citoyenne.example"]}, True),
        ({"sender": ["@Example"]}, True),
        ({"sender": ["@toyenne.example"]}, False),
        ({"subject": ["lampadaire"]}, True),
        ({"subject": ["panne"]}, False),
        ({"body": ["panne"]}, True),
        ({"words": ["piscine"]}, False),
        ({"subject": ["lampadaire"], "sender": ["@ailleurs.example"]}, False),
        ({"weekdays": [4], "words": ["panne"]}, True),
        ({"weekdays": [6, 7]}, False),
        ({"since": "08:00", "until": "13:00"}, True),
        ({"since": "18:00", "until": "08:00"}, False),
    ],
)
def test_all_conditions_must_hold_and_one_of_a_list_is_enough(conditions: dict[str, Any], applies: bool) -> None:
    assert (decided(rule(TO_VOIRIE, **conditions)).service_id == VOIRIE) is applies


@pytest.mark.parametrize(("hour", "applies"), [(15, False), (16, True), (23, True), (5, True), (6, False)])
def test_a_window_of_the_night_passes_midnight_in_paris_time(hour: int, applies: bool) -> None:
    night = rule(TO_VOIRIE, since="18:00", until="08:00")
    decision = decide(mail(), facts(rules=(night,), now=datetime(2026, 5, 7, hour, tzinfo=UTC)))
    assert (decision.service_id == VOIRIE) is applies


def test_the_first_rule_that_settles_a_thing_settles_it() -> None:
    decision = decided(
        rule({"service": "urbanisme", "priority": 3}, position=3, words=["panne"]),
        rule({"priority": 1}, position=1, words=["panne"], name="Urgences"),
        rule({"service": "voirie", "type": "street_light"}, position=2, words=["panne"]),
    )
    assert (decision.service_id, decision.type, decision.priority) == (VOIRIE, "street_light", 1)
    assert "« Urgences » s’applique, car il contient « panne » : priorité urgente." in told(decision)


def test_an_address_that_names_a_service_is_stronger_than_a_rule_that_still_sets_the_priority() -> None:
    named = RecipientMatch("urbanisme@40088.example", DAX, URBANISME)
    decision = decide(mail(), facts(recipients=(named,), rules=(rule({"service": "voirie", "priority": 1}, words=["panne"]),)))
    assert (decision.service_id, decision.priority) == (URBANISME, 1)


def test_the_words_of_a_quoted_mail_are_not_the_citizens() -> None:
    decision = decided(rule(TO_VOIRIE, body=["panne"]), reply_text="Merci beaucoup.", quoted_text="> en panne")
    assert decision.service_id == ACCUEIL


def test_a_rule_of_another_town_is_not_ours() -> None:
    assert decided(rule(TO_VOIRIE, collectivity=MONT, words=["panne"])).service_id == ACCUEIL


def test_a_rule_that_names_no_service_of_ours_says_so() -> None:
    decision = decided(rule({"service": "piscine"}, words=["panne"]))
    assert decision.service_id == ACCUEIL
    assert "le service « piscine » n’existe pas" in told(decision)


@pytest.mark.parametrize(
    ("conditions", "outcome"),
    [
        ({}, TO_VOIRIE),
        ({"words": []}, TO_VOIRIE),
        ({"words": ["!!"]}, TO_VOIRIE),
        ({"mots": ["panne"]}, TO_VOIRIE),
        ({"words": "panne"}, TO_VOIRIE),
        ({"since": "18:00"}, TO_VOIRIE),
        ({"weekdays": [8]}, TO_VOIRIE),
        ({"words": ["panne"]}, {}),
        ({"words": ["panne"]}, {"priority": 9}),
    ],
)
def test_a_rule_that_cannot_be_read_stops_no_mail_and_is_told(conditions: dict[str, Any], outcome: dict[str, Any]) -> None:
    broken = RuleFact(DAX, 1, "Cassée", conditions, outcome)
    decision = decided(broken, rule(TO_VOIRIE, position=2, words=["panne"]))
    assert decision.service_id == VOIRIE
    assert "La règle « Cassée » ne peut pas être lue" in told(decision)


@pytest.mark.alone
def test_deciding_with_twenty_rules_takes_less_than_half_a_millisecond() -> None:
    rules = tuple(rule(TO_VOIRIE, position=n, words=[f"mot{n}", f"phrase numéro {n}"]) for n in range(20))
    known = facts(rules=rules)
    message = mail(body_text="Bonjour, voici une longue lettre. " * 90)
    decide(message, known)

    def of_one(rounds: int) -> float:
        begun = perf_counter()
        for _ in range(rounds):
            decide(message, known)
        return (perf_counter() - begun) / rounds

    assert min(of_one(50) for _ in range(10)) < 500e-6


def test_an_address_may_stand_for_a_type_of_request_whatever_its_tag() -> None:
    helpdesk = rule({"type": "incidents"}, to=["assistance@agence.example"])
    assert decided(helpdesk, recipients=("Assistance+r.k7m4@agence.example",)).type == "incidents"
    assert "il est écrit à assistance@agence.example" in told(decided(helpdesk, recipients=("assistance@agence.example",)))
    assert decided(helpdesk, recipients=("contact@agence.example",)).type == "general"
