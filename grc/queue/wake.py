"""The ear of a process: hears the news of all processes and wakes who waits for it. Survives a restart of the database by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import structlog

from grc.db.pool import LOST, connect
from grc.queue.announce import CHANNEL

log = structlog.get_logger()

PULSE_SECONDS = 30.0  # a connection that died without a word is found by asking
MOST_WAITING = 1_000  # news a slow follower may owe; beyond, he is told once to look for himself
MISSED = ""  # told in place of news where some may have been lost


class Following:
    """The news on one subject for one follower, as an async iterator of what each is of; MISSED means: look for yourself."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)

    def tell(self, of: str) -> None:
        """Adds news; a follower who is far behind gets one MISSED for all."""
        if self._queue.full():
            while not self._queue.empty():
                self._queue.get_nowait()
            of = MISSED
        self._queue.put_nowait(of)

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        return await self._queue.get()


class Wake:
    """Where the parts of a process say what they wait for. It connects at the first wish and holds one connection until `close`."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._events: dict[str, asyncio.Event] = {}
        self._following: dict[str, set[Following]] = {}
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def event(self, on: str) -> asyncio.Event:
        """Set at each news on a subject; the one loop that waits for it clears it."""
        self._start()
        return self._events.setdefault(on, asyncio.Event())

    @contextmanager
    def follow(self, on: str) -> Iterator[Following]:
        """Each news on a subject, for any number of followers. After a gap it is told MISSED."""
        self._start()
        following = Following()
        self._following.setdefault(on, set()).add(following)
        try:
            yield following
        finally:
            self._following[on].discard(following)

    def _start(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="wake")

    async def listening(self) -> None:
        """Waits until news is heard."""
        await self._ready.wait()

    def hears(self) -> bool:
        """Whether news is heard at this moment."""
        return self._ready.is_set()

    async def close(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def dispatch(self, payload: str) -> None:
        """Wakes whom this news concerns. What another program says on the channel is passed over."""
        try:
            news = orjson.loads(payload)
            on, of = news["on"], news["of"]
        except (ValueError, TypeError, KeyError):
            return
        if not (isinstance(on, str) and isinstance(of, str)):
            return
        if (event := self._events.get(on)) is not None:
            event.set()
        for following in self._following.get(on, ()):
            following.tell(of)

    def _tell_all_to_look(self) -> None:
        """Between two connections news is lost: everybody looks once."""
        for event in self._events.values():
            event.set()
        for followers in self._following.values():
            for following in followers:
                following.tell(MISSED)

    async def _run(self) -> None:
        pause = 0.1
        while True:
            conn: Any = None
            try:
                conn = await connect(self._url, name="grc wake")
                lost = asyncio.Event()
                conn.add_termination_listener(lambda _conn, lost=lost: lost.set())
                await conn.add_listener(CHANNEL, lambda _conn, _pid, _channel, payload: self.dispatch(payload))
                self._ready.set()
                self._tell_all_to_look()
                pause = 0.1
                await self._until_lost(conn, lost)
                log.warning("wake.lost", error="connection closed")
            except LOST as error:
                log.warning("wake.lost", error=str(error))
            finally:
                self._ready.clear()
                if conn is not None:
                    conn.terminate()
            await asyncio.sleep(pause)
            pause = min(pause * 2, 5.0)

    async def _until_lost(self, conn: Any, lost: asyncio.Event) -> None:
        while not lost.is_set():
            try:
                await asyncio.wait_for(lost.wait(), PULSE_SECONDS)
            except TimeoutError:
                await conn.execute("select", timeout=5)
