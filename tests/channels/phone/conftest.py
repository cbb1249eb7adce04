"""A line of Sainte-Mer with its switchboard, the stories' fixtures, whose words `taken_in` takes in."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from grc.actions.house import House
from grc.settings import Settings
from tests.makers.agents import Browser, Door, Site, open_door
from tests.makers.switchboard import Switchboard, line
from tests.support.stories import house, relay, world
from tests.support.world import World

__all__ = ["house", "relay", "world"]


@pytest.fixture
async def switchboard(house: House, settings: Settings, site: Site) -> AsyncIterator[Switchboard]:
    """The switchboard of a line of Sainte-Mer."""
    async with aiohttp.ClientSession() as client:
        yield Switchboard(str(site.make_url(await line(house, settings))), client)


@pytest.fixture
async def door(site: Site, world: World) -> AsyncIterator[Door]:
    """Signs agents of the small world in."""
    async with open_door(site, world) as signed_in:
        yield signed_in


@pytest.fixture
async def claire(door: Door) -> Browser:
    """The head of all services of Sainte-Mer."""
    return await door("claire")
