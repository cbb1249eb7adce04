"""The channels there are: one folder of `channels/` each. The core names none of them."""

from __future__ import annotations

import importlib
import pkgutil
from typing import cast

from grc.messages.channel import Channel, Room


def channels(room: Room) -> dict[str, Channel]:
    """Every channel found in `channels/`, by its name. A folder that is not a channel is an error, told at once."""
    package = importlib.import_module("channels")
    found: dict[str, Channel] = {}
    for folder in sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg):
        room_module = importlib.import_module(f"channels.{folder}")
        channel = cast(Channel, room_module.channel(room))
        found[channel.name] = channel
    return found
