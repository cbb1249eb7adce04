"""Fixtures for the pages of citizens: the small world, the site on it, and a worker that takes in what they send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from grc import clock
from grc.actions import intake
from grc.actions.house import House
from grc.messages.ledger import Claimed
from grc.queue.wake import Wake
from grc.queue.work import work
from grc.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The settings of a test, with a proof of work that costs little: what it costs is not what is tested."""
    return settings.model_copy(update={"form_proof_cost": 1})


@pytest.fixture
async def working(house: House, wake: Wake) -> AsyncIterator[House]:
    """The house, with a worker that takes in what arrives."""
    stop = asyncio.Event()

    async def claim(most: int) -> Sequence[Claimed]:
        return await intake.claim(house, clock.now(), most)

    async def take_in(claimed: Claimed) -> None:
        await intake.take_in(house, claimed, clock.now)

    received = wake.event("received")  # what asks for news first makes it be listened to
    await wake.listening()
    running = asyncio.create_task(work("intake", claim, take_in, received, stop, at_once=2))
    yield house
    stop.set()
    received.set()
    await running
