"""The legal pages of a collectivity: what it says is published only whole, kept for ever, and read by everybody at its own address."""

from __future__ import annotations

import html
import re

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from playwright.async_api import Browser as Chromium

from grc.actions.house import House
from grc.collectivities.legal_pages import OWED, OWED_BY_HOST
from grc.db.transaction import WORKER
from grc.web.citizen.rgaa import THEMES, evaluation
from tests.makers.agents import Browser, Door, Site
from tests.support.arrivals import rows
from tests.support.chromium import chromium
from tests.support.world import AGENCY, SAINTE_MER, World
from tests.web.test_browser import PHONE, obstacles, sitting

__all__ = ["chromium"]

WHOLE = {
    "directeur": "Jeanne Pinède", "qualite": "Maire", "adresse": "2 place de la Mairie\n40200 Sainte-Mer", "telephone": "05 58 00 00 02",
    "delegue": "Agence d’essai, service DPO", "joindre": "dpo@agence.example", "mois": "18", "annees": "4",
    "destinataires": "Le prestataire de la cantine, pour les repas.", "inaccessible": "",
}  # fmt: skip
HOST = {
    "hebergeur": "Hébergeur d’essai",
    "hebergeur-adresse": "9 rue des Serveurs\n33000 Bordeaux",
    "hebergeur-telephone": "05 56 00 00 09",
}
PAGES = ("accessibilite", "mentions-legales", "donnees-personnelles")


