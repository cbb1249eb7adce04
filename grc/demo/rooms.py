"""What the channels have to tell in the demonstration by themselves: each folder with a `demo.py`, found by its name."""

from __future__ import annotations

import importlib.util
import pkgutil
from datetime import datetime

from grc.db.transaction import Transaction
from grc.settings import Settings


async def tell(tx: Transaction, settings: Settings, now: datetime) -> None:
    """Has each channel that has something tell it, in the order of their names."""
    package = importlib.import_module("channels")
    for folder in sorted(found.name for found in pkgutil.iter_modules(package.__path__) if found.ispkg):
        if importlib.util.find_spec(f"channels.{folder}.demo") is not None:
            await importlib.import_module(f"channels.{folder}.demo").tell(tx, settings, now)
