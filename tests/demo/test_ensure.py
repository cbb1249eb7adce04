"""The demonstration's world, made in a real database: whole, consistent, and made once."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from grc import demo
from grc.db.transaction import Database
from grc.settings import Settings

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


async def test_the_world_is_made(db: Database, settings: Settings) -> None:
    began = time.perf_counter()
    assert await demo.ensure(db, settings, NOW)
    print(time.perf_counter() - began)
