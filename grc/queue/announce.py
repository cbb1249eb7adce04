"""Tells the other processes that there is news: after the commit, a few milliseconds' worth in one statement, on a connection of its own.

NOTIFY inside each transaction would make commits wait for one another: PostgreSQL takes one lock for the whole server from there to the
end of the synced commit. What is told here only spares a wait: who listens also looks by himself every second or two.
"""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import structlog

from grc.db.pool import LOST, connect

log = structlog.get_logger()

CHANNEL = "grc"
GATHER_SECONDS = 0.004
SEND_SECONDS = 5.0
MOST_KEPT = 10_000  # while the database is away; beyond, the polls find it
LONGEST = 7_900  # bytes of a payload PostgreSQL takes

News = tuple[str, str]  # on what ("received", "outgoing", "ticket"), of which


class Announcer:
    """Sends news. `announce` is to be called from the event loop and never waits."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._pending: dict[News, None] = {}  # in order, each once
        self._some = asyncio.Event()
        self._closing = False
        self._task: asyncio.Task[None] | None = None

    def announce(self, news: list[News]) -> None:
        """Takes news of a transaction that has just been committed."""
        if len(self._pending) < MOST_KEPT:
            self._pending.update(dict.fromkeys(news))
        self._some.set()
        if self._task is None and not self._closing:
            self._task = asyncio.create_task(self._run(), name="announce")

    async def close(self) -> None:
        """Sends what is left, then lets go of the connection."""
        self._closing = True
        self._some.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        conn: Any = None
        pause = 0.1
        while not self._closing or self._pending:
            try:
                if conn is None or conn.is_closed():
                    conn = await connect(self._url, name="grc announce", synchronous_commit="off")  # news is not worth an fsync
                await self._some.wait()
                if not self._closing:
                    await asyncio.sleep(GATHER_SECONDS)
                self._some.clear()
                await self._send(conn)
                pause = 0.1
            except LOST as error:
                log.warning("announce.put_off", error=str(error), waiting=len(self._pending))
                if conn is not None:
                    conn.terminate()
                    conn = None
                if self._closing:
                    break
                self._some.set()
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
        if conn is not None:
            conn.terminate()

    async def _send(self, conn: Any) -> None:
        sent, self._pending = self._pending, {}  # the same news once more, from now on, is other news
        payloads = [orjson.dumps({"on": on, "of": of}).decode() for on, of in sent]
        told = [payload for payload in payloads if len(payload.encode()) <= LONGEST]
        try:
            if told:
                await conn.execute("select pg_notify($1, p) from unnest($2::text[]) p", CHANNEL, told, timeout=SEND_SECONDS)
        except BaseException:
            self._pending = sent | self._pending
            raise
