"""To whom a message goes: its address, its form, the default."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grc.collectivities.naming import of_collectivity
from grc.errors import Misconfigured
from routing.decide import decide
from routing.model import Decision, RecipientMatch, TypeFact
from tests.routing.makers import ACCUEIL, DAX, MONT, MONT_ACCUEIL, SERVICES, TO_DAX, TO_MONT, URBANISME, VOIRIE, facts, mail


def told(decision: Decision) -> str:
    return " ".join(reason.text for reason in decision.reasons).replace("\u00a0", " ").replace("\u202f", " ")


def codes(decision: Decision) -> list[str]:
    return [reason.code for reason in decision.reasons]


def test_a_mail_to_the_town_hall_goes_to_its_default_service_and_says_why() -> None:
    decision = decide(mail(), facts())
    assert (decision.outcome, decision.collectivity_id, decision.service_id) == ("open", DAX, ACCUEIL)
    assert (decision.type, decision.priority, decision.ticket, decision.alarm) == ("general", 2, None, None)
    assert told(decision) == (
        "Le message est arrivé à l’adresse mairie@40088.example de la commune de Dax. "
        "Rien ne désigne un autre service : « Accueil » reçoit la demande."
    )


def test_the_same_message_and_facts_always_give_the_same_decision() -> None:
    assert decide(mail(), facts()) == decide(mail(), facts())


def test_an_address_of_a_service_names_it() -> None:
    decision = decide(mail(), facts(recipients=(RecipientMatch("voirie@40088.example", DAX, VOIRIE),)))
    assert decision.service_id == VOIRIE
    assert "à l’adresse voirie@40088.example de la commune de Dax, celle du service « Voirie »." in told(decision)


def test_a_plus_tag_names_a_service() -> None:
    decision = decide(mail(), facts(recipients=(RecipientMatch("mairie@40088.example", DAX, tag="voirie"),)))
    assert decision.service_id == VOIRIE
    assert "mairie+voirie@40088.example" in told(decision)


@pytest.mark.parametrize("tag", ["piscine", "r.k7m4qf9.aaaaaaaaaaaaaaaa"])
def test_a_tag_that_names_no_service_is_not_minded(tag: str) -> None:
    assert decide(mail(), facts(recipients=(RecipientMatch("mairie@40088.example", DAX, tag=tag),))).service_id == ACCUEIL


def test_a_mail_to_two_towns_goes_to_the_one_whose_box_it_came_by() -> None:
    both = facts(recipients=(TO_MONT, TO_DAX))
    assert decide(mail(), both).collectivity_id == DAX
    other = replace(both, received_account="mairie@40192.example", fallback_collectivity_id=MONT)
    assert (decide(mail(), other).collectivity_id, decide(mail(), other).service_id) == (MONT, MONT_ACCUEIL)


def test_of_two_addresses_of_a_town_the_one_that_names_a_service_counts() -> None:
    assert decide(mail(), facts(recipients=(TO_DAX, RecipientMatch("voirie@40088.example", DAX, VOIRIE)))).service_id == VOIRIE


def test_a_mail_of_which_no_address_is_known_stays_with_its_box() -> None:
    decision = decide(mail(to=("undisclosed@nowhere.example",)), facts(recipients=()))
    assert (decision.outcome, decision.collectivity_id, decision.service_id) == ("open", DAX, ACCUEIL)
    assert "il est arrivé par la boîte mairie@40088.example de la commune de Dax" in told(decision)


def test_a_person_who_chose_the_service_in_the_form_is_right() -> None:
    named = RecipientMatch("voirie@40088.example", DAX, VOIRIE)
    planning = TypeFact(DAX, "planning", "Permis", "voirie")
    decision = decide(mail(service_slug="urbanisme", type="planning"), facts(recipients=(named,), types=(planning,)))
    assert (decision.service_id, decision.type) == (URBANISME, "planning")
    assert "Le service « Urbanisme » a été choisi dans le formulaire." in told(decision)


def test_a_service_that_no_longer_exists_is_told_and_the_default_takes_it() -> None:
    decision = decide(mail(service_slug="piscine"), facts())
    assert (decision.service_id, codes(decision)) == (ACCUEIL, ["address", "form_unknown", "default"])


def test_a_service_of_another_town_is_never_chosen() -> None:
    strange = facts(recipients=(RecipientMatch("mairie@40088.example", DAX, MONT_ACCUEIL),))
    assert decide(mail(), strange).service_id == ACCUEIL


def test_a_town_without_default_service_still_gives_the_mail_to_somebody() -> None:
    none = tuple(replace(service, is_default=False) for service in SERVICES)
    assert decide(mail(), facts(services=none)).service_id == VOIRIE


def test_a_town_without_any_service_is_told_to_the_operator() -> None:
    with pytest.raises(Misconfigured, match="40088"):
        decide(mail(), facts(services=()))


@pytest.mark.parametrize(
    ("kind", "name", "french"),
    [
        ("commune", "Dax", "de la commune de Dax"),
        ("commune", "Ychoux", "de la commune d’Ychoux"),
        ("commune", "Aire-sur-l’Adour", "de la commune d’Aire-sur-l’Adour"),
        ("commune", "Le Vignau", "de la commune du Vignau"),
        ("commune", "Hastingues", "de la commune de Hastingues"),
        ("agency", "Agence numérique", "d’Agence numérique"),
    ],
)
def test_a_collectivity_is_named_as_french_does(kind: str, name: str, french: str) -> None:
    assert of_collectivity(kind, name) == french
