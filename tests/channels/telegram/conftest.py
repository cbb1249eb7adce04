"""The provider on the loopback, and the service with a bot of a commune or of the agency."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from grc.settings import Settings
from tests.channels.telegram.talk import Talk, talking
from tests.makers.telegram import Telegram, telegram
from tests.support.relay import Relay
from tests.support.stories import house, relay, service, world
from tests.support.world import World

__all__ = ["house", "relay", "service", "world"]

QUIET = {"smtp_port": 0, "lmtp_port": 0}


@pytest.fixture
async def there() -> AsyncIterator[Telegram]:
    """The Bot API."""
    async with telegram() as running:
        yield running


@pytest.fixture
async def town(settings: Settings, world: World, relay: Relay, there: Telegram) -> AsyncIterator[Talk]:
    """The bot of Sainte-Mer alone."""
    async with talking(settings, there, "40902", relay=f"smtp://127.0.0.1:{relay.port}", **QUIET) as talk:
        yield talk


@pytest.fixture
async def shared(settings: Settings, world: World, relay: Relay, there: Telegram) -> AsyncIterator[Talk]:
    """The bot of the agency, for all its members."""
    async with talking(settings, there, "200000017", relay=f"smtp://127.0.0.1:{relay.port}", **QUIET) as talk:
        yield talk
