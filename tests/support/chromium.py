"""People at a real Chromium: an agent at his desk, a citizen with his link. Each has a browser context of his own."""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, Locator, Page, async_playwright

from tests.support.processes import Service
from tests.support.world import PASSWORD

BINARY = shutil.which("chromium", path="/usr/bin:/usr/local/bin:/snap/bin")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
)
PATIENCE = 30_000  # milliseconds after which what does not come fails the test


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """Debian's Chromium, without a screen."""
    if BINARY is None:
        pytest.skip("no Chromium on this machine: apt install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=BINARY, args=list(ARGUMENTS))
        yield browser
        await browser.close()


@asynccontextmanager
async def window(browser: Browser, *, javascript: bool = True) -> AsyncIterator[Page]:
    """A window of somebody who shares nothing with the others."""
    context = await browser.new_context(java_script_enabled=javascript, locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    try:
        yield await context.new_page()
    finally:
        await context.close()


@dataclass(frozen=True, slots=True)
class Desk:
    """An agent's open window, which is never reloaded: a mark in it tells."""

    page: Page

    @property
    def rows(self) -> Locator:
        """The lines of the inbox."""
        return self.page.locator("#liste .row")

    @property
    def conversation(self) -> Locator:
        """What was said in the open ticket."""
        return self.page.locator("#fil .bubble")

    async def sees(self, what: Locator, since: float) -> float:
        """Waits until this is to be seen; the seconds since."""
        await what.first.wait_for(state="visible")
        return time.monotonic() - since

    async def open(self, subject: str) -> None:
        """Opens a ticket of the list."""
        await self.rows.filter(has_text=subject).first.locator("a").click()
        await self.page.locator(".ticket").wait_for()

    async def write(self, text: str, *, note: bool = False, files: Sequence[Path] = ()) -> None:
        """Answers in the open ticket, or adds a note, and waits until it stands there."""
        if note:
            await self.page.locator("#reponse [name=genre][value=note]").check(force=True)
        await self.page.fill("#texte", text)
        if files:
            await self.page.set_input_files("#reponse [name=fichiers]", list(files))
        await self.page.locator("#reponse").get_by_role("button", name="Ajouter la note" if note else "Envoyer", exact=True).click()
        await self.conversation.filter(has_text=text).wait_for()

    async def was_never_reloaded(self) -> bool:
        """Whether the window is still the one that was opened."""
        return bool(await self.page.evaluate("window.openedOnce === true"))


@asynccontextmanager
async def desk(browser: Browser, service: Service, email: str) -> AsyncIterator[Desk]:
    """An agent who signed in and has his inbox open, with its stream connected."""
    async with window(browser) as page:
        await page.goto(f"{service.url}/agent")
        await page.fill("#email", email)
        await page.fill("#mot_de_passe", PASSWORD)
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        try:
            async with page.expect_response(lambda response: response.url.endswith("/agent/flux") and response.status == 200):
                await page.get_by_role("button", name="Se connecter").click()
            await page.locator("#liste").wait_for()
        except Error as error:
            text = await page.locator("body").inner_text()
            raise AssertionError(f"no inbox with a stream: {page.url}\n{text[:1000]}\n{heard}\n{service.told('web')}") from error
        await page.evaluate("window.openedOnce = true")
        yield Desk(page)
