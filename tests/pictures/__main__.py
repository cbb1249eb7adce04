"""`script/pictures FOLDER`: the pages of the demonstration as somebody sees them, at three widths, light and dark.

The inbox, a ticket, the form and the citizen's page. `FOLDER/ticket-1440-light.png`, where list and ticket stand side by side, is what the
README shows as `docs/pictures/inbox.png`.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from grc.demo.world import Login, logins
from tests.bench.installation import Installation, answers, installation, say

CHROMIUM = "/usr/bin/chromium"
WIDTHS: Mapping[int, int] = {1440: 900, 1000: 800, 360: 740}
SCHEMES = ("light", "dark")
# A ticket worth looking at: open, much said, with a note and a file.
_TICKET = """
    select t.reference, t.tracking_token from ticket t join message m on m.collectivity_id = t.collectivity_id and m.ticket_id = t.id
    where t.collectivity_id = 40192 group by t.collectivity_id, t.id
    order by (t.phase = 'open') desc, bool_or(m.direction = 'out' and m.author_id is not null) desc, bool_or(m.direction = 'note') desc,
             count(*) desc, max(t.last_at) desc limit 1
"""


async def take(folder: Path) -> None:
    """Serves a demonstration of its own and takes all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    login = next(login for login in logins() if login.email.startswith("maite."))
    async with installation(served=True) as here, here.running("serve", "--demo"):
        await answers(here.address, patience=120)
        reference, token = await _ticket(here)
        shown = {
            "inbox": "/agent",
            "ticket": f"/agent/demandes/{reference}",
            "form": "/40192/contact",
            "tracking": f"/suivi/{token}",
        }
        async with async_playwright() as player:
            browser = await player.chromium.launch(executable_path=CHROMIUM)
            for width, height in WIDTHS.items():
                for scheme in SCHEMES:
                    await _look(browser, here, login, shown, folder, width, height, scheme)
            await browser.close()


async def _ticket(here: Installation) -> tuple[str, str]:
    conn = await here.owner()
    try:
        await conn.execute("set role grc_worker")
        row = await conn.fetchrow(_TICKET)
        return row["reference"], row["tracking_token"]
    finally:
        await conn.close()


async def _look(
    browser: Browser, here: Installation, login: Login, shown: Mapping[str, str], folder: Path, width: int, height: int, scheme: Any
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="fr-FR", device_scale_factor=2
    )
    page = await context.new_page()
    await _sign_in(page, here, login)
    for name, path in shown.items():
        answer = await page.goto(here.address + path, wait_until="load")
        if answer is None or not answer.ok:
            raise RuntimeError(f"{path} answered {answer.status if answer else 'nothing'}")
        await page.evaluate("document.fonts.ready")
        agents = path.startswith("/agent")  # their panes scroll by themselves; a citizen's page is shown whole
        await page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=not agents)
        say(f"{name} {width} {scheme}")
    await context.close()


async def _sign_in(page: Page, here: Installation, login: Login) -> None:
    await page.goto(here.address + "/agent/connexion")
    await page.fill("input[type=email]", login.email)
    await page.fill("input[type=password]", login.password)
    await page.press("input[type=password]", "Enter")
    await page.wait_for_url("**/agent**")


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="script/pictures", description="Pictures of the demonstration's pages.")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    asyncio.run(take(parser.parse_args().folder))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
