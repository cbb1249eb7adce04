"""The accounts of a channel as whoever sends by them keeps them, for some seconds: not read anew for every message."""

from __future__ import annotations

import time

from grc.db.transaction import WORKER, Database
from grc.errors import Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account

REMEMBER_SECONDS = 10.0


class KeptAccounts:
    """Accounts of one channel by their name."""

    def __init__(self, db: Database, channel: str) -> None:
        self._db = db
        self._channel = channel
        self._kept: dict[str, tuple[Account | None, float]] = {}

    async def get(self, name: str) -> Account | None:
        """The account of this name, None where it is no longer in use. While the database is away, as it was last."""
        known, until = self._kept.get(name, (None, 0.0))
        if time.monotonic() < until:
            return known
        try:
            async with self._db.transaction(WORKER) as tx:
                known = await accounts.by_name(tx, self._channel, name)
        except Unavailable:
            if known is None:
                raise
        self._kept[name] = (known, time.monotonic() + REMEMBER_SECONDS)
        return known

    def forget(self, name: str) -> None:
        """Has it read anew the next time: it was refused, and may have been given another secret."""
        self._kept.pop(name, None)
