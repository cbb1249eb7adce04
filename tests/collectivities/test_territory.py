"""The figures of the territory, as the law of the land has them."""

from __future__ import annotations

import pytest
from stdnum.fr import siren

from grc.collectivities.territory import landes
from grc.collectivities.territory.extract import extract


def test_the_landes_have_327_communes_18_epci_and_50_postcodes() -> None:
    found = landes()
    assert len(found.communes) == 327
    assert len(found.epci) == 18
    assert len({postcode for commune in found.communes for postcode in commune.postcodes}) == 50


def test_every_commune_belongs_to_one_epci_that_names_it_as_a_member() -> None:
    found = landes()
    members = {(epci.siren, member) for epci in found.epci for member in epci.members}
    assert all((commune.epci, commune.insee) in members for commune in found.communes)
    assert len(members) == 327 + 10  # ten members of the CC d’Aire-sur-l’Adour lie in the Gers


def test_every_siren_has_the_check_digit_it_should() -> None:
    numbers = [commune.siren for commune in landes().communes] + [epci.siren for epci in landes().epci]
    assert all(siren.is_valid(number) for number in numbers)
    assert len(set(numbers)) == 327 + 18


def test_a_commune_is_found_by_its_code_and_written_with_its_accents() -> None:
    assert landes().commune("40279").name == "Saint-Paul-lès-Dax"
    assert landes().commune("40279").postcodes == ("40990",)
    with pytest.raises(KeyError):
        landes().commune("40999")


def test_an_extract_keeps_an_epci_where_most_of_its_members_are_and_never_a_former_commune() -> None:
    communes = [
        _commune("40001", "L'Un", "40"),
        _commune("40002", "Deux", "40", "commune-deleguee"),
        _commune("32001", "Trois", "32"),
        _commune("32002", "Quatre", "32"),
    ]
    epci = [_epci("9", "CC du Coeur", "40001"), _epci("8", "CC du Gers", "32001", "32002", "40001")]
    found = extract(communes, epci, "40", "0")
    assert [(c["insee"], c["name"], c["epci"]) for c in found["communes"]] == [("40001", "L’Un", "9")]
    assert [(e["siren"], e["name"]) for e in found["epci"]] == [("9", "Communauté de communes du Cœur")]


def _commune(code: str, name: str, department: str, kind: str = "commune-actuelle") -> dict[str, object]:
    return {"code": code, "type": kind, "departement": department, "siren": "1", "nom": name, "codesPostaux": ["40000"], "population": 5}


def _epci(code: str, name: str, *members: str) -> dict[str, object]:
    return {"code": code, "type": "CC", "nom": name, "populationMunicipale": 5, "membres": [{"code": member} for member in members]}
