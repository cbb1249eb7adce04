"""No script of a stranger survives: every known way of bringing one in, through the real pages in a real Chromium, with a canary in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from grc.actions.house import House
from grc.text import clean_html, show_images
from tests.makers.agents import Site, address
from tests.support.arrivals import arrive, letter, row
from tests.support.chromium import PATIENCE, chromium
from tests.support.mails import MAIRIE
from tests.support.vectors import VECTORS
from tests.support.world import PASSWORD

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

SVG = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"
AT_ONCE = 8  # vectors of one mail; each is tried alone as well, without the page around it
# In every document: what a vector would call is the canary, and what it could have left in the tree is looked for.
CANARY = "window.alert = window.confirm = window.prompt = window.print = () => window.canary(location.href)"
HANDLERS = (
    "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).map(a => a.name).filter(n => /^on|^hx-on|^srcdoc|^ping/.test(n))"
)


class Canary:
    """What fired: a script, a dialog, a window, a request that left for elsewhere, a page that went where nobody sent it."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.fired: list[str] = []

    async def watch(self, context: BrowserContext) -> None:
        await context.expose_binding("canary", lambda source, where: self.fired.append(f"script in {where}"))
        await context.add_init_script(CANARY)
        context.on("request", lambda request: self._asked(request.url))
        context.on("page", self._window)
        await context.route(lambda url: not url.startswith((self.root, "data:", "about:")), lambda route: route.abort())

    def _window(self, page: Page) -> None:
        page.on("dialog", lambda dialog: self.fired.append(f"dialog {dialog.message}"))
        page.on("popup", lambda other: self.fired.append(f"window {other.url}"))

    def _asked(self, url: str) -> None:
        if not url.startswith((self.root, "data:", "about:")):
            self.fired.append(f"request to {url}")


@asynccontextmanager
async def watched(browser: Browser, root: str) -> AsyncIterator[tuple[Page, Canary]]:
    """A window with a canary in each of its documents."""
    context = await browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900}, bypass_csp=False)
    context.set_default_timeout(PATIENCE)
    canary = Canary(root)
    try:
        await canary.watch(context)
        yield await context.new_page(), canary
    finally:
        await context.close()


async def test_what_is_cleaned_does_nothing_even_in_a_page_that_allows_everything(chromium: Browser) -> None:
    async with watched(chromium, "http://nulle-part.example") as (page, canary):
        await page.goto("about:blank")
        put = """async documents => {
            for (const html of documents) {
                document.body.innerHTML = html
                document.body.innerHTML = document.body.innerHTML  // read again, as by an editor
                const frame = document.createElement('iframe')
                frame.srcdoc = html
                const loaded = new Promise(done => frame.onload = done)
                document.body.append(frame)
                await loaded
                for (const one of frame.contentDocument.querySelectorAll('*')) one.dispatchEvent(new Event('focus'))
                frame.remove()
            }
            await new Promise(done => setTimeout(done))
        }"""
        await page.evaluate(put, ["<img src=x onerror=alert(1)>", "<svg onload=alert(1)>"])
        await page.evaluate("new Promise(done => setTimeout(done, 100))")  # the picture that is not there must be missed first
        assert len(canary.fired) >= 2  # the canary sings where nothing is cleaned
        canary.fired.clear()
        around = ("{}", "<p>avant {} après</p>", "<table><tr><td>{}", "<blockquote><pre>{}")
        cleaned = [show_images(clean_html(one.replace("{}", vector)), lambda cid: None) for vector in VECTORS for one in around]
        await page.evaluate(put, sorted(set(cleaned)))
        assert canary.fired == []


async def test_nothing_fires_on_the_page_of_the_agent_nor_on_that_of_the_citizen(chromium: Browser, site: Site, house: House) -> None:
    root = str(site.make_url("")).rstrip("/")
    tickets = await _conversations(house)
    async with watched(chromium, root) as (page, canary):
        await page.goto(f"{root}/agent/connexion")
        await page.fill("#email", address("claire"))
        await page.fill("#mot_de_passe", PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.wait_for_url("**/agent")
        await page.goto(f"{root}/agent?vue=tous")
        await page.locator("#liste .row").first.wait_for()
        assert await page.evaluate(HANDLERS) == []
        for reference, token in tickets.items():
            await _ticket(page, f"{root}/agent/demandes/{reference}")
            await page.goto(f"{root}/suivi/{token}")
            assert await page.evaluate(HANDLERS) == []
            assert await page.locator("iframe, main svg script, main form[action^='http']").count() == 0
            assert page.url == f"{root}/suivi/{token}"
            assert canary.fired == []


async def _ticket(page: Page, ticket: str) -> None:
    """Looks at every message of a ticket in its own formatting: where it stands in the page, then in a window where no frame holds it."""
    await page.goto(ticket)
    await page.locator("#fil .bubble").first.wait_for()
    assert await page.evaluate(HANDLERS) == []
    frames = await page.locator("details.original iframe").all()
    for frame in frames:
        await frame.evaluate("e => { e.closest('details').open = true; e.loading = 'eager' }")
        inside = await (await frame.element_handle()).content_frame()
        assert inside is not None
        await inside.wait_for_url(f"{ticket}/html/*")
        await inside.wait_for_load_state()
        assert await inside.evaluate(HANDLERS) == []
    assert page.url == ticket
    for where in [str(await frame.get_attribute("src")) for frame in frames][::4]:
        await page.goto(ticket.partition("/agent/")[0] + where)
        assert await page.evaluate(HANDLERS) == []
        assert page.url.endswith(where)


async def _conversations(house: House) -> dict[str, str]:
    """Requests, with their links, whose messages carry all vectors: as HTML, text and subject, as the name of a person and of a file."""
    mail_id, found = "<un@habitants.example>", {}
    for number in range(0, len(VECTORS), AT_ONCE):
        some = [vector.encode("utf-8", "replace").decode() for vector in VECTORS[number : number + AT_ONCE]]
        made = EmailMessage()
        bare = " ".join(some[0].replace("\x00", "").split())
        made["From"] = f'"{bare.translate({34: 39, 92: 47})}" <jeanne@habitants.example>'
        made["To"], made["Subject"] = MAIRIE, f"Re: {bare}"
        made["Message-ID"] = mail_id if number == 0 else f"<n{number}@habitants.example>"
        if number:
            made["In-Reply-To"] = made["References"] = mail_id
        made.set_content("\n".join(some).replace("\x00", ""))
        made.add_alternative("<hr>".join(some).replace("\x00", ""), subtype="html")
        made.add_attachment(b"<script>alert(1)</script>", maintype="text", subtype="html", filename=f"{bare[:60]}.html")
        made.add_attachment(SVG, maintype="image", subtype="svg+xml", filename="x.svg")
        reference = (await arrive(house, letter(made.as_bytes())))["ticket"]
        found[reference] = (await row(house, "select tracking_token from ticket where reference = $1", reference))["tracking_token"]
    kept = await row(house, "select count(*) from message where body_html is not null")
    assert kept["count"] >= len(VECTORS) // AT_ONCE - 3  # a few of them leave nothing
    return found
