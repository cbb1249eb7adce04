"""The inbox and the ticket page of an agent among 1,000, 100,000 and a million tickets, beside a bare handler."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from random import Random
from typing import Any

from grc import clock
from grc.child import Child
from grc.db.transaction import GATE
from grc.demo.load import ensure
from grc.demo.world import logins
from grc.queue.database import open_database
from grc.settings import for_child
from grc.tickets.inbox import View
from grc.web.sessions import COOKIE, begin
from tests.bench.bare import COLLECTIVITY
from tests.bench.installation import STOP_SECONDS, Installation, answers, free_port, installation, say
from tests.bench.meter import latency
from tests.makers.bulk import fill

SIZES = {"1k": 1_000, "100k": 100_000, "1M": 1_000_000}
REQUESTS = 600
TICKETS = 300  # different ones are asked for, open and closed
READER = next(login.email for login in logins() if login.email.startswith("maite."))  # she reaches every service of the collectivity


async def pages(names: Sequence[str], sizes: dict[str, int] = SIZES, requests: int = REQUESTS) -> dict[str, Any]:
    """`inbox`, `law` (what the law makes late), `ticket`, or all: the real pages at each size, then the bare ones."""
    figures: dict[str, Any] = {name: {} for name in names}
    async with installation() as here:
        async with open_database(here.settings, "bench") as (db, _):
            await ensure(db, here.settings, clock.now())
        for size, count in sizes.items():
            await _grow(here, count)
            ours = await _ours(here)
            async with here.running("web"):
                await answers(here.address)
                for name in names:
                    figures[name][size] = await latency(ours[name], {COOKIE: await _cookie(here)}, requests)
                    say(f"{name} {size}: {figures[name][size]}")
        async with _bare(here) as theirs:
            for name in (name for name in names if name in theirs):
                figures[name]["bare"] = await latency(theirs[name], {}, requests)
                say(f"{name} bare: {figures[name]['bare']}")
    return figures


async def _grow(here: Installation, count: int) -> None:
    conn = await here.owner()
    try:
        await conn.execute("set role grc_worker")
        there = await conn.fetchval("select count(*) from ticket where collectivity_id = $1", COLLECTIVITY)
        me = await conn.fetchval("select id from agent where email = $1", READER)
        await conn.execute("reset role")
        await fill(conn, COLLECTIVITY, count - there, me, clock.now(), _told(count))
    finally:
        await conn.close()


def _told(count: int) -> Callable[[str], None]:
    return lambda text: say(f"fill {count}: {text}")


async def _cookie(here: Installation) -> str:
    """Signs the reader in, as the sign-in page does once the password was right."""
    async with open_database(here.settings, "bench") as (db, _), db.transaction(GATE) as tx:
        reader = await tx.conn.fetchval("select id from agent where email = $1", READER)
        return await begin(tx, reader, "bench", clock.now())


async def _ours(here: Installation) -> dict[str, list[str]]:
    """The addresses to ask for."""
    conn = await here.owner()
    try:
        await conn.execute("set role grc_worker")
        query = "select reference from ticket where collectivity_id = $1 order by id desc limit 100000"
        found = [row["reference"] for row in await conn.fetch(query, COLLECTIVITY)]
    finally:
        await conn.close()
    chosen = Random(1).sample(found, min(TICKETS, len(found)))
    inbox = f"{here.address}/agent"
    return {
        "inbox": [inbox],
        "law": [f"{inbox}?vue={View.LAW_PASSED}"],
        "ticket": [f"{inbox}/demandes/{reference}" for reference in chosen],
    }


@asynccontextmanager
async def _bare(here: Installation) -> AsyncIterator[dict[str, list[str]]]:
    """The bare handler on the same tables, in its own process."""
    conn = await here.owner()
    try:
        await conn.execute("set role grc_worker")
        service = await conn.fetchval(
            "select service_id from ticket where collectivity_id = $1 and phase = 'open' group by 1 order by count(*) desc limit 1",
            COLLECTIVITY,
        )
        messages = [
            row["id"]
            for row in await conn.fetch("select id from message where collectivity_id = $1 order by id desc limit 100000", COLLECTIVITY)
        ]
    finally:
        await conn.close()
    port = free_port()
    child = Child.start([sys.executable, "-m", "tests.bench.bare", str(port), here.superuser_url, str(service)], env=for_child())
    address = f"http://127.0.0.1:{port}"
    try:
        await answers(address)
        chosen = Random(1).sample(messages, min(TICKETS, len(messages)))
        yield {"inbox": [f"{address}/inbox"], "ticket": [f"{address}/ticket/{message}" for message in chosen]}
    finally:
        await child.stop(STOP_SECONDS)
