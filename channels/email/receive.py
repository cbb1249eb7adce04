"""Mail arrives: one supervisor for each mailbox of this worker, which connects, takes what is new, waits for more, and never dies."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from channels.email import progress
from channels.email.collect import House, NotTaken, Reading, collect
from channels.email.imap import Refused, Trouble
from channels.email.pace import Pace, pause
from channels.email.settings import Mailbox, Server, mailbox
from channels.email.signin import by_token, connected
from channels.email.slots import Slots
from channels.email.tokens import NoGrant, NoToken, Tokens
from grc.db.transaction import WORKER
from grc.errors import Misconfigured, Raced, Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.seal import Seal

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Watched:
    """A mailbox and the task that supervises it."""

    account: Account
    task: asyncio.Task[None]


@dataclass(frozen=True, slots=True)
class Means:
    """What the supervisors of this worker share."""

    house: House
    seal: Seal
    pace: Pace
    slots: Slots
    tokens: Tokens


async def receive(house: House, seal: Seal, pace: Pace, stop: asyncio.Event) -> None:
    """Collects the mail of this worker's share of the mailboxes until `stop`; accounts come, change and go meanwhile."""
    me = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
    means = Means(house, seal, pace, Slots(pace), Tokens(house.db, seal, house.now))
    watched: dict[int, Watched] = {}
    try:
        while not stop.is_set():
            try:
                now = house.now()
                async with house.db.transaction(WORKER) as tx:
                    mine = await accounts.share(tx, "email", me, now, now + timedelta(seconds=pace.alive))
            except (Unavailable, Raced) as error:
                log.warning("mail.database_away", error=str(error))
            else:
                await _reconcile(watched, mine, means)
            await _wait(stop, pace.turn)
    finally:
        await _end([one.task for one in watched.values()])
        await _leave(house, me)


async def _reconcile(watched: dict[int, Watched], mine: Sequence[Account], means: Means) -> None:
    """Ends the supervisors of accounts that are no longer ours or have changed, and starts those that are missing."""
    wanted = {account.id: account for account in mine}
    gone = [number for number, one in watched.items() if wanted.get(number) != one.account or one.task.done()]
    await _end([watched.pop(number).task for number in gone])
    for number, account in wanted.items():
        if number not in watched:
            watched[number] = Watched(account, asyncio.create_task(_supervise(account, means)))


async def _supervise(account: Account, means: Means) -> None:
    """One connection after another to one mailbox, each failure followed by a longer pause and told to the operator."""
    reading, house, pace = Reading(), means.house, means.pace
    while True:
        try:
            box = mailbox(account, means.seal)
            if box.imap is None:
                return  # its mail comes in by the door
            await _connection(box, box.imap, reading, means)
            continue  # it gave its place to another mailbox
        except (Trouble, Refused, NoGrant, NoToken, NotTaken, Misconfigured, Unavailable, Raced) as error:
            why = str(error)
        except Exception as error:
            log.exception("mail.supervisor_failed", account=account.name)
            why = f"{type(error).__name__}: {error}"
        reading.failures += 1
        log.info("mail.trouble", account=account.name, error=why, failures=reading.failures)
        await _note(house, account, connected_since=None, last_error=why, last_error_at=house.now().isoformat(), failures=reading.failures)
        await asyncio.sleep(pause(reading.failures, pace))


async def _connection(box: Mailbox, server: Server, reading: Reading, means: Means) -> None:
    """Takes what is new and waits for more, as long as the connection holds or until another mailbox needs its place."""
    house, pace = means.house, means.pace
    slot = means.slots.of(server.host, server.port)
    async with slot.taken():
        by = by_token(box, server, means.tokens)
        token = await by.token() if by is not None else None  # before it opens: a slow provider keeps no other mailbox waiting
        async with slot.opening:
            imap = await connected(server, pace, by, token)
        try:
            uidvalidity = await imap.select(box.folder)
            async with house.db.transaction(WORKER) as tx:
                reading.start(await progress.read(tx, box.account, box.folder, uidvalidity))
                await accounts.note(tx, box.account, {"connected_since": house.now().isoformat()})
            since = time.monotonic()
            while True:
                await collect(imap, box, reading, house)
                reading.failures = 0
                if imap.news:
                    continue
                if slot.wanted and time.monotonic() - since >= pace.yielding:
                    break
                await imap.wait_for_news(pace.yielding if slot.full else pace.idle)
        except BaseException:
            imap.drop("abandonnée")
            raise
        await imap.close()


async def _note(house: House, account: Account, **patch: str | int | None) -> None:
    """Tells the operator, where the database is there to be told."""
    try:
        async with house.db.transaction(WORKER) as tx:
            await accounts.note(tx, account, patch)
    except (Unavailable, Raced):
        pass


async def _leave(house: House, me: str) -> None:
    """Frees the accounts at once; without the database they are free once this worker has been silent for a while."""
    try:
        async with house.db.transaction(WORKER) as tx:
            await accounts.leave(tx, "email", me)
    except (Unavailable, Raced):
        pass


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
