"""One world for the tests that only look at it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from grc import demo
from grc.db.transaction import Database
from grc.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture
async def world(db: Database, settings: Settings) -> Database:
    """A database with the demonstration in it, as of NOW."""
    assert await demo.ensure(db, settings, NOW)
    return db
