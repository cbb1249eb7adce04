"""The counter in a real Chromium: by the keyboard alone, in less time than it takes to say it; read by everybody."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser

from grc import clock
from grc.actions import intake
from grc.actions.house import House
from tests.makers.agents import Site
from tests.support.arrivals import arrive, form, row
from tests.support.chromium import chromium
from tests.support.world import World
from tests.web.test_browser import DESK, PHONE, obstacles, sitting

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

KEYS_A_SECOND = 4  # of somebody who types with some practice: 48 words a minute
SECONDS = 30


async def work(house: House) -> None:
    """The worker, until it is told to stop."""
    while True:
        for claimed in await intake.claim(house, clock.now(), 10):
            await intake.take_in(house, claimed, clock.now)
        await asyncio.sleep(0.1)


async def test_a_request_is_taken_by_the_keyboard_alone_in_less_than_thirty_seconds(
    chromium: Browser, site: Site, house: House, world: World
) -> None:
    came = await arrive(house, form())
    working = asyncio.create_task(work(house))
    keys = 0
    try:
        async with sitting(chromium, site) as window:
            page = window.page
            await window.go("/agent")

            async def strike(*pressed: str) -> None:
                nonlocal keys
                for key in pressed:
                    await page.keyboard.press(key)
                    keys += 1

            await strike("g")
            await page.wait_for_url("**/agent/guichet")
            await page.locator("#qui:focus").wait_for()
            await strike(*"duport")
            await page.locator("#trouvees input[type=radio]").first.wait_for()
            await strike("Tab", "ArrowDown")  # to the list: the one found is chosen
            assert await page.locator("#trouvees input[type=radio]").first.is_checked()
            await strike("Tab", *"Nid-de-poule devant chez elle", "Tab", "Tab", "Tab", *"voi", "Enter")
            await page.wait_for_url("**/agent/demandes/*", timeout=60_000)
            await page.get_by_text("Demande enregistrée").first.wait_for()
            assert window.complaints == []
    finally:
        working.cancel()
    assert keys / KEYS_A_SECOND < SECONDS, f"{keys} keys"
    query = "select t.requester_id, t.channel, s.slug from ticket t join service s on s.id = t.service_id where t.reference <> $1"
    taken = await row(house, query, came["ticket"])
    first = await row(house, "select requester_id from ticket where reference = $1", came["ticket"])
    assert tuple(taken) == (first["requester_id"], "counter", "voirie")


async def test_everybody_can_read_and_use_the_pages_of_persons_and_the_counter(chromium: Browser, site: Site, house: House) -> None:
    await arrive(house, form({"telephone": "0639980100", "adresse": "12 rue des Pins"}))
    one = (await row(house, "select requester_id from ticket"))["requester_id"]
    for viewport in (DESK, PHONE):
        async with sitting(chromium, site, viewport=viewport, bypass_csp=True) as window:
            for path in ("/agent/guichet", "/agent/guichet?qui=dup", "/agent/personnes?q=dup", f"/agent/personnes/{one}"):
                await window.go(path)
                assert await obstacles(window.page) == [], path
                assert window.complaints == []
