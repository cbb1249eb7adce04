"""The agents' pages in a real Chromium: live without losing what is typed, by the keys, on a phone, and read by everybody."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, ViewportSize

from grc.actions.house import House
from tests.makers.agents import Site, address
from tests.support.arrivals import arrive, form, letter
from tests.support.chromium import PATIENCE, chromium
from tests.support.mails import mail
from tests.support.world import PASSWORD

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESK, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=360, height=740)


class Window:
    """An agent's window; whatever its console complains of is kept."""

    def __init__(self, page: Page, root: str) -> None:
        self.page = page
        self.root = root
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(message.text)

    async def go(self, path: str) -> None:
        """Opens a page of ours and waits for its stream."""
        async with self.page.expect_response(lambda response: response.url.endswith("/agent/flux")):
            await self.page.goto(self.root + path)

    async def open(self, reference: str) -> None:
        """Opens a ticket of the list."""
        await self.page.locator(f"#r-{reference} > a").click()
        await self.page.locator(f"#t-{reference}").wait_for()


@asynccontextmanager
async def sitting(browser: Browser, site: Site, name: str = "claire", **how: Any) -> AsyncIterator[Window]:
    """An agent signed in, in a window of his own."""
    context = await browser.new_context(**{"viewport": DESK, "locale": "fr-FR", **how})
    context.set_default_timeout(PATIENCE)
    page = await context.new_page()
    window = Window(page, str(site.make_url("")).rstrip("/"))
    try:
        await page.goto(f"{window.root}/agent/connexion")
        await page.fill("#email", address(name))
        await page.fill("#mot_de_passe", PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.wait_for_url("**/agent")
        yield window
    finally:
        await context.close()


async def test_what_arrives_is_shown_without_touching_what_is_typed(chromium: Browser, site: Site, house: House) -> None:
    first = await arrive(house, letter(mail("Bonjour.", mail_id="<un@habitants.example>")))
    async with sitting(chromium, site) as window:
        await window.go("/agent?vue=tous")
        await window.open(first["ticket"])
        await window.page.fill("#texte", "Je commence ma rép")
        await window.page.evaluate("document.querySelector('#texte').setSelectionRange(3, 3)")
        second = await arrive(house, form({"objet": "Nid-de-poule"}))
        await window.page.locator(f"#r-{second['ticket']}").wait_for()
        assert await window.page.input_value("#texte") == "Je commence ma rép"
        assert await window.page.evaluate("document.querySelector('#texte').selectionStart") == 3
        assert await window.page.evaluate("document.activeElement.id") == "texte"
        assert await window.page.locator(f"#r-{first['ticket']} > a[aria-current]").count() == 1
        assert window.complaints == []


async def test_a_draft_outlives_a_reload_and_ends_when_it_is_sent(chromium: Browser, site: Site, house: House) -> None:
    came = await arrive(house, letter(mail("Bonjour.")))
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go(f"/agent/demandes/{came['ticket']}")
        await page.locator(".compose [name=genre][value=note]").check(force=True)
        await page.fill("#texte", "À voir avec Luc")
        await page.reload()
        await page.wait_for_function("document.querySelector('#texte').value === 'À voir avec Luc'")
        assert await page.locator(".compose [value=note]").is_checked()
        await page.locator("#texte").press("Control+Enter")
        await page.locator(".bubble.note").wait_for()
        await page.reload()
        await page.locator(".bubble.note").wait_for()
        assert await page.input_value("#texte") == ""


async def test_the_keys_lead_through_the_day_and_can_be_cut(chromium: Browser, site: Site, house: House) -> None:
    older, newer = [(await arrive(house, form({"objet": subject})))["ticket"] for subject in ("Un", "Deux")]
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go("/agent?vue=tous")
        await page.keyboard.press("j")
        await page.locator(f"#t-{newer}").wait_for()
        await page.keyboard.press("j")
        await page.locator(f"#t-{older}").wait_for()
        await page.keyboard.press("k")
        await page.locator(f"#t-{newer}").wait_for()
        await page.keyboard.press("n")
        await page.keyboard.type("je note: j k e r")  # letters are letters while one types
        assert await page.input_value("#texte") == "je note: j k e r"
        await page.keyboard.press("Escape")
        await page.keyboard.press("?")
        await page.locator("#touches[open]").wait_for()
        await page.keyboard.press("Escape")
        await page.locator("#touches").wait_for(state="hidden")
        await page.keyboard.press("e")
        await page.locator(f"#t-{newer} .state.closed").wait_for()
        await page.goto(f"{window.root}/agent/moi")
        await page.get_by_label("Touches d’une seule lettre").uncheck()
        await page.get_by_role("button", name="Enregistrer").click()
        await page.locator(".done-line").wait_for()
        await window.go("/agent?vue=tous")
        await page.keyboard.press("j")
        assert await page.locator(".ticket").count() == 0
        assert window.complaints == []


async def test_on_a_phone_back_leads_to_the_same_place_of_the_list(chromium: Browser, site: Site, house: House) -> None:
    made = [(await arrive(house, form({"objet": f"Demande {n}"})))["ticket"] for n in range(14)]
    async with sitting(chromium, site, viewport=PHONE, has_touch=True, is_mobile=True) as window:
        page = window.page
        await window.go("/agent?vue=tous")
        await page.evaluate("document.querySelector('.list-scroll').scrollTop = 400")
        await window.open(made[6])
        assert not await page.locator(f"#r-{made[6]}").is_visible()
        await page.go_back()
        await page.locator(".ticket").wait_for(state="detached")
        assert await page.evaluate("document.querySelector('.list-scroll').scrollTop") == 400
        await window.open(made[7])
        await page.locator("[data-back]").click()
        await page.locator(".ticket").wait_for(state="detached")
        assert await page.evaluate("document.querySelector('.list-scroll').scrollTop") == 400
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_no_page_is_wider_than_the_narrowest_phone(chromium: Browser, site: Site) -> None:
    async with sitting(chromium, site, viewport=ViewportSize(width=320, height=640)) as window:
        for path in ("/agent?vue=tous", "/agent/personnes", "/agent/moi"):
            await window.go(path)
            assert await window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


async def test_without_a_script_everything_can_be_done(chromium: Browser, site: Site, house: House) -> None:
    came = await arrive(house, letter(mail("Bonjour.")))
    async with sitting(chromium, site, java_script_enabled=False) as window:
        page = window.page
        await page.goto(f"{window.root}/agent?vue=tous")
        await page.locator(f"#r-{came['ticket']} > a").click()
        await page.get_by_role("button", name="Prendre").click()
        await page.fill("#texte", "Nous passons demain.")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await page.locator(".bubble.ours", has_text="Nous passons demain.").wait_for()
        await page.get_by_role("button", name="Clore", exact=True).click()
        await page.locator(".state.closed").wait_for()
        await page.get_by_text("Autre suite").click()
        assert await page.get_by_text("Rouvrir", exact=True).count() >= 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_known_obstacle(chromium: Browser, site: Site, house: House, scheme: str) -> None:
    came = await arrive(house, letter(mail("Bonjour.\n\n> cité", files=[("plan.pdf", "application/pdf", b"%PDF-1.7")])))
    await arrive(house, form({"objet": "Trou"}))
    ticket = f"/agent/demandes/{came['ticket']}"
    pages = [
        "/agent?vue=tous",
        "/agent?vue=miens",
        ticket,
        f"{ticket}/loi/transmettre",
        f"{ticket}/loi/decider",
        "/agent/ecrire",
        "/agent/moi",
        "/agent/sortant",
        "/agent?q=zzz",
        "/agent/nulle-part",
    ]
    # the policy of our pages forbids what axe needs to be put into them; it is tested elsewhere
    how = {"color_scheme": scheme, "bypass_csp": True}
    for name, paths in (
        ("claire", pages),
        (
            "odile",
            [
                "/agent/registre",
                "/agent/registre/envois",
                "/agent/boites",
                "/admin/sources-abusives",
                "/admin/reponses",
                "/admin/competences",
            ],
        ),
    ):
        async with sitting(chromium, site, name, **how) as window:
            for path in paths:
                for viewport in (DESK, PHONE):
                    await window.page.set_viewport_size(viewport)
                    await window.page.goto(window.root + path)
                    assert await obstacles(window.page) == [], (path, viewport)
    context = await chromium.new_context(bypass_csp=True, color_scheme=cast(Any, scheme))
    page = await context.new_page()
    await page.goto(str(site.make_url("/agent/connexion")))
    assert await obstacles(page) == []
    await context.close()


async def obstacles(page: Page) -> list[str]:
    """What axe-core finds, a line each."""
    await page.add_script_tag(path=AXE)
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{v['id']}: {node['target']} {node['failureSummary']}" for v in found["violations"] for node in v["nodes"]]
