"""What the channels have to tell in the demonstration by themselves: each folder with a `demo.py`, found by its name."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import datetime

from grc.db.transaction import Transaction
from grc.settings import Settings


async def tell(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Has each channel that has something tell it, in the order of their names."""
    package = importlib.import_module("channels")
    for folder in sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg):
        try:
            module = importlib.import_module(f"channels.{folder}.demo")
        except ModuleNotFoundError:
            continue
        await module.tell(tx, settings, now)
