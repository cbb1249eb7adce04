"""Who is competent for a request, by the rules of the agency: the closest rule first, each with its reason."""

from __future__ import annotations

from datetime import date

from grc.collectivities.competence import Body, Competence, Place
from routing.competence import Subject, competent, elsewhere, verdicts

TODAY = date(2026, 11, 24)
DAX = Body(40088, "commune", "Dax", "mairie@40088.example")
GRAND_DAX = Body(None, "epci", "Communauté d’agglomération du Grand Dax", "contact@grand-dax.example")
WATER = Body(None, "outside", "Syndicat des eaux de la Fontaine", "eau@fontaine.example", "1 rue du Puits\n40100 Dax")
REGIE = Body(7, "other", "Régie des fontaines de Dax")
DEPARTMENT = Body(None, "outside", "Département imaginaire des Landes", "routes@departement.example")
HERE = Place("40088", "Dax", DAX, "244000675", GRAND_DAX)
VIGNAU = Place("40329", "Le Vignau", None, "244000824")

EVERYWHERE = Competence(id=12, title="L’eau potable", words=("fuite d’eau", "compteur"), types=("water_leak",), who="outside", body=WATER)
WASTE = Competence(id=3, title="Les déchets", words=("poubelle",), who="epci")


def told(reason: str) -> str:
    return reason.replace("\N{NO-BREAK SPACE}", " ")


def test_a_reason_names_subject_place_body_and_the_rule_of_the_agency() -> None:
    (found,) = competent(Subject(text="Une fuite d'eau devant chez moi"), HERE, [EVERYWHERE, WASTE], TODAY)
    assert (found.body, found.rule) == (WATER, 12)
    assert told(found.reason) == (
        "L’eau potable à Dax relève du Syndicat des eaux de la Fontaine : règle 12 de l’agence, car la demande parle de « fuite d’eau »."
    )


def test_the_type_is_named_by_its_title_and_comes_before_a_word() -> None:
    roads = Competence(id=1, title="Les routes départementales", words=("compteur",), who="outside", body=DEPARTMENT)
    found = competent(Subject("water_leak", "Fuite d’eau", "le compteur"), HERE, [roads, EVERYWHERE], TODAY)
    assert [one.rule for one in found] == [12, 1]
    assert "car le type de demande est « Fuite d’eau »" in told(found[0].reason)
    assert "Les routes départementales à Dax relèvent du Département imaginaire des Landes" in found[1].reason


def test_a_rule_for_the_commune_comes_before_one_for_its_epci_before_one_for_everywhere() -> None:
    of_epci = Competence(id=1, title="L’eau", words=("eau",), epci=("244000675",), who="epci")
    of_dax = Competence(id=20, title="L’eau", words=("eau",), communes=("40088",), who="collectivity", competent_id=7, body=REGIE)
    everywhere = Competence(id=2, title="L’eau", words=("eau",), who="outside", body=WATER)
    found = competent(Subject(text="eau"), HERE, [everywhere, of_epci, of_dax], TODAY)
    assert [one.body.name for one in found] == [REGIE.name, GRAND_DAX.name, WATER.name]


def test_a_body_is_proposed_once_by_its_closest_rule() -> None:
    again = Competence(id=2, title="L’eau", words=("fuite",), who="outside", body=WATER)
    assert [one.rule for one in competent(Subject(text="fuite d’eau"), HERE, [EVERYWHERE, again], TODAY)] == [2]


def test_the_commune_or_epci_of_the_place_is_competent_where_a_rule_says_so() -> None:
    (found,) = competent(Subject(text="Ma poubelle n’a pas été vidée"), HERE, [WASTE], TODAY)
    assert found.body == GRAND_DAX
    assert "relèvent de la Communauté d’agglomération du Grand Dax" in found.reason
    civil = Competence(id=4, title="L’état civil", words=("acte de naissance",), who="commune")
    (found,) = competent(Subject(text="Un acte de naissance"), HERE, [civil], TODAY)
    assert "relève de la commune de Dax" in found.reason


def test_what_is_of_another_territory_another_day_or_put_away_is_not_proposed_and_says_why() -> None:
    rules = [
        Competence(id=1, title="L’eau", words=("eau",), communes=("40279",), who="outside", body=WATER),
        Competence(id=2, title="L’eau", words=("eau",), begins_on=date(2027, 1, 1), who="outside", body=WATER),
        Competence(id=3, title="L’eau", words=("eau",), ends_on=date(2026, 11, 23), who="outside", body=WATER),
        Competence(id=4, title="L’eau", words=("eau",), active=False, who="outside", body=WATER),
        Competence(id=5, title="Le feu", words=("feu",), who="outside", body=WATER),
        Competence(id=6, title="L’eau", words=("eau",), who="epci"),
    ]
    assert competent(Subject(text="eau"), VIGNAU, rules, TODAY) == ()
    assert [told(one.why) for one in verdicts(Subject(text="eau"), VIGNAU, rules, TODAY)] == [
        "Elle vaut pour un territoire : Le Vignau n’en fait pas partie.",
        "Elle ne s’applique qu’à partir du 01/01/2027.",
        "Elle ne s’applique plus depuis le 23/11/2026.",
        "Elle n’est plus appliquée.",
        "Ni le type de la demande ni ses mots ne la concernent.",
        "Elle désigne la commune ou l’intercommunalité du lieu, qui n’est pas connue.",
    ]


def test_both_days_of_a_rule_are_counted() -> None:
    today = Competence(id=1, title="L’eau", words=("eau",), begins_on=TODAY, ends_on=TODAY, who="outside", body=WATER)
    assert len(competent(Subject(text="eau"), None, [today], TODAY)) == 1


def test_places_read_as_french_says_them_and_an_unknown_one_is_left_out() -> None:
    (there,) = competent(Subject(text="compteur"), VIGNAU, [EVERYWHERE], TODAY)
    assert there.reason.startswith("L’eau potable au Vignau relève")
    (nowhere,) = competent(Subject(text="compteur"), None, [EVERYWHERE], TODAY)
    assert nowhere.reason.startswith("L’eau potable relève")


def test_nothing_is_proposed_to_who_is_competent_himself() -> None:
    own = Competence(id=1, title="La voirie", words=("trottoir",), who="commune")
    found = competent(Subject(text="trottoir"), HERE, [own, EVERYWHERE], TODAY)
    assert elsewhere(found, 40088) is None
    assert elsewhere(found, 40192) == found[0]
    assert elsewhere((), 40088) is None
