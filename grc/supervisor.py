"""What `grc serve` does: starts the database, the web half and the working half in order, keeps them running, stops them in order."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

import structlog

from grc import clock
from grc.child import Child
from grc.db import embedded
from grc.db.migrate import migrate
from grc.db.reach import take_for_service
from grc.errors import GrcError, Misconfigured
from grc.settings import Settings, for_child, make_data_dir

log = structlog.get_logger()

HALVES = ("web", "worker")
STOP_SECONDS = 20.0
FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
PORT_SECONDS = 5.0
STEADY_SECONDS = 30.0  # one that ran so long fell by accident: no reason to wait before it runs again


async def serve(settings: Settings, *, demo: bool, started: Callable[[], None]) -> int:
    """Runs until SIGTERM or SIGINT. Should this process be killed outright, the kernel tells its children to end."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    make_data_dir(settings)
    async with _database(settings) as url:
        await _port_is_free(settings, stop)
        await migrate(url)
        here = settings.model_copy(update={"demo": demo, "database_url": Settings.model_validate({"database_url": url}).database_url})
        if demo and not stop.is_set():
            await _furnish(here)
        environment = for_child(GRC_DATABASE_URL=url, **({"GRC_DEMO": "1"} if demo else {}))
        if not stop.is_set():
            started()
        halves = [asyncio.create_task(_keep(half, environment, stop)) for half in HALVES]
        await asyncio.gather(*halves)
    return 0


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[str]:
    """The database that is set, or the embedded one, kept running for as long as the block runs."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    lock = await take_for_service(settings.data_dir)
    try:
        server = await embedded.start(settings.data_dir)
        over = asyncio.Event()
        keeper = asyncio.create_task(_keep_server(settings, server, over))
        try:
            yield server.url
        finally:
            over.set()
            await keeper
    finally:
        lock.close()


async def _keep_server(settings: Settings, server: embedded.Server, over: asyncio.Event) -> None:
    """Starts the embedded server again should it fall, until `over`; then ends it."""
    pause = FIRST_PAUSE
    while True:
        began = _time()
        if await _ends_before(server.child, over):
            log.error("serve.fell", part="postgres", status=server.child.status())
            pause = FIRST_PAUSE if _time() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        else:
            await server.stop()
            return
        while True:
            if await _set_within(over, pause):
                return
            try:
                server = await embedded.start(settings.data_dir)
                break
            except GrcError as error:
                log.error("serve.not_started", part="postgres", error=str(error))
                pause = min(pause * 2, LONGEST_PAUSE)


async def _keep(half: str, environment: Mapping[str, str], stop: asyncio.Event) -> None:
    """Runs one half in a process of its own, again should it fall, until `stop`."""
    pause = FIRST_PAUSE
    while not stop.is_set():
        began = _time()
        child = Child.start([sys.executable, "-m", "grc.cli.main", half], env=environment)
        if not await _ends_before(child, stop):
            await child.stop(STOP_SECONDS)
            return
        log.error("serve.fell", part=half, status=child.status())
        pause = FIRST_PAUSE if _time() - began > STEADY_SECONDS else min(pause * 2, LONGEST_PAUSE)
        await _set_within(stop, pause)


async def _port_is_free(settings: Settings, stop: asyncio.Event) -> None:
    """Waits for the port, which the halves of a killed service may still hold for a moment. Raises Misconfigured where it stays taken."""
    deadline = _time() + PORT_SECONDS
    while not stop.is_set():
        try:
            for family, kind, protocol, _, where in socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM):
                with socket.socket(family, kind, protocol) as tried:
                    tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    tried.bind(where)
            return
        except OSError as error:
            if _time() > deadline:
                raise Misconfigured(f"GRC_PORT : {settings.host}:{settings.port} ne peut pas être servi ({error.strerror})") from error
        await _set_within(stop, 0.1)


async def _furnish(settings: Settings) -> None:
    """Loads the demonstration into a database where there is nothing."""
    from grc.demo.load import ensure
    from grc.queue.database import open_database

    async with open_database(settings, "grc demo") as (db, _):
        await ensure(db, settings, clock.now())


async def _ends_before(child: Child, event: asyncio.Event) -> bool:
    """Waits for whichever comes first; True where the child ended and nobody had asked."""
    ends, asked = asyncio.create_task(child.wait()), asyncio.create_task(event.wait())
    await asyncio.wait({ends, asked}, return_when=asyncio.FIRST_COMPLETED)
    fell = ends.done() and not asked.done()
    for task in (ends, asked):
        task.cancel()
    return fell


async def _set_within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _time() -> float:
    return asyncio.get_running_loop().time()
