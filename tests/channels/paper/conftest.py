"""The stories' fixtures, and files that are read to their end."""

from __future__ import annotations

import argparse
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from channels.paper import ingest
from grc.actions.house import House
from grc.messages.marks import Marks
from grc.settings import Settings
from tests.support.stories import house, relay, service, world

__all__ = ["house", "relay", "service", "world"]

Read = Callable[[str, bytes], Awaitable[dict[str, Any]]]


@pytest.fixture
def marks(settings: Settings) -> Marks:
    """The marks of this installation."""
    return Marks(settings.key("paper"))


@pytest.fixture
def read(house: House, settings: Settings, tmp_path: Path) -> Read:
    """What `grc ingest scan` says of a file of Sainte-Mer."""

    async def ingested(name: str, content: bytes) -> dict[str, Any]:
        path = tmp_path / name
        path.write_bytes(content)
        args = argparse.Namespace(collectivity="40902", service="", arrived=None, paths=[path])
        (line,) = [one async for one in ingest.ingest(args, house, settings)]
        return line

    return ingested
