"""The telephone in Chromium: who calls is on the screen of whoever took the call, becomes a request, and missed calls are called back."""

from __future__ import annotations

import time

import aiohttp
import pytest
from playwright.async_api import Browser, expect

from grc.actions.house import House
from grc.settings import Settings
from tests.makers.switchboard import OTHER, Switchboard, has_line, line
from tests.support.arrivals import rows
from tests.support.chromium import desk
from tests.support.processes import Service, until
from tests.support.world import World

pytestmark = [pytest.mark.browser, pytest.mark.alone]

CLAIRE, PAUL = "claire@sainte-mer.example", "paul@sainte-mer.example"


async def test_a_call_rings_its_card_shows_at_once_its_sheet_is_a_request_and_missed_calls_are_one_to_call_back(
    service: Service, house: House, settings: Settings, world: World, chromium: Browser
) -> None:
    await has_line(house, world.agents["paul"], "214")
    await has_line(house, world.agents["claire"], "215")
    path = await line(house, settings)
    async with (
        aiohttp.ClientSession() as client,
        desk(chromium, service, CLAIRE) as claire,
        desk(chromium, service, PAUL) as paul,
    ):
        switchboard = Switchboard(service.url + path, client)
        second = await paul.page.context.new_page()  # he has two tabs
        async with second.expect_response(lambda response: response.url.endswith("/agent/flux")):
            await second.goto(f"{service.url}/agent/appels")

        # it rings, Paul takes it: within a second it is on his screen, in both tabs, and not on Claire's
        call = switchboard.call()
        await switchboard.tell("newCall", call, queue="accueil")
        began = time.monotonic()
        await switchboard.tell("answer", call, answeringNumber="214")
        await expect(paul.page.locator(".call-card")).to_contain_text("06 39 98 00 11")
        assert time.monotonic() - began < 1.0
        await expect(second.locator(".call-card")).to_contain_text("Appel en cours")
        assert await claire.page.locator(".call-card").count() == 0

        # by keys alone: f opens the sheet, what is typed outlives the end of the call, Enter in the subject sends it
        page = paul.page
        await page.keyboard.press("f")
        await expect(page.locator(".call-card [name=objet]")).to_be_focused()
        await page.keyboard.type("Copie d’acte")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Elle voudrait une copie de son acte de naissance.")
        await switchboard.tell("hangup", call, cause="normalClearing")
        await expect(page.locator(".call-card")).to_contain_text("Appel terminé")
        await expect(page.locator(".call-card [name=texte]")).to_have_value("Elle voudrait une copie de son acte de naissance.")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/agent/demandes/*")
        await expect(page.locator("#fil")).to_contain_text("Elle voudrait une copie")
        await expect(second.locator(".call-card")).to_have_count(0)

        # he calls again, and is passed on to Claire: the card goes with him, and knows what he waits for
        call = switchboard.call()
        await switchboard.tell("answer", call, answeringNumber="214")
        await expect(page.locator(".call-card")).to_contain_text("Copie d’acte")
        await switchboard.tell("answer", call, answeringNumber="215")
        await expect(claire.page.locator(".call-card")).to_contain_text("Copie d’acte")
        await expect(page.locator(".call-card")).to_have_count(0)
        await claire.page.get_by_role("button", name="Rien à noter").click()
        await expect(claire.page.get_by_role("heading", name="Appels", exact=True)).to_be_visible()

        # another calls three times and nobody is there: one request to call back, which a call of ours closes
        for _ in range(3):
            await switchboard.missed(OTHER)
        await page.goto(f"{service.url}/agent")
        await expect(page.locator(".row").filter(has_text="Rappeler 06 39 98 00 22")).to_have_count(1)

        async def three() -> bool | None:
            found = await rows(house, "select fields from ticket where type = 'call_back'")
            return [row["fields"]["appels"] for row in found] == [3] or None

        await until(three, 30, lambda: "three missed calls are one request")
        back = switchboard.call()
        await switchboard.tell("answer", back, caller="214", to=OTHER, direction="out")
        await expect(page.locator(".row").filter(has_text="Rappeler 06 39 98 00 22")).to_have_count(0)
