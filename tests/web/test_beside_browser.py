"""What stands beside a ticket, in a real Chromium: a third party, links, a major incident, appointments; live, and read by everybody."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from grc import clock
from grc.actions import errands
from grc.actions.house import House
from grc.clock import PARIS
from tests.makers.agents import Site
from tests.makers.majors import becomes, majors
from tests.makers.types import publish
from tests.support.arrivals import arrive, form
from tests.support.chromium import chromium
from tests.support.world import SAINTE_MER, World
from tests.web.test_browser import DESK, PHONE, obstacles, sitting
from tests.web.test_figures import COUNTED

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]


async def test_a_third_party_is_written_to_from_the_same_box_by_its_key(chromium: Browser, site: Site, house: House) -> None:
    came = await arrive(house, form())
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go(f"/agent/demandes/{came['ticket']}")
        assert not await page.locator("#tiers").is_visible()
        await page.keyboard.press("t")
        await page.locator("#tiers").wait_for()
        await page.fill("#tiers", "support@editeur.example")
        await page.fill("#texte", "Le correctif est-il prêt ?")
        await page.locator("#texte").press("Control+Enter")
        await page.locator(".bubble.third", has_text="Le correctif est-il prêt").wait_for()
        assert await page.input_value("#texte") == ""
        assert window.complaints == []


async def test_thirty_are_ticked_at_once_and_the_telling_is_seen_live(chromium: Browser, site: Site, house: House) -> None:
    await majors(house.db, SAINTE_MER)
    top = (await arrive(house, form({"objet": "Incident majeur"})))["ticket"]
    for n in range(5):
        await arrive(house, form({"objet": f"Panne {n}", "courriel": f"a{n}@m.example"}))
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go(f"/agent/demandes/{top}")
        await page.get_by_role("link", name="Rattacher des demandes").click()
        await page.fill("#q-liens", "panne")
        await page.locator("#q-liens").press("Enter")
        await page.get_by_text("Panne 4").wait_for()
        await page.get_by_label("Toutes").check()
        await page.get_by_role("button", name="Rattacher à cette demande").click()
        await page.get_by_text("5 rattachées ici").wait_for()
        await page.get_by_text("Autre suite").or_(page.get_by_role("button", name="Écrire à tous")).first.click()
        await page.locator("summary", has_text="Écrire à tous").click()
        await page.locator("details.sub[open] textarea").fill("Nous cherchons.")
        await page.locator("details.sub[open] .button.primary").click()
        await page.locator("progress").wait_for()
        while claimed := await errands.claim(house.db, clock.now(), 50):
            for errand in claimed:
                await errands.run(house.db, errand, clock.now)
        await page.get_by_text("5 prévenues la dernière fois").wait_for()
        assert window.complaints == []


async def test_two_become_one_on_the_button_that_says_so(chromium: Browser, site: Site, house: House) -> None:
    one, other = [(await arrive(house, form({"objet": subject})))["ticket"] for subject in ("Premier", "Second")]
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go(f"/agent/demandes/{other}/liens")
        await page.get_by_label("Premier").check()
        await page.get_by_role("button", name="Réunir avec la demande cochée").click()
        await page.locator(".proposal", has_text="Doublon").get_by_role("link", name="Premier").wait_for()
        await page.get_by_role("button", name="Ce n’en est pas un").click()
        await page.locator(".proposal").wait_for(state="detached")
        assert one
        assert window.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_beside_a_ticket_has_a_known_obstacle(chromium: Browser, site: Site, house: House, scheme: str, world: World) -> None:
    await majors(house.db, SAINTE_MER)
    await publish(house.db, SAINTE_MER, COUNTED)
    await becomes(house.db, SAINTE_MER, {"chiffre": "essai_chiffres"})
    for subject in ("Un chiffre", "Deux chiffres"):
        await arrive(house, form({"objet": subject}))
    top = (await arrive(house, form({"objet": "Incident majeur"})))["ticket"]
    for n in range(5):
        await arrive(house, form({"objet": f"Panne {n}", "courriel": f"a{n}@m.example"}))
    here = f"/agent/demandes/{top}"
    pages = [here, f"{here}/liens?q=panne", f"{here}/liens", f"{here}/temps", f"{here}/rendez-vous", "/agent/agenda", "/agent/chiffres"]
    async with sitting(chromium, site, color_scheme=scheme, bypass_csp=True) as window:
        page = window.page
        await page.goto(f"{window.root}/agent/demandes/{top}")
        await page.locator("[name=genre][value=tiers]").check(force=True)
        await page.fill("#tiers", "support@editeur.example")
        await page.fill("#texte", "Le correctif est-il prêt ?")
        await page.get_by_role("button", name="Envoyer au tiers").click()
        await page.locator(".bubble.third").wait_for()
        today = clock.now().astimezone(PARIS)
        for hour, whom in ((9, "claire"), (9, "paul"), (14, "claire")):
            await page.goto(f"{window.root}{here}/rendez-vous")
            form_of = page.locator("form[action$=rendezvous]")
            await form_of.locator("[name=jour]").fill(today.date().isoformat())
            await form_of.locator("[name=debut]").fill(f"{hour:02}:00")
            await form_of.locator("[name=fin]").fill(f"{hour + 1:02}:30")
            await form_of.locator("[name=agent]").select_option(str(world.agents[whom]))
            await form_of.get_by_role("button", name="Fixer le rendez-vous").click()
            await page.locator(".done-line").wait_for()
        await page.get_by_role("button", name="Noter 15 minutes").click()
        await page.locator(".done-line", has_text="Temps noté").wait_for()
        for path in pages:
            for viewport in (DESK, PHONE):
                await page.set_viewport_size(viewport)
                await page.goto(window.root + path)
                assert await obstacles(page) == [], (path, viewport)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
