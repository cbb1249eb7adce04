"""Fixtures for whole stories: an inhabited database, the service's own parts or its processes on it, and the citizens' mail server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from grc.actions.house import House
from grc.app import compose
from grc.db.transaction import Database
from grc.settings import Settings
from tests.support.processes import Service
from tests.support.relay import Relay
from tests.support.world import World, found


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    """The mail server of the citizens."""
    running = Relay()
    await running.open()
    yield running
    await running.close()


@pytest.fixture
async def world(db: Database) -> World:
    """The small world, in the database of this test."""
    return await found(db)


@pytest.fixture
async def house(settings: Settings, world: World, relay: Relay) -> AsyncIterator[House]:
    """The parts of the service, put together by its own composition root, in this process."""
    given = {"relay": f"smtp://127.0.0.1:{relay.port}"}
    async with compose(Settings.model_validate(settings.model_dump() | given)) as composed:
        yield composed.house


@pytest.fixture
async def service(settings: Settings, world: World, relay: Relay) -> AsyncIterator[Service]:
    """The service in its two processes, ready."""
    assert settings.database_url is not None
    running = Service(settings.database_url.get_secret_value(), settings.data_dir, relay.port)
    running.start()
    try:
        await running.ready()
        yield running
    finally:
        await running.stop()
