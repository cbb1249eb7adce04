"""The shared page, on the territory of the Landes and the example rules: who is competent, why, and somebody at the end of all."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest

from grc.db.transaction import Database
from grc.settings import Settings
from tests.demo.conftest import template
from tests.makers.citizen import Page, Site, visit
from tests.makers.geocoder import Geocoder, feature, geocoder

__all__ = ["template"]

WATER, TRI, ROADS = "Syndicat des eaux de la Fontaine-Claire", "Syndicat de collecte des Trois-Étangs", "Département des Pins"
MARSAN, DAX = "Mont de Marsan Agglomération", "Communauté d’agglomération du Grand Dax"
ALPI = "Agence landaise pour l’informatique"

# (what, where, who is competent): an address with its commune, a commune, a postcode; communes, EPCI and syndicates.
COVERED = (
    ("Une fuite d’eau devant chez moi", "Dax", WATER),
    ("mon compteur d'eau est cassé", "40100 Dax", WATER),
    ("Coupure d’eau depuis ce matin", "12 rue des Barthes, 40990 Saint-Paul-lès-Dax", WATER),
    ("Ma facture d’eau", "3 route de Mont-de-Marsan à Dax", WATER),
    ("eau potable trouble", "40088", WATER),
    ("La poubelle n’a pas été vidée", "Biscarrosse", TRI),
    ("Un bac jaune à remplacer", "8 avenue du Lac, 40600 Biscarrosse", TRI),
    ("Les horaires de la déchetterie", "Mimizan", TRI),
    ("collecte des déchets", "Capbreton", TRI),
    ("Ma poubelle est pleine", "5 rue de Dax, 40000 Mont-de-Marsan", MARSAN),
    ("déchèterie fermée", "Mont-de-Marsan", MARSAN),
    ("poubelles renversées", "Saint-Pierre-du-Mont", MARSAN),
    ("bac jaune volé", "Dax", DAX),
    ("Mon assainissement sent mauvais", "Narrosse", DAX),
    ("fosse septique à contrôler", "12 chemin du Tuc, 40180 Narrosse", DAX),
    ("Un trou sur la RD 824", "Tartas", ROADS),
    ("La route départementale est inondée", "40400 Tartas", ROADS),
    ("Un acte de naissance", "Sabres", "Mairie de Sabres"),
    ("acte de mariage de mes parents", "Hagetmau", "Mairie de Hagetmau"),
    ("un acte de décès", "2 place de la Poste, 40100 Dax", "Mairie de Dax"),
)
# What no rule covers: the commune where it uses the service, else the agency.
UNCOVERED = (
    ("Un lampadaire éteint", "Mont-de-Marsan", "Mairie de Mont-de-Marsan"),
    ("Inscription à la cantine", "12 rue des Pins, 40100 Dax", "Mairie de Dax"),
    ("Un chien errant", "Biscarrosse", "Mairie de Biscarrosse"),
    ("Je veux me marier", "Saint-Paul-lès-Dax", "Mairie de Saint-Paul-lès-Dax"),
    ("Du bruit la nuit", "Tarnos", "Mairie de Tarnos"),
    ("Un nid-de-poule", "Capbreton", "Mairie de Capbreton"),
    ("Location de la salle des fêtes", "Mimizan", "Mairie de Mimizan"),
    ("Permis de construire", "Aire-sur-l’Adour", "Mairie d’Aire-sur-l’Adour"),
    ("zzzz", "Hagetmau", "Mairie de Hagetmau"),
    ("?", "Saint-Sever", "Mairie de Saint-Sever"),
    ("Le cimetière", "Morcenx-la-Nouvelle", "Mairie de Morcenx-la-Nouvelle"),
    ("Une question", "Parentis-en-Born", "Mairie de Parentis-en-Born"),
    ("<script>alert(1)</script>", "Sabres", "Mairie de Sabres"),
    ("La bibliothèque", "Tartas", "Mairie de Tartas"),
    ("Un arbre tombé", "Narrosse", ALPI),
    ("Du bruit", "Gamarde-les-Bains", ALPI),
    ("Le cimetière", "40180 Hinx", ALPI),
    ("Un arbre tombé", "Lourquen", ALPI),
    ("Le stade", "Mugron", ALPI),
    ("Carte de pêche", "5 route du Lac, 40200 Aureilhan", ALPI),
)


@pytest.fixture
async def there() -> AsyncIterator[Geocoder]:
    async with geocoder() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, there: Geocoder) -> Settings:
    """With a geocoder on this machine."""
    return settings.model_copy(update={"geocoder_url": there.url})


@pytest.fixture
def landes(db: Database) -> Database:
    """The territory of the demonstration, with its example rules."""
    return db


async def ask(site: Site, what: str, where: str, path: str = "/demarches", **more: str) -> Page:
    return await visit(site, str(site.make_url(path).with_query(sujet=what, lieu=where, **more).relative()))


def answered(page: Page) -> str:
    """What stands between the heading and the form, in words."""
    found = re.search(r'<section class="answer-who".*?</section>', page.html, re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def forms(page: Page) -> list[str]:
    """The addresses of the forms it leads to."""
    return [html.unescape(one) for one in re.findall(r'href="(/[0-9]+/(?:cadre/)?(?:contact|demarches/[a-z_]+)[^"]*)"', page.html)]


async def test_forty_questions_each_reach_who_is_competent_with_the_reason_or_else_a_person(site: Site, landes: Database) -> None:
    for what, where, who in COVERED:
        told = answered(await ask(site, what, where))
        assert told.startswith(who), (what, where, told)
        assert re.search(r"relève(nt)? d", told), (what, where, told)
        assert "Vous parlez de" in told, (what, where, told)
    for what, where, who in UNCOVERED:
        page = await ask(site, what, where)
        told = answered(page)
        assert told.startswith(who), (what, where, told)
        assert "Aucune règle" in told, (what, where, told)
        assert (await site.get(forms(page)[0])).status == 200, (what, where)
        assert "<script>alert" not in page.html
    # whoever is competent and cannot be written to here: how else, and a person besides
    page = await ask(site, "Un trou sur la RD 824", "Narrosse")
    assert "routes@departement-des-pins.example" in page.html
    assert forms(page)[0].startswith("/999999998/contact?")


async def test_the_form_that_follows_has_what_was_said_and_asks_nothing_twice(site: Site, landes: Database) -> None:
    page = await ask(site, "Une fuite d’eau devant chez moi", "12 rue des Pins, 40100 Dax")
    general = next(one for one in forms(page) if "/contact" in one)
    assert urlsplit(general).path == "/999999980/contact"
    form = await visit(site, general)
    assert form.fields["objet"] == "Une fuite d’eau devant chez moi"
    assert "12 rue des Pins, 40100 Dax" in form.fields["message"]
    typed = next(one for one in forms(page) if "/demarches/water_leak" in one)
    assert parse_qs(urlsplit(typed).query)["insee"] == ["40088"]
    form = await visit(site, typed)
    assert "12 rue des Pins, 40100 Dax" in form.fields.values()
    assert "40088" in form.fields.values()
    assert "Une fuite d’eau devant chez moi" in form.fields.values()


async def test_an_address_without_its_commune_is_the_geocoder_s_and_without_one_the_commune_is_asked_for(
    site: Site, landes: Database, there: Geocoder
) -> None:
    there.answer = {"features": [feature("12 Rue de Dax 40000 Mont-de-Marsan", citycode="40192", city="Mont-de-Marsan")]}
    told = await ask(site, "une poubelle", "12 rue de Dax")
    assert answered(told).startswith(MARSAN)
    assert there.asked[-1]["autocomplete"] == "0"
    two = ("Rue du Tuc 40000 Mont-de-Marsan", "40192"), ("Rue du Tuc 40100 Dax", "40088")
    there.answer = {"features": [feature(text, citycode=code) for text, code in two]}
    which = await ask(site, "une poubelle", "rue du Tuc")
    assert "peut désigner plusieurs lieux" in which.words
    there.silent = True
    lost = await ask(site, "une poubelle", "rue du Tuc")
    assert "Écrivez ci-dessous le nom de la commune" in lost.words
    assert forms(lost)[0].startswith("/999999998/contact?")  # a person even then
    assert answered(await ask(site, "une poubelle", "Dax")).startswith(DAX)


async def test_a_postcode_of_several_communes_lets_choose_and_two_bodies_are_explained(site: Site, landes: Database) -> None:
    which = await ask(site, "une poubelle", "40180")
    choice = html.unescape(next(one for one in re.findall(r'href="(/demarches\?[^"]+)"', which.html) if "insee=40202" in one))
    assert answered(await visit(site, choice)).startswith(DAX)
    both = answered(await ask(site, "Une fuite d’eau sur la RD 824", "Dax"))
    assert both.startswith("Plusieurs organismes peuvent être concernés")
    assert WATER in both
    assert ROADS in both


async def test_what_is_missing_is_asked_for_and_in_a_frame_all_stays_in_it(site: Site, landes: Database) -> None:
    empty = await ask(site, "", "")
    assert empty.status == 422
    assert "2 choses sont à corriger" in empty.words
    portal = "https://demarches.alpi.example"
    framed = await ask(site, "Une fuite d’eau", "Dax", "/cadre/demarches", page=f"{portal}/accueil", fond="ffffff")
    leads = forms(framed)
    assert all("/cadre/" in one and "page=https%3A%2F%2Fdemarches.alpi.example%2Faccueil" in one for one in leads)
    assert portal in (await visit(site, leads[0])).headers["Content-Security-Policy"]
