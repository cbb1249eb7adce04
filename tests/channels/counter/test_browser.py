"""The counter in a real Chromium: by the keyboard alone, in less time than it takes to say it; read by everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Browser

from grc import clock
from grc.actions import intake
from grc.actions.house import House
from tests.makers.agents import Site, address
from tests.support.arrivals import arrive, form, row
from tests.support.chromium import chromium
from tests.support.world import PASSWORD, World
from tests.web.test_browser import DESK, PHONE, obstacles, sitting

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

KEYS = 58  # from a known person to a request taken, the questions of a type answered
KEYS_A_SECOND = 4  # of somebody who types with some practice: 48 words a minute
SECONDS = 30


async def work(house: House) -> None:
    """The worker, until it is told to stop."""
    while True:
        for claimed in await intake.claim(house, clock.now(), 10):
            await intake.take_in(house, claimed, clock.now)
        await asyncio.sleep(0.1)


async def test_a_request_with_the_questions_of_its_type_is_taken_by_the_keyboard_alone_in_less_than_thirty_seconds(
    chromium: Browser, site: Site, house: House, world: World, record_property: Callable[[str, object], None]
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
                    keys += 2 if len(key) == 1 and key.isupper() else 1  # a capital takes the shift key, too

            await strike("g")
            await page.wait_for_url("**/agent/guichet")
            await page.locator("#qui:focus").wait_for()
            await strike(*"duport")
            await page.locator("#trouvees input[type=radio]").first.wait_for()
            await strike("Tab", "ArrowDown")  # to the list: the one found is chosen
            assert await page.locator("#trouvees input[type=radio]").first.is_checked()
            await strike("Tab", *"Devant chez elle", "Tab", "Tab", *"chau", "Tab")
            await page.locator("#champs [name='c.dommage']").wait_for()
            await strike("Tab", *"12 rue des Pins", "Tab", *"un t", "Tab", "Enter")
            await page.wait_for_url("**/agent/demandes/*", timeout=60_000)
            await page.get_by_text("Demande enregistrée").first.wait_for()
            assert window.complaints == []
    finally:
        working.cancel()
    record_property("keystrokes", keys)
    assert keys == KEYS
    assert keys / KEYS_A_SECOND < SECONDS
    query = "select t.requester_id, t.channel, t.fields, s.slug from ticket t join service s on s.id = t.service_id where t.reference <> $1"
    taken = await row(house, query, came["ticket"])
    first = await row(house, "select requester_id from ticket where reference = $1", came["ticket"])
    assert (taken["requester_id"], taken["channel"], taken["slug"]) == (first["requester_id"], "counter", "voirie")
    assert (taken["fields"]["lieu"]["text"], taken["fields"]["dommage"]) == ("12 rue des Pins", "trou")


async def test_a_lost_session_keeps_what_was_typed_the_person_and_the_answers(chromium: Browser, site: Site, house: House) -> None:
    await arrive(house, form())
    async with sitting(chromium, site) as window:
        page = window.page
        await window.go("/agent/guichet")
        await page.fill("#qui", "duport")
        await page.locator("#trouvees input[type=radio]").first.check()
        await page.fill("#type", "chau")
        await page.press("#type", "Tab")
        await page.fill("[name='c.lieu.text']", "12 rue des Pins")
        await page.select_option("[name='c.dommage']", "trou")
        await page.select_option("#voie", "phone")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Enregistrer la demande").click()
        await page.wait_for_url("**/agent/connexion*")
        await page.fill("#email", address("claire"))
        await page.fill("#mot_de_passe", PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.wait_for_url("**/agent")
        await window.go("/agent/guichet")
        await page.get_by_text("Brouillon retrouvé").wait_for()
        assert await page.locator("#trouvees input[type=radio]").first.is_checked()
        assert await page.input_value("[name='c.lieu.text']") == "12 rue des Pins"
        assert await page.input_value("[name='c.dommage']") == "trou"
        assert await page.input_value("#voie") == "phone"


async def test_everybody_can_read_and_use_the_pages_of_persons_and_the_counter(chromium: Browser, site: Site, house: House) -> None:
    await arrive(house, form({"telephone": "0639980100", "adresse": "12 rue des Pins"}))
    one = (await row(house, "select requester_id from ticket"))["requester_id"]
    for viewport in (DESK, PHONE):
        async with sitting(chromium, site, viewport=viewport, bypass_csp=True) as window:
            for path in ("/agent/guichet", "/agent/guichet?qui=dup&type=chau", "/agent/personnes?q=dup", f"/agent/personnes/{one}"):
                await window.go(path)
                assert await obstacles(window.page) == [], path
                assert window.complaints == []
