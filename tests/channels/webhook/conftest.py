"""The stories' fixtures, and a program that is called, on a port of the loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.channels.webhook.program import Program
from tests.support.stories import house, relay, service, world

__all__ = ["house", "relay", "service", "world"]


@pytest.fixture
async def program() -> AsyncIterator[Program]:
    """A program that answers 200 until it is told otherwise."""
    running = Program()
    await running.open()
    yield running
    await running.close()