@pytest.fixture
async def claire(house: House, door: Door) -> Browser:
    """She administers Sainte-Mer."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = (select id from agent where email like 'claire@%')")
    return await door("claire")


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def read(site: TestClient[web.Request, web.Application], path: str) -> str:
    """A page as anybody reads it."""
    answer = await site.get(path)
    assert answer.status == 200, path
    return words(await answer.text())


def test_each_of_the_106_criteria_is_judged_once_and_the_state_follows_from_them() -> None:
    found = evaluation()
    judged = [*found.conform, *found.not_conform, *found.not_applicable]
    every = [f"{theme}.{n}" for theme, count in enumerate(THEMES, 1) for n in range(1, count + 1)]
    assert len(every) == 106
    assert sorted(judged) == sorted(every)
    assert all(found.not_conform.values()), "each with its reason"
    assert 50 <= found.rate < 100
    assert found.state == "partiellement conforme"


@pytest.mark.usefixtures("world")
async def test_every_place_has_its_legal_pages_before_it_wrote_any_and_says_what_is_known(site: Site) -> None:
    for page in PAGES:
        text = await read(site, f"/40902/{page}")
        assert "2 place de la Mairie 40200 Sainte-Mer" in text, page
        assert "05 58 00 00 02" in text
    legal, data = await read(site, "/40902/mentions-legales"), await read(site, "/40902/donnees-personnelles")
    assert "Son nom n’est pas encore indiqué ici" in legal
    assert "Agence d’essai" in legal, "who hosts"
    assert "Mairie de Sainte-Mer décide à quoi servent vos données" in data
    assert "Agence d’essai fait fonctionner ce service pour son compte" in data
    assert "puis 12 mois après sa fin" in data


@pytest.mark.usefixtures("world")
async def test_the_declaration_of_accessibility_has_all_its_parts(site: Site) -> None:
    text = await read(site, "/40902/accessibilite")
    for part in ("État de conformité", "partiellement conforme", f"{evaluation().rate} %", "Contenus non accessibles", "Dérogations",
                 "Cette déclaration a été établie le", "Environnement de test et outils", "axe-core", "Pages vérifiées",
                 "Formulaire de contact", "Défenseur des droits", "09 69 39 00 00", "loi n° 2005-102"):  # fmt: skip
        assert part in text, part
    assert all(why in text for why in evaluation().not_conform.values())


@pytest.mark.usefixtures("world")
async def test_a_name_leads_to_the_code_and_the_installation_speaks_for_the_agency(site: Site) -> None:
    for page in PAGES:
        answer = await site.get(f"/Sainte-Mer/{page}", allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (302, f"/40902/{page}")
        assert (await site.get(f"/nulle-part/{page}")).status == 404
    assert "Agence d’essai fournit ce service" in await read(site, "/mentions-legales")
    assert "La collectivité à qui vous écrivez" in await read(site, "/donnees-personnelles")


async def test_an_installation_without_agency_has_its_pages_all_the_same(site: Site) -> None:
    for page in PAGES:
        assert "collectivité" in await read(site, f"/{page}")


async def test_the_foot_of_every_page_of_a_place_leads_to_its_own_pages(site: Site, world: World) -> None:
    for path, root in (
        ("/40902", "/40902"),
        ("/40902/contact", "/40902"),
        ("/40902/mentions-legales", "/40902"),
        ("/", ""),
        ("/suivi", ""),
    ):
        page = await (await site.get(path)).text()
        assert f'<a href="{root}/accessibilite">Accessibilité\u00a0: partiellement conforme</a>' in page, path
        assert all(f'<a href="{root}/{name}">' in page for name in PAGES)
    async with world.db.transaction(WORKER) as tx:
        await tx.conn.execute("update collectivity set active = false where id = 2")
    page = await (await site.get("/40902")).text()
    assert '<a href="/accessibilite">' in page, "one that does not use the service has none of its own"


async def test_what_a_collectivity_says_is_read_at_once_and_every_version_is_kept(claire: Browser, site: Site, house: House) -> None:
    assert "encore à compléter" in words((await claire.get("/admin/mentions")).text)
    done = await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **WHOLE)
    assert done.status == 303, words(done.text)
    legal, data = await read(site, "/40902/mentions-legales"), await read(site, "/40902/donnees-personnelles")
    assert "Jeanne Pinède, maire." in legal
    assert "Agence d’essai, service DPO, dpo@agence.example" in data
    assert "puis 18 mois après sa fin" in data
    assert "4 ans au plus" in data
    assert "Le prestataire de la cantine" in data
    assert "complétée le" in await read(site, "/40902/accessibilite")
    await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **{**WHOLE, "directeur": "Paul Genêt"})
    assert "Paul Genêt, maire." in await read(site, "/40902/mentions-legales")
    [old, new] = await rows(house, "select id, current from legal_page order by id")
    assert (old["current"], new["current"]) == (False, True)
    assert 'value="Jeanne Pinède"' in html.unescape((await claire.get(f"/admin/mentions?version={old['id']}")).text)


async def test_pages_that_lack_what_the_law_wants_are_refused_each_with_its_article(claire: Browser, house: House) -> None:
    for name, field in (("director", "directeur"), ("capacity", "qualite"), ("address", "adresse"), ("phone", "telephone"),
                        ("dpo", "delegue"), ("dpo_contact", "joindre"), ("keep_months", "mois"), ("archive_years", "annees")):  # fmt: skip
        refused = await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **{**WHOLE, field: " "})
        what, article = (part.replace("\u00a0", " ") for part in OWED[name])
        assert refused.status == 422, field
        assert f"Il manque {what} ({article})" in words(refused.text).replace("( ", "(").replace("\u00a0", " "), field
    for months in ("0", "-1", "121", "beaucoup", "1.5", "99999999999"):
        assert (await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **{**WHOLE, "mois": months})).status == 422, months
    assert (await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **{**WHOLE, "destinataires": "x" * 4_001})).status == 422
    assert await rows(house, "select from legal_page") == []


async def test_a_preview_shows_what_was_typed_and_publishes_nothing(claire: Browser, house: House) -> None:
    typed = {**WHOLE, "directeur": "<b>Jeanne</b> & co", "delegue": ""}
    seen = await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), apercu="1", **typed)
    assert seen.status == 200
    assert "&lt;b&gt;Jeanne&lt;/b&gt; &amp; co, maire." in seen.text
    assert await rows(house, "select from legal_page") == []


async def test_only_administrators_of_the_collectivity_write_its_pages(claire: Browser, door: Door, house: House) -> None:
    paul = await door("paul")
    assert (await paul.get("/admin/mentions")).status == 404
    assert (await paul.post("/admin/mentions", collectivite=str(SAINTE_MER), **WHOLE)).status == 404
    for other in ("3", "1"):
        assert (await claire.get(f"/admin/mentions?collectivite={other}")).status == 404
        assert (await claire.post("/admin/mentions", collectivite=other, **WHOLE)).status == 404
    assert (await claire.get("/admin/mentions?version=999999")).status == 200, "a version of nobody is what is published"
    assert await rows(house, "select from legal_page") == []


async def test_the_agency_says_who_hosts_for_all_and_sees_whose_pages_are_not_written(claire: Browser, door: Door, site: Site) -> None:
    odile = await door("odile")
    await claire.post("/admin/mentions", collectivite=str(SAINTE_MER), **WHOLE)
    page = words((await odile.get("/admin/mentions")).text)
    left = page.partition("Collectivités qui n’ont pas complété leurs pages")[2]
    assert "Boisvert" in left
    assert "Sainte-Mer" not in left
    assert "n’ont pas complété" not in words((await claire.get("/admin/mentions")).text), "others see their own pages alone"
    refused = await odile.post("/admin/mentions", collectivite=str(AGENCY), **{**WHOLE, "hebergeur": ""})
    assert refused.status == 422
    assert all(what in words(refused.text) for what, _ in OWED_BY_HOST.values())
    assert (await odile.post("/admin/mentions", collectivite=str(AGENCY), **WHOLE, **HOST)).status == 303
    for path in ("/mentions-legales", "/40902/mentions-legales", "/40903/mentions-legales"):
        assert "Hébergeur d’essai, 9 rue des Serveurs, 33000 Bordeaux. Téléphone : 05 56 00 00 09." in await read(site, path)


@pytest.mark.browser
async def test_in_the_browser_what_is_missing_is_told_then_the_pages_are_published_and_read_on_a_phone(
    chromium: Chromium, site: Site, claire: Browser, house: House
) -> None:
    async with sitting(chromium, site, bypass_csp=True) as window:
        page = window.page
        await page.goto(f"{window.root}/admin/mentions")
        assert await obstacles(page) == []
        await page.fill("#directeur", "Jeanne Pinède")
        await page.get_by_role("button", name="Publier").click()
        refused = page.locator("#refus")
        await refused.wait_for()
        told = (await refused.inner_text()).replace("\u00a0", " ")
        assert "le nom du délégué à la protection des données" in told
        assert "RGPD, article 13, 1, b" in told
        assert await obstacles(page) == []
        await page.fill("#delegue", "Agence d’essai")
        await page.fill("#joindre", "dpo@agence.example")
        await page.get_by_role("button", name="Publier").click()
        await page.locator(".done-line").wait_for()
        assert len(await rows(house, "select from legal_page where current")) == 1
        await page.set_viewport_size(PHONE)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        for name in PAGES:
            await page.goto(f"{window.root}/40902/{name}")
            assert await obstacles(page) == [], name
            assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        assert [told for told in window.complaints if "422" not in told] == []
