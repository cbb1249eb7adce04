"""Accounts listened to by this worker: its share of them, one supervisor each, which never dies and tells the operator what goes wrong."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Raced, Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import Health

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. The defaults are for the world; tests take shorter ones."""

    turn: float = 2.0  # between two looks at who has which account
    alive: float = 10.0  # after which a silent worker loses its accounts
    first_pause: float = 1.0  # after a first failure, then doubled
    longest_pause: float = 120.0


class Failures:
    """How often in a row it went wrong; whoever listens says `none` when it went well."""

    def __init__(self) -> None:
        self.count = 0

    def none(self) -> None:
        """It works."""
        self.count = 0


Listen = Callable[[Account, Failures], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Listening:
    """What the supervisors of one channel share. `listen` takes in what arrives on one account until it fails or is ended."""

    db: Database
    channel: str
    listen: Listen
    now: Callable[[], datetime]
    pace: Pace = Pace()

    async def run(self, stop: asyncio.Event) -> None:
        """Listens to this worker's share of the accounts until `stop`; accounts come, change and go meanwhile."""
        me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        watched: dict[int, tuple[Account, asyncio.Task[None]]] = {}
        try:
            while not stop.is_set():
                try:
                    now = self.now()
                    async with self.db.transaction(WORKER) as tx:
                        mine = await accounts.share(tx, self.channel, me, now, now + timedelta(seconds=self.pace.alive))
                except (Unavailable, Raced) as error:
                    log.warning("listening.database_away", channel=self.channel, error=str(error))
                else:
                    await self._reconcile(watched, mine)
                await _wait(stop, self.pace.turn)
        finally:
            await _end([task for _, task in watched.values()])
            try:
                async with self.db.transaction(WORKER) as tx:
                    await accounts.leave(tx, self.channel, me)
            except (Unavailable, Raced):
                pass  # they are free once this worker has been silent for a while

    async def _reconcile(self, watched: dict[int, tuple[Account, asyncio.Task[None]]], mine: Sequence[Account]) -> None:
        wanted = {account.id: account for account in mine}
        gone = [number for number, (account, task) in watched.items() if wanted.get(number) != account or task.done()]
        await _end([watched.pop(number)[1] for number in gone])
        for number, account in wanted.items():
            if number not in watched:
                watched[number] = (account, asyncio.create_task(self._supervise(account)))

    async def _supervise(self, account: Account) -> None:
        failures = Failures()
        while True:
            try:
                await self.listen(account, failures)
                continue
            except (Unavailable, Misconfigured, Raced) as error:
                why = str(error)
            except Exception as error:
                log.exception("listening.failed", channel=self.channel, account=account.name)
                why = f"{type(error).__name__}: {error}"
            failures.count += 1
            log.info("listening.trouble", channel=self.channel, account=account.name, error=why, failures=failures.count)
            try:
                async with self.db.transaction(WORKER) as tx:
                    patch = {"last_error": why, "last_error_at": self.now().isoformat(), "failures": failures.count}
                    await accounts.note(tx, account, patch)
            except (Unavailable, Raced):
                pass
            await asyncio.sleep(self._pause(failures.count))

    def _pause(self, failures: int) -> float:
        """Longer each time, never the same for everybody."""
        longest: float = min(self.pace.longest_pause, self.pace.first_pause * 2 ** min(failures - 1, 30))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, guards nothing


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass


def health(account: Account, what: str, late: timedelta, now: datetime) -> Health:
    """How an account is, by what its listener wrote down; `late`: after how long without a look something is wrong. Pure."""
    state = account.state
    if account.paused:
        return Health(what, True, "suspendu")
    if not account.listened:
        return Health(what, False, "aucun processus ne le relève", "démarrez grc worker")
    if state.get("failures"):
        told = f"{state.get('last_error')} ({state['failures']} échec(s) de suite)"
        return Health(what, False, told, "grc account test dit ce qui manque")
    try:
        looked = datetime.fromisoformat(str(state.get("looked_at")))
    except ValueError:
        return Health(what, True, "vient d’être ajouté")
    is_late = now - looked > late
    return Health(what, not is_late, f"relevé le {looked:%d/%m à %H:%M} UTC", "voyez le journal de grc worker" if is_late else "")
