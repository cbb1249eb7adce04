from tests.support.chromium import *
from tests.support.chromium import chromium
import time, asyncio
async def test_x(service, house, chromium):
    bad = 0
    for n in range(60):
      async with window(chromium) as other:
        await other.goto(f"{service.url}/agent")
        async with window(chromium) as page:
            log=[]
            t=time.monotonic()
            page.on("request", lambda r: log.append((round(time.monotonic()-t,2), "->", r.method, r.url[22:90])))
            page.on("response", lambda r: log.append((round(time.monotonic()-t,2), r.status, r.url[22:90])))
            page.on("requestfailed", lambda r: log.append((round(time.monotonic()-t,2), "FAILED", r.url[22:90], r.failure)))
            page.on("console", lambda m: log.append(("CONSOLE", m.text)))
            await page.goto(f"{service.url}/agent")
            await page.fill("#email", ["luc@sainte-mer.example","bea@boisvert.example"][n%2])
            await page.fill("#mot_de_passe", PASSWORD)
            try:
                async with page.expect_response(lambda response: response.url.endswith("/agent/flux") and response.status == 200, timeout=6000):
                    await page.get_by_role("button", name="Se connecter").click()
            except Error as e:
                bad += 1
                print("BAD", n)
                for l in log: print("   ", l)
                print(await page.evaluate("[typeof htmx, document.readyState, document.getElementById('flux').outerHTML, !!document.getElementById('flux')._htmx, Object.keys(document.getElementById('flux'))]"))
                async with aiohttp_get(service.url + "/healthz") as r: print(r)
    print("bad", bad); print(service.told("web"))
    assert 0
from contextlib import asynccontextmanager
import aiohttp
@asynccontextmanager
async def aiohttp_get(u):
    async with aiohttp.ClientSession() as c, c.get(u) as r:
        yield r.status
