"""Fixtures of the agents' pages: the small world, and browsers without a screen on one web process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.makers.agents import Browser, Door, Site, open_door
from tests.support.stories import house, relay, world
from tests.support.world import World

__all__ = ["house", "relay", "world"]


@pytest.fixture
async def door(site: Site, world: World) -> AsyncIterator[Door]:
    """Signs agents of the small world in: `claire = await door("claire")`."""
    async with open_door(site, world) as signed_in:
        yield signed_in


@pytest.fixture
async def claire(door: Door) -> Browser:
    """The head of all services of Sainte-Mer."""
    return await door("claire")
