"""Updates a second through the channel of Telegram, and how long an answer takes from the agent's click to the provider."""

from __future__ import annotations

import asyncio
import html
import re
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from channels.telegram.settings import read_account
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.demo.load import ensure
from grc.demo.world import logins
from grc.messages import accounts
from grc.messages.seal import Seal
from grc.queue.database import open_database
from tests.bench.installation import Installation, installation, say
from tests.bench.installation import answers as served
from tests.makers.agents import Browser
from tests.makers.telegram import Call, Citizen, Telegram
from tests.makers.telegram import telegram as provider

CITIZENS, ANSWERS = 300, 100
BETWEEN = 0.02  # seconds between two looks
STALLED = 60.0
TOWN = "40088"
FIRST = 50_000  # the number of the first citizen
ANSWER = "C’est réparé."
AGENT = next(login for login in logins() if login.email.endswith(f"@{TOWN}.example"))
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_WAY = re.compile(r'<select name="voie".*?<option value="([^"]+)"', re.DOTALL)


async def telegram(citizens: int = CITIZENS, answers: int = ANSWERS) -> dict[str, Any]:
    """The rate for citizens who each begin, choose and write, and the delay of answers one after the other."""
    async with installation() as here, provider() as there:
        here.env |= {"GRC_TELEGRAM_BASE_URL": there.url, "GRC_UNDO_SECONDS": "0"}
        async with open_database(here.settings, "bench") as (db, _):
            await ensure(db, here.settings, clock.now())
            new = read_account({"token": there.token})
            async with db.transaction(WORKER) as tx:
                await accounts.add(tx, "telegram", TOWN, new, Seal.of(here.settings).close(new.secrets))
            async with here.running("worker"), here.running("web"), signed_in(here) as agent:
                await there.heard("getUpdates", within=STALLED)
                rate = await _taken(db, there, citizens)
                delays = await _answered(db, there, agent, answers)
    say(f"telegram: {rate:.0f} updates a second; from the click to the provider {delays} ms")
    return {"telegram": {"updates_per_second": round(rate, 1), "click_to_provider_ms": delays}}


@asynccontextmanager
async def signed_in(here: Installation) -> AsyncIterator[Browser]:
    """The browser of an agent of the town, by the password of the demonstration."""
    await served(here.address)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        agent = Browser(client, here.address)
        answer = await agent.send("/agent/connexion", {"email": AGENT.email, "mot_de_passe": AGENT.password})
        if answer.status != 303:
            raise RuntimeError(f"/agent/connexion answered {answer.status}")
        yield agent


async def _taken(db: Database, there: Telegram, citizens: int) -> float:
    began = time.perf_counter()
    for number in range(citizens):
        who = Citizen(FIRST + number, f"Citoyen {number}", "", "")
        there.says("/start", who)
        there.presses("t:general", who)
        there.says("Le lampadaire est éteint.", who)
    deadline = time.monotonic() + STALLED + citizens
    query = "select count(*) from received where channel = 'telegram' and outcome <> 'pending'"
    while await _count(db, query) < 3 * citizens:
        if time.monotonic() > deadline:
            raise TimeoutError("not every update was decided")
        await asyncio.sleep(BETWEEN)
    taken = time.perf_counter() - began
    opened = await _count(db, "select count(*) from received where channel = 'telegram' and outcome = 'opened'")
    if opened != citizens:
        raise RuntimeError(f"{opened} requests of {citizens}")
    return 3 * citizens / taken


async def _answered(db: Database, there: Telegram, agent: Browser, answers: int) -> dict[str, float]:
    """Answers to one citizen after the other, once all that was said before has left."""
    waiting = "select count(*) from outgoing where channel = 'telegram' and state in ('created', 'sending', 'temporary-failure')"
    while await _count(db, waiting):
        await asyncio.sleep(BETWEEN)
    found = [await _delay(there, agent, await _reference(db, number)) for number in range(answers)]
    return {"p50": round(statistics.median(found), 1), "p95": round(sorted(found)[int(len(found) * 0.95)], 1)}


async def _delay(there: Telegram, agent: Browser, reference: str) -> float:
    """Milliseconds from the click under an answer to the provider, by the way that the page offers first."""
    path = f"/agent/demandes/{reference}"
    page = (await agent.get(path)).text
    csrf, way = _CSRF.search(page), _WAY.search(page)
    if csrf is None or way is None:
        raise RuntimeError(f"{path} has no box of answers")
    agent.csrf = csrf[1]
    before = len([call for call in there.calls if call.method.startswith("send")])

    async def received() -> tuple[Call, float]:
        calls = await there.heard("send", before + 1, within=STALLED)
        return calls[-1], time.perf_counter()

    async with asyncio.TaskGroup() as group:  # the provider may have it before the page answers
        receiving = group.create_task(received())
        began = time.perf_counter()
        answer = await agent.post(f"{path}/repondre", genre="reponse", texte=ANSWER, voie=html.unescape(way[1]))
        if answer.status != 303:
            raise RuntimeError(f"{path}/repondre answered {answer.status}")
    call, moment = receiving.result()
    if not call.text.startswith(ANSWER):
        raise RuntimeError(f"the provider got {call.text!r}")
    return (moment - began) * 1000


async def _reference(db: Database, number: int) -> str:
    async with db.transaction(WORKER) as tx:
        return str(await tx.conn.fetchval("select reference from ticket where answer_addr = $1", f"telegram:{FIRST + number}"))


async def _count(db: Database, query: str) -> int:
    async with db.transaction(WORKER) as tx:
        return int(await tx.conn.fetchval(query))
