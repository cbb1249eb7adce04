"""The rooms there are: the channels of `channels/`, and the modules that have code. The core names none of them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any, cast

from grc.messages.channel import Channel, Room
from grc.web.module import Module
from workflows import shelves


def channels(room: Room) -> dict[str, Channel]:
    """Every channel found in `channels/`, by its name. A folder that is not a channel is an error, told at once."""
    package = importlib.import_module("channels")
    found: dict[str, Channel] = {}
    for folder in sorted(module.name for module in pkgutil.iter_modules(package.__path__) if module.ispkg):
        room_module = importlib.import_module(f"channels.{folder}")
        channel = cast(Channel, room_module.channel(room))
        found[channel.name] = channel
    return found


def modules(room: Room) -> dict[str, Module]:
    """Every module that has code, by its name: of the program, and of the installation's own folder."""
    package = importlib.import_module("modules")
    for root in shelves.roots():
        if str(root) not in package.__path__:
            package.__path__.append(str(root))
    found: dict[str, Module] = {}
    for folder in shelves.folders(*shelves.roots()):
        if (folder / "__init__.py").is_file():
            made = _maker(importlib.import_module(f"modules.{folder.name}"))
            if made is not None:
                module = cast(Module, made(room))
                found[module.name] = module
    return found


def _maker(of: ModuleType) -> Callable[[Room], Any] | None:
    return getattr(of, "module", None)
