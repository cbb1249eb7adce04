"""Connections to one server: no more than so many at once, no more than a few being opened, and turns where there are more mailboxes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from channels.email.pace import Pace


class Slot:
    """The connections to one server."""

    def __init__(self, pace: Pace) -> None:
        self._open = asyncio.Semaphore(pace.per_host)
        self.opening = asyncio.Semaphore(pace.opening)
        self._waiting = 0

    @property
    def wanted(self) -> bool:
        """Whether another mailbox waits for its turn on this server."""
        return self._waiting > 0

    @property
    def full(self) -> bool:
        """Whether no other connection may be opened."""
        return self._open.locked()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """One connection's place."""
        self._waiting += 1
        try:
            await self._open.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._open.release()


class Slots:
    """A slot for every server."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._by_host: dict[tuple[str, int], Slot] = {}

    def of(self, host: str, port: int) -> Slot:
        """The connections to this server."""
        return self._by_host.setdefault((host, port), Slot(self._pace))
