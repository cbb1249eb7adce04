"""What every test may ask for. A test that names `db` gets a migrated PostgreSQL database of its own, in about 25 ms.

pytest --postgres=/usr/lib/postgresql/15/bin      the same tests on another PostgreSQL
pytest -m database                                the tests that use one
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from grc import clock, registry
from grc.actions.accept import accept
from grc.db import embedded
from grc.db.migrate import migrate
from grc.db.transaction import Database
from grc.messages.channel import Room
from grc.messages.model import Accepted, Arrival, TryLater
from grc.queue.database import open_database
from grc.queue.wake import Wake
from grc.settings import Settings
from grc.web.app import make_app
from tests.support import postgres

CAMPAIGN = "a campaign: --long"
NO_FAULT = (CAMPAIGN, "does not apply:")  # reasons to skip that want nothing of the machine
_number = itertools.count(1)

# What is logged shows under a test that fails, without the values of every variable on the way.
structlog.configure(
    processors=[structlog.processors.add_log_level, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--postgres", metavar="FOLDER", type=Path, help="the folder of postgres and initdb to test on (default: the embedded one)"
    )
    parser.addoption("--update", action="store_true", help="writes anew what tests compare with: read the difference before committing")
    parser.addoption("--long", action="store_true", help="also the campaigns of several minutes")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    long = bool(config.getoption("--long"))
    for item in items:
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker("database")
        if item.get_closest_marker("long") and not long:
            item.add_marker(pytest.mark.skip(reason=CAMPAIGN))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where CI is set, a test that is skipped for want of a part is a test that failed; a campaign left out is neither."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true":
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if not any(why in str(report.longrepr) for why in NO_FAULT)]
    if skipped and session.exitstatus == 0:
        reporter.write_line(f"{len(skipped)} skipped where CI=true: a skip is a failure", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[postgres.TestServer]:
    """The PostgreSQL of this test process."""
    running = postgres.run(request.config.getoption("--postgres") or embedded.binaries())
    yield running
    running.stop()


@pytest.fixture(scope="session")
def template(server: postgres.TestServer) -> str:
    """A migrated database to clone, with nothing in it. `migrated` by the role an operator would be given."""

    async def make() -> None:
        conn = await asyncpg.connect(server.url("postgres"))
        await conn.execute("create database template_grc")
        await conn.close()
        await migrate(server.url("template_grc"))

    asyncio.run(make())
    return "template_grc"


@pytest.fixture
async def database_url(server: postgres.TestServer, template: str) -> AsyncIterator[str]:
    """The address of a fresh clone of the template, dropped afterwards."""
    name = f"test_{next(_number)}"
    conn = await asyncpg.connect(server.url("postgres"))
    try:
        await conn.execute(f"create database {name} template {template} strategy file_copy")
        yield server.url(name)
        await conn.execute(f"drop database {name} with (force)")
    finally:
        await conn.close()


@pytest.fixture
def settings(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Settings:
    """Settings for this test alone: its own database and data folder, no port in use; what can be made again is made once for all."""
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    cache = tmp_path_factory.getbasetemp() / "cache"
    given = {
        "database_url": database_url, "secret": "un secret pour les essais, assez long", "port": 0, "undo_seconds": 0, "geocoder_url": None,
    }  # fmt: skip
    return Settings.model_validate({"data_dir": data, "cache_dir": cache, **given})


@pytest.fixture
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, Wake]]:
    """The database and the ear, as the program opens them."""
    async with open_database(settings, "grc test") as both:
        yield both


@pytest.fixture
def db(opened: tuple[Database, Wake]) -> Database:
    """The database, with the transactions of `grc.db.transaction`."""
    return opened[0]


@pytest.fixture
def wake(opened: tuple[Database, Wake]) -> Wake:
    """An ear that hears what is announced."""
    return opened[1]


@pytest.fixture
async def app(settings: Settings, db: Database, wake: Wake) -> web.Application:
    """The web application with every room, not yet listening."""

    async def take(arrival: Arrival) -> Accepted | TryLater:
        return await accept(db, arrival, clock.now())

    room = Room(settings, db, take)
    return make_app(settings, db, registry.channels(room), registry.modules(room), wake)


@pytest.fixture
async def site(app: web.Application) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """A client of the application, which listens on a free port. Pass `allow_redirects=False` to see a redirect."""
    async with TestClient(TestServer(app)) as client:
        yield client
