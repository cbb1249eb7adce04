"""The pages of types in a real Chromium: no known obstacle, and all of it without a script."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from grc.actions.house import House
from tests.makers.agents import Site
from tests.support.chromium import chromium
from tests.support.world import World, join
from tests.web.test_browser import DESK, PHONE, obstacles, sitting
from tests.web.test_types import PARTS, PUBLIC_BENCH, publish_text
from workflows.yaml_lines import read
from workflows.yaml_write import write

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

MAUD = "maud@sainte-mer.example"


@pytest.mark.long  # minutes: every part of the builder at every width
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_of_types_has_a_known_obstacle(chromium: Browser, site: Site, house: House, world: World, scheme: str) -> None:
    await join(world.db, MAUD, "Maud Lafitte", "40902", "admin")
    await publish_text(house, PUBLIC_BENCH)
    # the policy of our pages forbids what axe needs to be put into them; it is tested elsewhere
    how = {"color_scheme": scheme, "bypass_csp": True}
    async with sitting(chromium, site, MAUD, **how) as window:
        page = window.page
        await page.goto(f"{window.root}/admin/types/public_bench/reglages/40902")
        await page.fill("#title", "Banc abîmé")
        await page.get_by_role("button", name="Enregistrer").first.click()
        await page.wait_for_url("**?fait=regler*")
        await publish_text(house, write(read(PUBLIC_BENCH).data | {"title": "Un banc est en mauvais état"}))
        for path in ("/admin/types", "/admin/types/nouveau", "/admin/types/public_bench", "/admin/types/public_bench/reglages/40902"):
            for viewport in (DESK, PHONE):
                await page.set_viewport_size(viewport)
                await page.goto(window.root + path)
                assert await obstacles(page) == [], (path, viewport)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (path, viewport)
    async with sitting(chromium, site, "odile", **how) as window:
        page = window.page
        await page.goto(f"{window.root}/admin/types/nouveau")
        await page.fill("#titre", "Signaler une lanterne")
        await page.select_option("#base", "street_light")
        await page.get_by_label("C’est une copie").check()
        await page.get_by_role("button", name="Commencer").click()
        await page.wait_for_url("**/brouillon/general*")
        root = page.url.partition("/brouillon")[0]
        shown = [f"{root}/brouillon/{part}" for part in (*PARTS, "passages", "parcours", "apercu", "essai", "formulaire")]
        for address in [*shown, f"{window.root}/admin/types/public_bench/versions/2"]:
            for viewport in (DESK, PHONE):
                await page.set_viewport_size(viewport)
                await page.goto(address)
                for fold in (await page.locator(".piece > details").all())[:2]:
                    await fold.evaluate("fold => { fold.open = true; }")
                assert await obstacles(page) == [], (address, viewport)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (address, viewport)
                double = await page.evaluate(
                    "[...document.querySelectorAll('[id]')].map(e => e.id).filter((id, n, all) => all.indexOf(id) < n)"
                )
                assert double == [], address


async def test_without_a_script_a_type_is_made_tried_and_published(chromium: Browser, site: Site, house: House) -> None:
    async with sitting(chromium, site, "odile", java_script_enabled=False) as window:
        page = window.page
        await page.goto(f"{window.root}/admin/types/nouveau")
        await page.fill("#titre", "Réserver la buvette")
        await page.get_by_role("button", name="Commencer").click()
        await page.fill("#summary", "La buvette du stade, pour une fête.")
        await page.locator(".sheet-form .save").click()
        await page.get_by_role("link", name="Champs", exact=True).click()
        await page.get_by_label("Nouveau champ").fill("Combien de personnes ?")
        await page.locator("#ajout-fields-genre").select_option("number")
        await page.get_by_role("button", name="Ajouter ce champ").click()
        piece = page.locator("#fields-combien_de_personnes")
        await expect(piece.locator("details").first).to_have_attribute("open", "")
        await piece.get_by_label("Aide").fill("Environ.")
        await piece.locator(".save").click()
        await expect(page.locator("#fields-combien_de_personnes-help")).to_have_value("Environ.")
        await page.get_by_role("link", name="Essayer").click()
        await page.get_by_label("Combien de personnes ?").fill("40")
        await page.get_by_role("button", name="Envoyer cette demande").click()
        await expect(page.locator(".step")).to_have_count(1)
        await page.get_by_role("button", name="Clore", exact=True).click()
        await expect(page.locator(".step").last).to_contain_text("Reçue → Close")
        await page.get_by_role("link", name="Revenir au brouillon").click()
        await page.get_by_role("button", name="Publier").click()
        await expect(page.get_by_text("C’est publié")).to_be_visible()


async def test_what_one_types_stays_while_what_came_before_is_being_kept(chromium: Browser, site: Site, house: House) -> None:
    async with sitting(chromium, site, "odile") as window:
        page = window.page
        await page.goto(f"{window.root}/admin/types/nouveau")
        await page.fill("#titre", "Réserver la buvette")
        await page.get_by_role("button", name="Commencer").click()
        await page.wait_for_url("**/brouillon/general*")
        await page.locator("#title").focus()
        await page.keyboard.press("End")
        await page.keyboard.type(" du stade")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Control+A")
        await page.keyboard.type("Pour une fête de quartier, un loto, un tournoi.")
        await expect(page.locator(".bench-head h1")).to_have_text("Réserver la buvette du stade")
        await expect(page.locator("#summary")).to_have_value("Pour une fête de quartier, un loto, un tournoi.")
        await expect(page.locator("#summary")).to_be_focused()
        await page.keyboard.press("Tab")
        await page.reload()
        await expect(page.locator("#summary")).to_have_value("Pour une fête de quartier, un loto, un tournoi.")
        assert window.complaints == []
