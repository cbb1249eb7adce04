"""Our form in the page of another origin, in a real Chromium under that page's strict policy, with scripts and without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, FrameLocator, Page, expect

from grc import clock
from grc.actions.house import House
from grc.actions.name_sites import name_by_operator
from grc.db.transaction import WORKER, Database
from grc.web.citizen import place
from grc.web.pages.sites import snippets
from tests.makers.citizen import Site
from tests.support.chromium import PATIENCE, chromium, window
from tests.support.world import SAINTE_MER

pytestmark = pytest.mark.browser
__all__ = ["chromium"]
STYLE = "body { background: #fff8e1; } a { color: #7a1f5c; }"


@pytest.fixture
async def town(site: Site, working: House, db: Database) -> AsyncIterator[TestServer]:
    """The web site of the town, named at `localhost`: at 127.0.0.1 it is another, that nobody named."""
    ours = str(site.make_url("")).rstrip("/")
    async with db.transaction(WORKER) as tx:
        pasted = snippets(ours, await place.by_id(tx, SAINTE_MER), "", "Écrire à la mairie")
    policy = (
        f"default-src 'none'; script-src {ours}; frame-src {ours}; style-src 'self'; base-uri 'none'; require-trusted-types-for 'script'"
    )

    def shows(body: str) -> Any:
        async def show(_request: web.Request) -> web.Response:
            whole = f'<!doctype html><html lang="fr"><link rel="stylesheet" href="/style.css"><title>x</title><main>{body}</main></html>'
            return web.Response(text=whole, content_type="text/html", headers={"Content-Security-Policy": policy})

        return show

    async def style(_request: web.Request) -> web.Response:
        return web.Response(text=STYLE, content_type="text/css")

    app = web.Application()
    app.router.add_get("/nous-ecrire", shows(pasted.script))
    app.router.add_get("/cadre", shows(pasted.iframe))
    app.router.add_get("/lien", shows(pasted.link))  # which a page without scripts shows in place of the line, too
    app.router.add_get("/style.css", style)
    server = TestServer(app, host="127.0.0.1")
    async with server:
        async with db.transaction(WORKER) as tx:
            await name_by_operator(tx, SAINTE_MER, [f"http://localhost:{server.port}"], clock.now())
        yield server


def heard_by(page: Page) -> list[str]:
    """What the browser complains of."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


async def write(frame: FrameLocator) -> None:
    """Fills the form in and sends it; waits for its receipt."""
    for field, text in {"objet": "Lampadaire", "message": "Éteint.", "nom": "Marie", "courriel": "marie@habitants.example"}.items():
        await frame.locator(f"#{field}").fill(text)
    await frame.get_by_role("button", name="Envoyer ma demande").click()
    await expect(frame.locator("h1")).to_contain_text("Votre demande est bien", timeout=PATIENCE)


async def pages_told(db: Database) -> list[str]:
    async with db.transaction(WORKER) as tx:
        return [row["page"] for row in await tx.conn.fetch("select data->>'page' as page from event where what = 'came_from' order by id")]


async def test_by_one_line_of_script_the_form_fits_the_page_and_says_where_it_was_sent_from(
    town: TestServer, chromium: Browser, db: Database
) -> None:
    async with window(chromium) as page:
        heard = heard_by(page)
        await page.goto(f"http://localhost:{town.port}/nous-ecrire?secret=1#bas")
        frame, element = page.frame_locator("iframe"), page.locator("iframe")
        await expect(frame.locator("h1")).to_have_text("Écrire à la mairie de Sainte-Mer", timeout=PATIENCE)
        await expect(element).not_to_have_attribute("height", "900", timeout=PATIENCE)
        tall = int(await element.get_attribute("height") or 0)
        assert abs(tall - await frame.locator("body").evaluate("body => body.getBoundingClientRect().height")) <= 1
        colours = (
            "root => [getComputedStyle(root).getPropertyValue('--accent'), getComputedStyle(root.querySelector('body')).backgroundColor]"
        )
        assert await frame.locator("html").evaluate(colours) == ["#7a1f5c", "rgb(255, 248, 225)"]
        # a message from anywhere else is not believed
        await page.evaluate("window.postMessage({ grc: 'hauteur', px: 5000 }, '*')")
        await page.evaluate("new Promise(done => { addEventListener('message', done, { once: true }); postMessage('x', '*'); })")
        assert int(await element.get_attribute("height") or 0) == tall
        await write(frame)
        await expect(element).not_to_have_attribute("height", str(tall), timeout=PATIENCE)
        assert await page.context.cookies() == []
        assert heard == []
    assert await pages_told(db) == [f"http://localhost:{town.port}/nous-ecrire"]


async def test_without_scripts_the_frame_and_the_link_do_and_a_site_that_is_not_named_is_refused_by_the_browser(
    town: TestServer, chromium: Browser, db: Database
) -> None:
    async with window(chromium, javascript=False) as page:
        await page.goto(f"http://localhost:{town.port}/cadre?secret=1")
        await write(page.frame_locator("iframe"))
        await page.goto(f"http://localhost:{town.port}/lien?secret=1")
        await page.click("text=Écrire à la mairie")
        assert await page.input_value("[name=venu]") == f"http://localhost:{town.port}/lien"
    assert await pages_told(db) == [f"http://localhost:{town.port}/cadre"]
    async with window(chromium) as page:
        heard = heard_by(page)
        for path in ("/cadre", "/nous-ecrire"):
            async with page.expect_console_message(lambda message: "frame-ancestors" in message.text, timeout=PATIENCE):
                await page.goto(f"http://127.0.0.1:{town.port}{path}")
            assert await page.frame_locator("iframe").locator("#objet").count() == 0
        assert any("frame-ancestors" in one for one in heard)
