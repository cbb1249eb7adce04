"""One world for the tests that only look at it: made once in each test process, then cloned."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import asyncpg
import pytest

from grc import demo
from grc.db.transaction import Database
from grc.queue.database import open_database
from grc.settings import Settings
from tests.support import postgres

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
INHABITED = "template_demo"


@pytest.fixture(scope="session")
def template(server: postgres.TestServer, template: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database to clone with the demonstration in it, as of NOW; another folder's tests may have made it already."""
    given = {"database_url": server.url(INHABITED), "secret": "un secret pour les essais, assez long", "port": 0}
    settings = Settings.model_validate({"data_dir": tmp_path_factory.mktemp("demo"), **given})

    async def make() -> None:
        conn = await asyncpg.connect(server.url("postgres"))
        made = await conn.fetchval("select true from pg_database where datname = $1", INHABITED)
        if not made:
            await conn.execute(f"create database {INHABITED} template {template}")
        await conn.close()
        if made:
            return
        async with open_database(settings, "grc test") as (db, _):
            assert await demo.ensure(db, settings, NOW)

    asyncio.run(make())
    return INHABITED


@pytest.fixture
def world(db: Database) -> Database:
    """A database with the demonstration in it, as of NOW."""
    return db
