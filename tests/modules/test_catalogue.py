"""The starting catalogue of what people ask a town hall: its law is said, its texts can be written, and people's own words find it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from tests.architecture.places import ROOT
from workflows.catalogue import catalogue
from workflows.definition import Definition
from workflows.notice import VARIABLES, fill, values_of, written
from workflows.parts.fields import Field
from workflows.propose import propose
from workflows.texts import texts_of

CITIZEN = tuple(definition for name in catalogue().names() if (definition := catalogue().get(name)).audience == "citizen")
OFFERED = tuple(definition for definition in CITIZEN if definition.name != "general")
THE_TWENTY = {
    "general", "civil_status_copy", "noise", "waste", "road_damage", "street_light", "school_canteen", "planning_information",
    "documents_access", "gdpr_right", "accessibility_complaint", "association_room", "market_stall", "burial_plot", "electoral_roll",
    "housing", "social_aid_appointment", "stray_animal", "event_permit", "water_leak",
}  # fmt: skip
SERVICES = {"accueil", "etat-civil", "voirie", "eclairage-public", "urbanisme", "periscolaire", "eau-assainissement"}


def named(definition: Definition) -> str:
    return definition.name


def test_the_twenty_that_town_halls_are_asked_most_are_there() -> None:
    assert {definition.name for definition in CITIZEN} >= THE_TWENTY


@pytest.mark.parametrize("definition", CITIZEN, ids=named)
def test_each_says_by_which_article_and_why(definition: Definition) -> None:
    law = definition.legal
    assert re.search(r"\b[LR]\*?\d+|RGPD", law.article), "an article a jurist can look up"
    assert len(law.why) > 60
    assert law.why.endswith(".")
    assert law.regime != "sva", "silence is an agreement only where a text says so, and none of these has one"


@pytest.mark.parametrize("definition", OFFERED, ids=named)
def test_each_is_found_and_shown(definition: Definition) -> None:
    assert (ROOT / "node_modules/lucide-static/icons" / f"{definition.icon}.svg").is_file()
    assert definition.service in SERVICES
    assert len(definition.keywords) >= 8
    assert definition.summary.endswith(".")
    assert definition.needs
    assert 2 <= len(definition.figures) <= 4
    assert (ROOT / "modules" / definition.name / "README.md").is_file()


@pytest.mark.parametrize("definition", OFFERED, ids=named)
def test_no_field_hides_behind_a_variable_of_the_texts(definition: Definition) -> None:
    assert not set(definition.by_field) & set(VARIABLES)


def sample(field: Field) -> Any:
    """A value as somebody would give it."""
    match field.kind:
        case "choice":
            return [field.choices[0].value] if field.many else field.choices[0].value
        case "number":
            return 3
        case "date":
            return "2026-05-16"
        case "moment":
            return "2026-05-16T14:30"
        case "check":
            return True
        case "place":
            return {"text": "12 rue du Tuc", "insee": "40192"}
        case "person":
            return {"name": "Léa Dune"}
        case "group":
            return [{inner.name: sample(inner) for inner in field.fields}]
        case "file":
            return ["photo.png"]
        case "phone":
            return "+33639981234"
        case _:
            return "Quelques mots"


def facts(definition: Definition, said: str = "mots") -> dict[str, Any]:
    parts = {"collectivity_name": "Mairie de Dax", "service_name": "Accueil", "service_phone": "05 58 00 00 00", "agent_name": said}
    known = dict.fromkeys(VARIABLES, said) | parts | {"today": date(2026, 5, 7)}
    texts = texts_of(ROOT / "modules" / definition.name)
    return known | {name: texts.part(name, known) for name in ("signature", "appeal")}


def texts(definition: Definition, values: dict[str, Any]) -> Iterator[str]:
    """Everything it writes, with these values."""
    for text in definition.texts.values():
        made = written(text.subject, text.body, values)
        yield from (made.subject, made.text)
    for paper in definition.documents.values():
        yield from (fill(part, values) for part in (paper.title, paper.body, paper.file))
    if definition.legal.remedies:
        yield fill(definition.legal.remedies, values)


@pytest.mark.parametrize("filled", [True, False], ids=["all-answered", "nothing-answered"])
@pytest.mark.parametrize("definition", CITIZEN, ids=named)
def test_its_texts_can_be_written_whatever_was_answered(definition: Definition, filled: bool) -> None:
    answers = {field.name: sample(field) for field in definition.fields if field.kind != "computed"} if filled else {}
    for said in texts(definition, values_of(definition, answers, facts(definition, "mots" if filled else ""))):
        assert said.strip()
        assert not re.search(r"\{\{|\{%|\bNone\b|\b(True|False)\b|2026-05-16", said), said


@pytest.mark.parametrize("definition", OFFERED, ids=named)
def test_a_refusal_says_its_reasons_and_where_to_turn(definition: Definition) -> None:
    refusals = [text for name, text in definition.texts.items() if name in ("refused", "derogated")]
    asked = {name for transition in definition.transitions if transition.to in ("refused", "derogated") for name in transition.asks}
    for text in refusals:
        assert asked & {"motif", "suite", "explication"}, "the agent writes why (L211-2)"
        assert re.search(r"\{\{ (motif|suite|explication) \}\}", text.body)
        assert re.search(r"\{\{ appeal \}\}|CADA|tribunal judiciaire", text.body), "the ways and periods of appeal"


def words(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a document that a person reads."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("formula", "icon", "name", "scenarios"):
                yield from words(value, f"{path}.{key}")
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from words(value, f"{path}[{n}]")
    elif isinstance(data, str):
        yield path, data


@pytest.mark.parametrize("definition", CITIZEN, ids=named)
def test_it_is_set_as_french_is_and_in_plain_words(definition: Definition) -> None:
    document = catalogue().document(definition.name, definition.version).data
    for path, said in words(document):
        plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}|https?://\S+", "…", said)
        assert not re.search(r"« | »| [;!?:](?=\s|$)|(?<=\w)'(?=\w)", plain), (path, said)
        assert not re.search(r"\busagers?\b|cliquez|en instruction|\bvia\b", plain), (path, said)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Bonjour, le lampadaire devant le 12 rue du Tuc est éteint depuis lundi.", "street_light"),
        ("toute la rue est dans le noir depuis l'orage", "street_light"),
        ("Un énorme nid de poule devant l'école, un vélo est tombé", "road_damage"),
        ("le trottoir est defoncé, impossible avec une poussette", "road_damage"),
        ("Un arbre est tombé, il y a une branche sur la route", "road_damage"),
        ("ma poubelle jaune n'a pas été ramassée mardi", "waste"),
        ("comment faire enlever un canapé et un matelas ?", "waste"),
        ("il y a un dépot sauvage dans le bois", "waste"),
        ("le bar fait du bruit toutes les nuits jusqu'à 3 heures", "noise"),
        ("Tapage nocturne chez mes voisins", "noise"),
        ("le chien du voisin aboie toute la journée, ces aboiements sont insupportables", "noise"),
        ("Un chien errant sans collier traîne autour de l'école", "stray_animal"),
        ("Nid de frelons asiatiques au-dessus de l'aire de jeux", "stray_animal"),
        ("il y a une fuite d'eau énorme sur le trottoir, le compteur fuit", "water_leak"),
        ("on a plus d'eau au robinet depuis ce matin", "water_leak"),
        ("Je souhaite une copie intégrale de mon acte de naissance", "civil_status_copy"),
        ("extrait d'acte de mariage avec filiation svp", "civil_status_copy"),
        ("comment m'inscrire sur les listes électorales ?", "electoral_roll"),
        ("j'ai perdu ma carte d'électeur, ou est mon bureau de vote", "electoral_roll"),
        ("inscrire ma fille à la cantine à partir de septembre", "school_canteen"),
        ("mon fils est allergique, comment faire pour les repas de la garderie", "school_canteen"),
        ("ai-je besoin d'un permis de construire pour un abri de jardin ?", "planning_information"),
        ("quelle est la zone du PLU pour ma parcelle, est-elle constructible", "planning_information"),
        ("Je demande la communication du procès-verbal du conseil, document administratif", "documents_access"),
        ("Conformément au RGPD je veux savoir quelles données personnelles vous avez", "gdpr_right"),
        ("mon lecteur d'écran ne lit pas votre formulaire, accessibilité", "accessibility_complaint"),
        ("la salle des fêtes est-elle libre le 12 décembre pour un anniversaire", "association_room"),
        ("je vends des pizzas en food truck, un emplacement au marché", "market_stall"),
        ("renouveler la concession de mes grands-parents au cimetière", "burial_plot"),
        ("je cherche un logement HLM plus grand", "housing"),
        ("je n'arrive plus à payer mes factures, rencontrer l'assistante sociale", "social_aid_appointment"),
        ("Notre association organise un vide grenier avec buvette", "event_permit"),
        ("fête des voisins : peut-on fermer la rue ?", "event_permit"),
    ],
)
def test_what_people_write_finds_its_type_first(said: str, name: str) -> None:
    found = propose(said, OFFERED)
    assert [proposal.definition.name for proposal in found][:1] == [name], [(p.definition.name, p.score, p.because) for p in found]


@pytest.mark.parametrize("said", ["Bonjour", "À quelle heure ouvrez-vous samedi ?", "Merci pour votre réponse rapide, bonne journée."])
def test_what_is_none_of_them_is_not_pressed_into_one(said: str) -> None:
    assert propose(said, OFFERED) == ()
