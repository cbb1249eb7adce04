"""Finding one's town hall: by name however it is written, by postcode, by code; and what a public page never does."""

from __future__ import annotations

import re

import pytest

from grc.db.transaction import WORKER, Database
from tests.makers.citizen import Site, read, visit
from tests.support.world import World

_MORE = """
insert into collectivity (id, kind, insee, name, slug, active, accent) values
    (4, 'commune', '40904', 'Saint-Paul-lès-Pins', 'saint-paul-les-pins', true, '#ffcc00'),
    (5, 'commune', '40905', 'Boisvert', 'boisvert', true, null),
    (6, 'commune', '40906', 'Nulle-Part', 'nulle-part', false, null);
insert into commune (insee, name, slug, postcodes, population, collectivity_id) values
    ('40904', 'Saint-Paul-lès-Pins', 'saint-paul-les-pins', '{40990,40991}', 900, 4),
    ('40905', 'Boisvert', 'boisvert', '{40305}', 90, 5),
    ('40906', 'Nulle-Part', 'nulle-part', '{40306}', 9, 6);
"""


@pytest.fixture
async def places(world: World, db: Database) -> None:
    """Besides the small world: a name with an accent, two communes of one name, one that does not use the service."""
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(_MORE)


pytestmark = pytest.mark.usefixtures("places")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("saint paul les pins", "/40904"),
        ("SAINT-PAUL-LÈS", "/40904"),
        ("pins", "/40904"),
        ("40990", "/40904"),
        ("409", "/40904"),
        ("40904", "/40904"),
        ("40 991", "/40904"),
        ("agence", "/200000017"),
        ("sainte", "/40902"),
    ],
)
async def test_a_place_is_found_however_it_is_asked_for(site: Site, asked: str, found: str) -> None:
    page = await visit(site, f"/?q={asked}")
    assert f'href="{found}"' in page.html


@pytest.mark.parametrize("asked", ["zzz", "99999", "%", "_", "'", "a\x00zz", "a" * 3_000, "\u202e"])
async def test_what_is_not_found_says_how_to_go_on(site: Site, asked: str) -> None:
    page = await read(await site.get("/", params={"q": asked}))
    assert page.status == 200
    assert "Aucune commune trouvée" in page.words
    assert "essayez avec le code postal" in page.words


async def test_one_that_does_not_use_the_service_is_named_and_not_linked(site: Site) -> None:
    page = await visit(site, "/?q=nulle-part")
    assert "Nulle-Part" in page.words
    assert "n’utilise pas encore ce service" in page.words
    assert 'href="/40906"' not in page.html
    for path in ("/40906", "/40906/contact", "/nulle-part/contact"):
        there = await visit(site, path)
        assert there.status == 404
        assert "n’utilise pas encore ce service" in there.words


@pytest.mark.parametrize("rest", ["", "/contact"])
async def test_a_name_leads_to_its_code(site: Site, rest: str) -> None:
    for name in ("sainte-mer", "Sainte-Mer", "SAINTE%20MER"):
        response = await site.get(f"/{name}{rest}", allow_redirects=False)
        assert (response.status, response.headers["Location"]) == (302, f"/40902{rest}")


@pytest.mark.parametrize("rest", ["", "/contact"])
async def test_homonyms_are_offered_as_a_choice(site: Site, rest: str) -> None:
    page = await visit(site, f"/boisvert{rest}")
    assert page.status == 300
    assert f'href="/40903{rest}"' in page.html
    assert f'href="/40905{rest}"' in page.html
    assert "40300" in page.words


async def test_a_collectivity_says_who_it_is_and_how_to_write_and_follow(site: Site) -> None:
    page = await visit(site, "/40902")
    for shown in (
        "Mairie de Sainte-Mer",
        "Écrire à la mairie de Sainte-Mer",
        "Voirie",
        "Suivre une demande",
        "05 58 00 00 02",
        "40200 Sainte-Mer",
    ):
        assert shown in page.words
    assert 'href="/40902/contact?service=voirie"' in page.html
    chosen = await visit(site, "/40902/contact?service=voirie")
    assert chosen.fields["service"] == "voirie"
    assert (await visit(site, "/40902/contact?service=pirates")).fields["service"] == ""


@pytest.mark.parametrize("path", ["/nowhere", "/99999", "/999999999", "/nowhere/contact", "/99999/couleurs.css"])
async def test_a_place_that_does_not_exist_is_told_kindly(site: Site, path: str) -> None:
    page = await visit(site, path)
    assert page.status == 404
    assert "Aucune commune" in page.words


async def test_its_colour_is_a_style_sheet_made_readable(site: Site) -> None:
    page = await visit(site, "/40904")
    [address] = re.findall(r'href="(/40904/couleurs\.css\?[0-9a-f]+)"', page.html)
    sheet = await site.get(address)
    assert sheet.content_type == "text/css"
    assert "--accent:#7f6600" in await sheet.text()
    assert "immutable" in sheet.headers["Cache-Control"]
    assert "immutable" not in (await site.get("/40904/couleurs.css?old")).headers["Cache-Control"]
    assert "couleurs.css" not in (await visit(site, "/40902")).html


async def test_every_public_page_says_how_accessible_it_is(site: Site) -> None:
    for path in (
        "/",
        "/40902",
        "/40902/contact",
        "/suivi",
        "/suivi/" + "a" * 22,
        "/accessibilite",
        "/mentions-legales",
        "/donnees-personnelles",
    ):
        page = await visit(site, path)
        assert "Accessibilité\u00a0: partiellement conforme" in page.html, path
        assert '<html lang="fr">' in page.html
        assert "Set-Cookie" not in page.headers
        assert " style=" not in page.html
        assert "<style" not in page.html
