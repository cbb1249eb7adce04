"""Taking back what was sent, in a real Chromium: seen counting down, by the keyboard, and with no script at all."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import Browser, expect

from grc.actions.house import House
from grc.settings import Settings
from tests.makers.agents import Site
from tests.support.arrivals import arrive, letter, rows
from tests.support.chromium import PATIENCE, chromium
from tests.support.mails import mail
from tests.web.test_browser import sitting

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Long enough for the slowest machine: nothing leaves by itself here, since no worker runs."""
    return settings.model_copy(update={"undo_seconds": 60})


async def test_an_answer_is_taken_back_by_the_keyboard(chromium: Browser, site: Site, house: House) -> None:
    reference = str((await arrive(house, letter(mail("Bonjour."))))["ticket"])
    async with sitting(chromium, site) as window:
        await window.go("/agent?vue=tous")
        await window.open(reference)
        page = window.page
        await page.keyboard.press("r")
        await page.keyboard.type("Une équipe passe demain.")
        await page.keyboard.press("Control+Enter")
        waiting = page.locator(".bubble.waiting")
        await expect(waiting).to_contain_text("Une équipe passe demain.", timeout=PATIENCE)
        assert await page.locator("#texte").input_value() == "", "what was sent is no draft any more"
        count = page.locator("[data-countdown]")
        first = int(re.findall(r"\d+", await count.inner_text())[0])
        await expect(count).not_to_have_text(f"encore {first} s", timeout=PATIENCE)
        await page.locator("h1, h2").first.click()
        await page.keyboard.press("z")
        await expect(waiting).to_have_count(0, timeout=PATIENCE)
        await expect(page.locator("#texte")).to_have_value("Une équipe passe demain.")
        await page.reload()
        await expect(page.locator("#texte")).to_have_value("Une équipe passe demain.")
        assert window.complaints == []
    assert await rows(house, "select from message where direction = 'out' and kind = 'message'") == []


async def test_an_answer_is_taken_back_without_script(chromium: Browser, site: Site, house: House) -> None:
    reference = str((await arrive(house, letter(mail("Bonjour."))))["ticket"])
    async with sitting(chromium, site, java_script_enabled=False) as window:
        page = window.page
        await page.goto(f"{window.root}/agent/demandes/{reference}")
        await page.fill("#texte", "Une équipe passe demain.")
        await page.get_by_role("button", name="Envoyer", exact=True).click()
        await page.get_by_role("button", name="Annuler l’envoi").click()
        await expect(page.locator("#texte")).to_have_value("Une équipe passe demain.")
        await expect(page.get_by_text("Envoi annulé. Votre texte")).to_be_visible()
