"""The database is restarted, and crashes, while citizens write: both halves live on, nothing is lost and nothing is there twice."""

from __future__ import annotations

import asyncio
import signal
import smtplib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import asyncpg
import pytest

from grc.db import embedded
from grc.db.migrate import migrate
from grc.db.transaction import WORKER
from grc.queue.database import open_database
from grc.settings import Settings
from tests.support import browserless, postgres
from tests.support.mails import mail, post
from tests.support.passing import let_pass
from tests.support.processes import Service, answers, until
from tests.support.relay import Relay
from tests.support.world import World, found

MAILS, FORMS = 45, 6
HOWS = (signal.SIGINT, signal.SIGQUIT, signal.SIGINT)  # an operator's restart, a crash, a restart again


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[postgres.TestServer]:
    """A PostgreSQL of this test alone, which keeps what it says it committed."""
    running = postgres.run(request.config.getoption("--postgres") or embedded.binaries(), postgres.DURABLE)
    yield running
    running.stop()


@pytest.fixture
async def settings(server: postgres.TestServer, tmp_path: Path) -> Settings:
    """Settings on that server."""
    conn = await asyncpg.connect(server.url("postgres"))
    await conn.execute("create database lone")
    await conn.close()
    url = server.url("lone")
    await migrate(url)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    return Settings.model_validate({"data_dir": data, "database_url": url, "secret": "un secret pour les essais, assez long"})


@pytest.fixture
async def world(settings: Settings) -> World:
    """The small world on that server; the connection of this test is made anew after each restart."""
    async with open_database(settings, "grc test") as (db, _):
        return await found(db)


async def test_a_database_that_is_restarted_under_load_loses_nothing(
    server: postgres.TestServer, settings: Settings, world: World, service: Service, relay: Relay
) -> None:
    told: Counter[str] = Counter()

    async def write(number: int) -> None:
        raw = mail(f"Demande {number}.", sender=f"m{number}@habitants.example", subject=f"m{number}")
        while True:
            try:
                code, _ = await post(service.lmtp_port, raw, sender=f"m{number}@habitants.example")
            except (OSError, smtplib.SMTPException):
                code = 0
            told[str(code)] += 1
            if code == 250:
                return
            assert code in (0, 421, 451), f"{code}: a mail server would send it back to the citizen"
            await asyncio.sleep(0.1)

    async def asked(client: aiohttp.ClientSession) -> browserless.Page | None:
        async with client.get(f"{service.url}/40902/contact") as response:
            assert response.status in (200, 503)
            return browserless.read(await response.text()) if response.status == 200 else None

    async def fill_in(number: int) -> None:
        typed = {"objet": f"f{number}", "courriel": f"f{number}@habitants.example"}
        async with aiohttp.ClientSession() as client:
            page = await until(lambda: asked(client), 30, lambda: "the form is shown")
            while True:
                body = browserless.filled(page, typed)
                async with client.post(f"{service.url}/40902/contact", data=body, allow_redirects=False) as response:
                    text = await response.text()
                told[f"form {response.status}"] += 1
                if response.status == 303:
                    return
                assert (response.status, typed["objet"] in text) == (503, True), "what was typed stands on the page that says « later »"
                await asyncio.sleep(0.1)

    async def writing(share: int) -> None:
        waiting = [fill_in(number) for number in range(share, FORMS, len(HOWS))]
        await asyncio.gather(*waiting, *(write(number) for number in range(share, MAILS, len(HOWS))))

    for share, how in enumerate(HOWS):
        async with asyncio.timeout(60):
            under_way = asyncio.create_task(writing(share))
            await asyncio.sleep(0.05 * share)
            server.end(how)
            assert (await answers(service.url + "/healthz"), await answers(service.url + "/readyz")) == (200, 503), service.told("web")
            server.start()
            await under_way
            await service.ready()
    assert (service.status("web"), service.status("worker")) == (None, None), "neither half fell"

    await service.stop()
    async with open_database(settings, "grc test") as (db, _):
        await let_pass(db, timedelta(minutes=6))
        service.start()

        async def quiet() -> bool | None:
            async with db.transaction(WORKER) as tx:
                left = await tx.conn.fetchval("select count(*) from received where outcome = 'pending'")
            return left == 0 or None

        await until(quiet, 30, lambda: f"all is decided; {service.told('worker')}")
        async with db.transaction(WORKER) as tx:
            subjects = Counter(row["subject"] for row in await tx.conn.fetch("select subject from ticket"))
    assert subjects == Counter([f"m{n}" for n in range(MAILS)] + [f"f{n}" for n in range(FORMS)]), told
