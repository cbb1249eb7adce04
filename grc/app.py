"""The composition root: settings, database, rooms, then the web half or the working half, and an ordered end."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from grc import clamav, clock, registry, worker
from grc.actions.accept import accept
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages.channel import Room
from grc.messages.model import Accepted, Arrival, TryLater
from grc.messages.signature import Signer
from grc.queue.database import open_database
from grc.queue.wake import Wake
from grc.records import store as records
from grc.settings import Settings
from grc.web.app import make_app
from grc.web.module import Module
from workflows.catalogue import catalogue
from workflows.register import registers


@dataclass(frozen=True, slots=True)
class Composed:
    """The house with what keeps it awake, and the modules whose pages it serves."""

    house: House
    wake: Wake
    modules: Mapping[str, Module]


@asynccontextmanager
async def compose(settings: Settings) -> AsyncIterator[Composed]:
    """Everything put together on one database; closed in the reverse order."""
    async with open_database(settings) as (db, wake):

        async def take(arrival: Arrival) -> Accepted | TryLater:
            return await accept(db, arrival, clock.now())

        catalogue()  # read now, not while the first mail waits for it
        room = Room(settings, db, take)
        yield Composed(
            House(
                db=db,
                channels=registry.channels(room),
                signer=Signer(settings.key("signature")),
                public_url=settings.url(),
                daily_cap=settings.daily_cap,
                clamav=clamav.configured(settings),
            ),
            wake,
            registry.modules(room),
        )


async def run_web(settings: Settings) -> None:
    """Serves pages and hooks until the process is told to stop."""
    async with compose(settings) as composed:
        house = composed.house
        app = make_app(settings, house.db, house.channels, composed.modules, composed.wake)
        runner = web.AppRunner(app, access_log=None, handle_signals=False)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port, reuse_port=True).start()
            await _told_to_stop().wait()
        finally:
            await runner.cleanup()


async def run_worker(settings: Settings, parts: Collection[str] | None = None) -> None:
    """Works until the process is told to stop."""
    async with compose(settings) as composed:
        async with composed.house.db.transaction(WORKER) as tx:
            await records.align(tx, registers())
        await worker.run(composed.house, composed.wake, _told_to_stop(), parts or worker.PARTS)


def _told_to_stop() -> asyncio.Event:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    return stop
