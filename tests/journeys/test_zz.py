from tests.support.chromium import *
from tests.support.chromium import chromium
import time, asyncio
async def test_x(service, house, chromium):
    async with window(chromium) as page:
        t=time.monotonic()
        page.on("response", lambda r: print(round(time.monotonic()-t,2), r.status, r.request.method, r.url[:120]))
        page.on("requestfailed", lambda r: print(round(time.monotonic()-t,2), "FAILED", r.url[:120], r.failure))
        page.on("console", lambda m: print("CONSOLE", m.text))
        await page.goto(f"{service.url}/agent")
        await page.fill("#email", "luc@sainte-mer.example")
        await page.fill("#mot_de_passe", PASSWORD)
        await page.get_by_role("button", name="Se connecter").click()
        await page.locator("#liste").wait_for()
        await asyncio.sleep(4)
        print(await page.content())
    assert 0
