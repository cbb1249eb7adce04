"""Work that waits in the database is claimed, done and claimed again: one small mechanism for arrivals, outbox and deadlines."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import structlog

from grc.errors import Unavailable

log = structlog.get_logger()

Item = TypeVar("Item")

POLL_SECONDS = 1.5  # a lost wake-up costs no more than this
PAUSE_SECONDS = 2.0  # before asking again a database that is away


async def work(
    name: str,
    claim: Callable[[int], Awaitable[Sequence[Item]]],
    do: Callable[[Item], Awaitable[None]],
    wake: asyncio.Event,
    stop: asyncio.Event,
    *,
    at_once: int,
) -> None:
    """Claims items and does `at_once` of them side by side, until `stop`; what is under way then is finished.

    `do` deals with the failures of one item; what it lets through is a bug, logged once. More is claimed before the last are
    done, in portions of twice `at_once`, so that claiming costs little and no claimed item waits long.
    """
    turns = asyncio.Semaphore(at_once)
    under_way: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        wake.clear()
        try:
            items = await claim(2 * at_once)
        except Unavailable as error:
            log.warning("work.database_away", work=name, error=str(error))
            await _first(stop, PAUSE_SECONDS)
            continue
        except Exception:  # a bug, or a race: it must not take with it what is under way
            log.exception("work.not_claimed", work=name)
            await _first(stop, PAUSE_SECONDS)
            continue
        if not items:
            await _idle(wake, stop)
        under_way |= {asyncio.create_task(_in_turn(turns, name, do, item)) for item in items}
        while len(under_way) > at_once // 2:
            _, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
    if under_way:
        await asyncio.wait(under_way)


async def _in_turn(turns: asyncio.Semaphore, name: str, do: Callable[[Item], Awaitable[None]], item: Item) -> None:
    async with turns:
        try:
            await do(item)
        except Unavailable as error:
            log.warning("work.put_off", work=name, error=str(error))  # its lease runs out, then it is claimed again
        except Exception:
            log.exception("work.failed", work=name)


async def _idle(wake: asyncio.Event, stop: asyncio.Event) -> None:
    """Waits for a wake-up, the end, or the poll; whatever is under way goes on."""
    waits = {asyncio.create_task(wake.wait()), asyncio.create_task(stop.wait())}
    await asyncio.wait(waits, timeout=POLL_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    for waiting in waits:
        waiting.cancel()


async def _first(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
