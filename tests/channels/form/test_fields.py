"""What is missing from a form is said per field, with how to mend it; what is good is never refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.form.fields import LONGEST, Typed, faults, tidy, typed

GOOD = Typed("Lampadaire", "voirie", "Il est éteint.", "Marie Lafitte", "marie@exemple.fr", "05 58 12 34 56", "1 rue des Pins\n40100 Dax")


def _fields(form: Typed) -> list[str]:
    return [fault.field for fault in faults(form, {"voirie"})]


def test_a_good_form_has_no_fault() -> None:
    assert _fields(GOOD) == []
    assert _fields(replace(GOOD, service="", telephone="", adresse="")) == []


def test_an_empty_form_is_told_all_at_once_in_the_order_of_the_page() -> None:
    assert _fields(Typed()) == ["objet", "message", "nom", "courriel"]


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("jean.dupont", "signe @"),
        ("jean @exemple.fr", "espace"),
        ("jéan@exemple.fr", "accentuée"),
        ("jean@exemple", "incomplète"),
        ("jean@@exemple.fr", "Vérifiez"),
        ("jean@-exemple.fr", "Vérifiez"),
        ("Jean <jean@exemple.fr>", "espace"),
    ],
)
def test_a_wrong_address_is_told_what_is_wrong_with_it(address: str, word: str) -> None:
    [fault] = faults(replace(GOOD, courriel=address), {"voirie"})
    assert fault.field == "courriel"
    assert word in fault.text


@pytest.mark.parametrize("address", [" marie@exemple.fr ", "m.l+mairie@sous.domaine.exemple.fr", "O'Neill@exemple.FR"])
def test_addresses_people_have_are_taken(address: str) -> None:
    assert _fields(replace(GOOD, courriel=address)) == []


@pytest.mark.parametrize(("given_", "kept"), [("05 58 12 34 56", "+33558123456"), ("+34 600 123 456", "+34600123456"), ("", "")])
def test_a_telephone_is_kept_as_it_is_dialled(given_: str, kept: str) -> None:
    assert tidy(replace(GOOD, telephone=given_)).telephone == kept


def test_a_telephone_that_is_none_is_told() -> None:
    assert _fields(replace(GOOD, telephone="demain matin")) == ["telephone"]


def test_an_unknown_service_and_too_long_texts_are_told() -> None:
    assert _fields(replace(GOOD, service="pirates")) == ["service"]
    assert _fields(replace(GOOD, message="x" * (LONGEST["message"] + 1))) == ["message"]


@given(st.builds(Typed, *[st.text(max_size=60)] * 7))
def test_nothing_typed_breaks_the_check_and_what_passes_is_tidy(form: Typed) -> None:
    if not faults(form, {"voirie"}):
        kept = tidy(form)
        assert "\n" not in kept.objet
        assert kept.courriel == kept.courriel.strip()


def test_fields_of_somebody_else_are_left_out() -> None:
    assert typed({"objet": ["a", "b"], "admin": ["1"]}) == Typed(objet="a")
