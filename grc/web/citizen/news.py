"""Wakes the pages that wait a moment for what was just sent: one subscription per process, told which collectivity has news."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from aiohttp import web

from grc.queue.wake import MISSED


class News:
    """Who waits for news of which collectivity, in one web process."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}

    @contextmanager
    def of(self, collectivity_id: int) -> Iterator[asyncio.Event]:
        """An event set at each news of a collectivity's tickets; whoever waits clears it, then looks."""
        event, key = asyncio.Event(), str(collectivity_id)
        self._waiting.setdefault(key, set()).add(event)
        try:
            yield event
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]

    def tell(self, of: str) -> None:
        """News of a ticket, `<collectivity>:<ticket>:<what>`; everybody looks where some may have been missed."""
        told = [self._waiting.get(of.partition(":")[0], set())] if of != MISSED else list(self._waiting.values())
        for events in told:
            for event in events:
                event.set()

    async def run(self, news: AsyncIterator[str]) -> None:
        """Tells what arrives, until cancelled."""
        async for of in news:
            self.tell(of)


NEWS: web.AppKey[News] = web.AppKey("news", News)
