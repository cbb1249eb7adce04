"""A citizen finds the form of a type on the page of his town, at 360 px, with JavaScript and without, and it becomes a typed request."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, TimeoutError, expect

from grc.actions.house import House
from grc.db.transaction import Database
from tests.makers.types import BEACON, EVERY_KIND, document, publish
from tests.support.arrivals import row
from tests.support.chromium import PATIENCE
from tests.support.processes import Service
from tests.support.world import AGENCY, World

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE = {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
async def offered(db: Database, world: World) -> None:
    """Two types of the agency, offered to everybody."""
    await publish(db, AGENCY, document(BEACON))
    await publish(db, AGENCY, document(EVERY_KIND))


@asynccontextmanager
async def telephone(browser: Browser, **more: Any) -> AsyncIterator[Page]:
    """A window as wide as a telephone; what its browser complains of fails the test."""
    context = await browser.new_context(viewport=PHONE, locale="fr-FR", **more)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            heard.append(message.text)

    page = await context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    yield page
    await context.close()
    assert heard == []


async def who(page: Page) -> None:
    """Says who asks."""
    await page.fill("#nom", "Jeanne Duport")
    await page.fill("#courriel", "jeanne@habitants.example")


async def sends(page: Page) -> None:
    await page.get_by_role("button", name="Envoyer ma demande").click()


async def arrived(page: Page) -> None:
    """The receipt, asked for again until the request is taken in: on a busy machine that may be after the page is shown."""
    heading = page.get_by_role("heading", name="Votre demande est bien arrivée")
    for _ in range(20):
        try:
            return await heading.wait_for(timeout=1_500)
        except TimeoutError:
            await page.reload()
    await expect(heading).to_be_visible()


async def violations(page: Page) -> Sequence[str]:
    """What in the page breaks the rules of accessibility."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{v['id']}: {node['html'][:160]}" for v in found["violations"] for node in v["nodes"]]


async def fits(page: Page) -> bool:
    """Whether the page is no wider than its screen."""
    return bool(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


async def test_with_javascript_a_question_comes_as_its_answer_is_given(service: Service, house: House, chromium: Browser) -> None:
    async with telephone(chromium) as page:
        await page.goto(f"{service.url}/40902?q=fanal")
        await page.get_by_role("link", name="Signaler un fanal éteint").click()
        await expect(page.get_by_role("heading", name="Signaler un fanal éteint")).to_be_visible()
        await expect(page.get_by_role("button", name="Continuer")).to_have_count(0)
        await expect(page.locator("#c-danger")).to_be_hidden()
        await page.fill("#c-lieu-text", "12 rue des Pins")
        await page.get_by_label("Il menace de tomber").check()
        await expect(page.locator("#c-danger")).to_be_visible()
        await sends(page)
        await page.wait_for_selector("#erreurs")
        assert await page.evaluate("document.activeElement.id") == "erreurs"
        await page.get_by_role("link", name="Quel est le danger ?").click()
        assert await page.evaluate("document.activeElement.id") == "c-danger"
        await page.fill("#c-danger", "Il penche.")
        await page.get_by_label("Il clignote").check()
        await expect(page.locator("#c-danger")).to_be_hidden()
        await who(page)
        assert await fits(page)
        await sends(page)
        await arrived(page)
        ticket = await row(house, "select type, fields from ticket")
        assert ticket["type"] == "fanal"
        assert ticket["fields"]["panne"] == "clignote"
        assert "danger" not in ticket["fields"], "a hidden answer is dropped"
        await page.get_by_role("link", name="Suivre ma demande").click()
        await expect(page.get_by_text("12 rue des Pins").first).to_be_visible()
        assert await fits(page)


async def test_without_javascript_one_more_page_asks_it(service: Service, house: House, chromium: Browser) -> None:
    async with telephone(chromium, java_script_enabled=False) as page:
        await page.goto(f"{service.url}/40902")
        await page.get_by_role("link", name="Signaler un fanal éteint").click()
        await page.fill("#c-lieu-text", "12 rue des Pins")
        await page.get_by_label("Il menace de tomber").check()
        await page.get_by_role("button", name="Continuer").click()
        await expect(page.locator("#c-danger")).to_be_visible()
        await expect(page.locator("#c-lieu-text")).to_have_value("12 rue des Pins")
        await page.fill("#c-danger", "Il penche.")
        await who(page)
        await sends(page)
        await arrived(page)
        assert (await row(house, "select fields from ticket"))["fields"]["danger"] == "Il penche."


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_lines_come_and_go_and_the_total_follows(service: Service, house: House, chromium: Browser, javascript: bool) -> None:
    async with telephone(chromium, java_script_enabled=javascript) as page:
        await page.goto(f"{service.url}/40902/demarches/every_kind")
        for number, (what, many, price) in enumerate((("Chaises", "2", "3,50"), ("Bancs", "1", "9"), ("Tables", "1", "10"))):
            if number:
                await page.get_by_role("button", name="Ajouter une ligne").click()
            await page.fill(f"#c-lignes-{number}-quoi", what)
            await page.fill(f"#c-lignes-{number}-combien", many)
            await page.fill(f"#c-lignes-{number}-prix", price)
        await expect(page.get_by_role("button", name="Ajouter une ligne")).to_be_hidden()
        await page.get_by_role("button", name="Retirer la ligne 2").click()
        await expect(page.locator("#c-lignes-1-quoi")).to_have_count(0)
        await expect(page.locator("#c-lignes-2-quoi")).to_have_value("Tables")
        await expect(page.locator('[data-reckoned="c.total"]')).to_have_text("17\u00a0€")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_such_page_keeps_the_rules_of_accessibility(service: Service, house: House, chromium: Browser, scheme: str) -> None:
    # the policy of our pages forbids what axe needs to be put into them; it is kept in the tests above
    async with telephone(chromium, color_scheme=scheme, bypass_csp=True) as page:
        for path in ("/40902", "/40902?q=zzz", "/40902/contact?q=fanal", "/40902/demarches/fanal", "/40902/demarches/every_kind",
                     "/40902/demarches/rien"):  # fmt: skip
            await page.goto(service.url + path)
            assert await violations(page) == [], path
            assert await fits(page), path
        await page.goto(f"{service.url}/40902/demarches/every_kind")
        await page.get_by_label("Haute").check()
        await page.fill("#c-nombre", "beaucoup")
        await page.get_by_role("button", name="Ajouter une ligne").click()
        await page.fill("#c-lignes-1-quoi", "Chaises")
        await sends(page)
        await page.wait_for_selector("#erreurs")
        assert await violations(page) == []
        assert await fits(page)
