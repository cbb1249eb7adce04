"""A campaign: very many deadlines are due at once, two workers act on them, one is killed in the midst of it. What was done is counted."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson

from grc import clock
from grc.child import Child
from grc.db.transaction import WORKER
from tests.makers.timers import timers
from tests.support.processes import until
from tests.support.world import SAINTE_MER, World


@dataclass(slots=True)
class Report:
    """What was counted: deadlines there were, those acted on at the kill and at the end, and how often their tickets were told."""

    timers: int
    at_kill: int = 0
    fired: int = 0
    told: int = 0
    twice: int = 0
    never: int = 0
    alarmed: int = 0
    seconds: float = 0.0

    def line(self) -> str:
        """The report as a line of JSON."""
        return orjson.dumps(self).decode()


class Workers:
    """Processes that watch deadlines and do nothing else."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        self._environment = environment
        self._log = log
        self._running: list[Child] = []

    def start(self) -> Child:
        """One more."""
        with self._log.open("ab") as log:
            command = [sys.executable, "-m", "grc.cli.main", "worker", "--only", "deadlines"]
            child = Child.start(command, env=dict(self._environment), output=log)
        self._running.append(child)
        return child

    async def kill(self, child: Child) -> None:
        """Ends one outright."""
        self._running.remove(child)
        child.signal(signal.SIGKILL)
        await child.wait()

    async def stop(self) -> None:
        """Ends all in order."""
        await asyncio.gather(*(child.stop(20.0) for child in self._running))

    def said(self) -> str:
        """The end of what they wrote."""
        return self._log.read_text(errors="replace")[-3000:]


async def campaign(world: World, workers: Workers, count: int, within: float) -> Report:
    """Makes so many deadlines, has them acted on by two workers, kills one after a quarter and starts another; counts."""
    report = Report(count)
    async with world.db.transaction(WORKER) as tx:
        await timers(tx.conn, SAINTE_MER, world.services[SAINTE_MER, "accueil"], count, clock.now() - timedelta(hours=1))

    async def after(part: int) -> int | None:
        """How many were acted on, once it is so many; the index of those that were not tells it without reading the others."""
        async with world.db.transaction(WORKER) as tx:
            query = "select count(*) from deadline where met_at is null and fired_at is null and paused_at is null"
            done = count - int(await tx.conn.fetchval(query))
        return done if done >= part else None

    try:
        first, _ = workers.start(), workers.start()
        await until(lambda: after(1), 60, workers.said)
        began = time.monotonic()
        report.at_kill = await until(lambda: after(count // 4), within, workers.said)
        await workers.kill(first)
        workers.start()
        report.fired = await until(lambda: after(count), within, workers.said)
        report.seconds = round(time.monotonic() - began, 1)
    finally:
        await workers.stop()
    await _count(world, report)
    return report


async def _count(world: World, report: Report) -> None:
    async with world.db.transaction(WORKER) as tx:
        told = Counter(row["ticket_id"] for row in await tx.conn.fetch("select ticket_id from event where what = 'late'"))
        report.alarmed = await tx.conn.fetchval("select count(*) from ticket where alarm = 'ack_late'")
    report.told = told.total()
    report.twice = sum(1 for times in told.values() if times > 1)
    report.never = report.timers - len(told)
