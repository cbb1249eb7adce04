"""The citizen's pages in a real Chromium, under the real policy: by a person in a hurry, without JavaScript, by rules of accessibility."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from grc.actions.house import House
from grc.db.transaction import WORKER, Database
from grc.settings import Settings
from tests.makers.citizen import JPEG, Site

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With the proof of work as it costs in service."""
    return settings.model_copy(update={"form_proof_cost": Settings.model_fields["form_proof_cost"].default})


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        await browser.close()


def _at(site: Site, path: str) -> str:
    return str(site.make_url(path))


async def _fill(page: Page, url: str, **more: str) -> None:
    await page.goto(url)
    await page.fill("#objet", "Lampadaire éteint")
    await page.fill("#message", "Il est éteint depuis lundi.")
    await page.fill("#nom", "Marie Lafitte")
    await page.fill("#courriel", "marie@habitants.example")
    for field, value in more.items():
        await page.fill(f"#{field}", value)


async def _rows(db: Database, query: str) -> list[Any]:
    async with db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query))


def _listen(page: Page) -> list[str]:
    """What the browser complains of: a policy broken, a script failed. That a page answers 422 is no complaint."""
    heard: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            heard.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


async def test_a_person_sends_a_photo_and_answers_on_his_page(
    site: Site, working: House, chromium: Browser, db: Database, tmp_path: Path
) -> None:
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(JPEG)
    page = await chromium.new_page()
    heard = _listen(page)
    await _fill(page, _at(site, "/40902/contact"))
    await page.set_input_files("#fichiers", photo)
    assert "photo.jpg" in await page.inner_text("[data-chosen]")
    await page.dblclick("button[type=submit]")
    await page.wait_for_selector("h1:has-text('bien arrivée')")
    [line] = await _rows(db, "select meta from received")
    assert line["meta"]["proved"] is True

    await page.click("text=Suivre ma demande")
    await page.fill("#message", "Il clignote maintenant.")
    await page.click("text=Envoyer mon message")
    await page.wait_for_selector("#recu")
    assert await page.evaluate("document.activeElement.id") == "recu"
    assert await page.locator(".said-yours").count() == 2
    assert heard == []


async def test_after_an_error_the_summary_has_the_focus_and_leads_to_the_field(site: Site, working: House, chromium: Browser) -> None:
    page = await chromium.new_page()
    heard = _listen(page)
    await _fill(page, _at(site, "/40902/contact"), courriel="marie")
    await page.click("button[type=submit]")
    await page.wait_for_selector("#erreurs")
    assert await page.evaluate("document.activeElement.id") == "erreurs"
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "courriel"
    assert heard == []


async def test_without_javascript_all_of_it_works(site: Site, working: House, chromium: Browser, db: Database, tmp_path: Path) -> None:
    photo, game = tmp_path / "photo.jpg", tmp_path / "jeu.exe"
    photo.write_bytes(JPEG)
    game.write_bytes(b"MZ")
    page = await chromium.new_page(java_script_enabled=False, viewport={"width": 320, "height": 640})
    await page.goto(_at(site, "/?q=sainte"))
    await page.click("text=Sainte-Mer")
    await page.click("text=Écrire à la mairie de Sainte-Mer")
    await _fill(page, page.url)
    await page.set_input_files("#fichiers", [photo, game])
    await page.click("button[type=submit]")
    await page.wait_for_selector("#erreurs")
    await page.click("button[type=submit]")
    await page.click("text=Suivre ma demande")
    await page.fill("#message", "Il clignote maintenant.")
    await page.click("text=Envoyer mon message")
    await page.wait_for_selector("#recu")
    assert [f["name"] for f in await _rows(db, "select name from attachment")] == ["photo.jpg"]
    assert len(await _rows(db, "select from ticket")) == 1


async def test_files_too_heavy_are_told_before_they_are_sent(
    site: Site, working: House, chromium: Browser, tmp_path: Path, db: Database
) -> None:
    film = tmp_path / "film.pdf"
    with film.open("wb") as file:
        file.truncate(30_000_000)
    page = await chromium.new_page()
    await _fill(page, _at(site, "/40902/contact"))
    await page.set_input_files("#fichiers", film)
    await page.click("button[type=submit]")
    assert "pèse 30" in await page.inner_text("[data-chosen]")
    assert await page.input_value("#message") == "Il est éteint depuis lundi."
    assert await _rows(db, "select from received") == []


async def _violations(page: Page) -> Sequence[str]:
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    return [f"{v['id']}: {node['html'][:120]}" for v in found["violations"] for node in v["nodes"]]


async def _accessible(context: BrowserContext, site: Site, tracking: str) -> None:
    page = await context.new_page()
    paths = ["/", "/?q=sainte", "/?q=zzz", "/40902", "/40902/contact", tracking, "/suivi", "/suivi/" + "a" * 22, "/nowhere",
             "/accessibilite", "/mentions-legales", "/donnees-personnelles", "/demarches", "/demarches?sujet=&lieu=",
             "/demarches?sujet=Une+poubelle&lieu=Sainte-Mer", "/40902/cadre/contact?couleur=ffcc00&fond=203040"]  # fmt: skip
    for path in paths:
        await page.goto(_at(site, path))
        assert await _violations(page) == [], path
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} is wider than its screen"
    for path, needed in (("/40902/contact", "#erreurs"), (tracking, "#erreurs")):
        await page.goto(_at(site, path))
        await page.click("form:has([name=message]) button[type=submit]")
        await page.wait_for_selector(needed)
        assert await _violations(page) == [], path
    await page.close()


async def test_every_page_keeps_the_rules_of_accessibility(site: Site, working: House, chromium: Browser, db: Database) -> None:
    page = await chromium.new_page()
    await _fill(page, _at(site, "/40902/contact"))
    await page.click("button[type=submit]")
    await page.wait_for_selector("h1:has-text('bien arrivée')")
    receipt = page.url
    [ticket] = await _rows(db, "select tracking_token from ticket")
    for viewport, scheme in ((NARROW, "light"), (WIDE, "dark")):
        # the policy of our pages forbids what axe needs to be put into them; it is tested above
        context = await chromium.new_context(viewport=viewport, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
        await _accessible(context, site, f"/suivi/{ticket['tracking_token']}")
        page = await context.new_page()
        await page.goto(receipt)
        assert await _violations(page) == []
        await context.close()
