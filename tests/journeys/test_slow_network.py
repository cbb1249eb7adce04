"""An agent on a slow line: the page comes in pieces, in whatever order, and is live all the same."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Route, expect

from tests.support.chromium import Desk, window
from tests.support.mails import mail, post
from tests.support.processes import Service
from tests.support.world import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("late", ["htmx.min.js", "hx-sse.min.js", "agent.js", "icons.svg"])
async def test_a_page_whose_parts_come_late_is_live_all_the_same(service: Service, chromium: Browser, late: str) -> None:
    async def slowly(route: Route) -> None:
        await asyncio.sleep(0.4)  # the line, not the test, takes its time
        await route.continue_()

    async with window(chromium) as page:
        await page.route(f"**/{late}*", slowly)
        await page.goto(f"{service.url}/agent")
        await page.fill("#email", "paul@sainte-mer.example")
        await page.fill("#mot_de_passe", PASSWORD)
        async with page.expect_response(lambda response: response.url.endswith("/agent/flux") and response.status == 200):
            await page.get_by_role("button", name="Se connecter").click()
        assert (await post(service.lmtp_port, mail("Bonjour.")))[0] == 250
        paul = Desk(page)
        await expect(paul.rows.filter(has_text="Lampadaire éteint")).to_be_visible()
        await paul.open("Lampadaire éteint")
