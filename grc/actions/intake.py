"""Arrivals claimed from the ledger, received one by one: a bad one never blocks the next, and ends in quarantine, seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from grc.actions.house import House
from grc.actions.receive import receive
from grc.db.transaction import WORKER
from grc.errors import Overtaken, Raced, Unavailable
from grc.messages import ledger
from grc.messages.ledger import Claimed

log = structlog.get_logger()

LEASE = timedelta(minutes=2)
MOST_TRIES = 5  # after so many, a person must look
MOST_RACES = 20  # how often another may be faster within one try
PAUSE = timedelta(seconds=15)
REPEATABLE = replace(WORKER, repeatable=True)


async def claim(house: House, now: datetime, most: int) -> list[Claimed]:
    """Leases up to `most` arrivals never tried before. One committed statement: a crash afterwards counts as a try."""
    async with house.db.transaction(REPEATABLE) as tx:
        return await ledger.claim(tx, now, now + LEASE, most)


async def claim_suspect(house: House, now: datetime) -> list[Claimed]:
    """Leases one arrival that was tried before and not decided: perhaps it killed its worker, perhaps it only stood beside one that did.

    Taken one after the other, a suspect takes nobody with it, and the innocent are cleared at their second try.
    """
    async with house.db.transaction(WORKER) as tx:
        return await ledger.claim(tx, now, now + LEASE, 1, again=True)


async def take_in(house: House, claimed: Claimed, clock: Callable[[], datetime]) -> str:
    """Receives one arrival, and says what becomes of it when that fails: again at once, again later, or quarantine."""
    received = claimed.received
    try:
        if received.tries > MOST_TRIES:  # the processes that tried it died: it is poison until somebody has looked
            return await _quarantine(house, claimed, f"{MOST_TRIES} essais interrompus sans réponse", clock())
        return await _receive_despite_races(house, claimed, clock)
    except Overtaken:  # this worker slept longer than its lease, and another did the work
        log.warning("intake.overtaken", received=received.id, channel=received.channel)
        return "overtaken"
    except Unavailable as error:
        await _postpone(house, claimed, str(error), clock(), counts=False)
        return "pending"
    except Exception as error:
        log.exception("intake.failed", received=received.id, channel=received.channel, tries=received.tries)
        if received.tries >= MOST_TRIES:
            return await _quarantine(house, claimed, f"{type(error).__name__}: {error}"[:500], clock())
        await _postpone(house, claimed, f"{type(error).__name__}: {error}"[:500], clock(), counts=True)
        return "pending"


async def _receive_despite_races(house: House, claimed: Claimed, clock: Callable[[], datetime]) -> str:
    for _ in range(MOST_RACES):
        try:
            return await receive(house, claimed, clock())
        except Raced:
            continue
    raise Unavailable("others were faster, again and again")


async def _quarantine(house: House, claimed: Claimed, reason: str, now: datetime) -> str:
    async with house.db.transaction(WORKER) as tx:
        await ledger.finish(tx, claimed.received, "quarantined", reason, now)
    log.error("intake.quarantined", received=claimed.received.id, channel=claimed.received.channel, reason=reason)
    return "quarantined"


async def _postpone(house: House, claimed: Claimed, reason: str, now: datetime, *, counts: bool) -> None:
    async with house.db.transaction(WORKER) as tx:
        await ledger.postpone(tx, claimed.received, reason, now + PAUSE * claimed.received.tries, counts=counts)
