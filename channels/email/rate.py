"""How many mails a relay is given a minute: one account of credit for all workers, in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.db import sql
from grc.db.transaction import WORKER, Database

_queries = sql.load(__file__, "rate.sql")

BURST_SECONDS = 10.0  # what it takes in so long may be given at once


async def wait(db: Database, relay: str, per_minute: int, now: datetime) -> datetime | None:
    """None where the relay may be given one more now, which this counts; else when it may be asked for again."""
    rate = per_minute / 60
    burst = max(1.0, rate * BURST_SECONDS)
    async with db.transaction(WORKER) as tx:
        taken = await _queries.take(tx.conn, relay=relay, burst=burst, rate=rate, now=now)
        if taken is not None:
            return None
        credit = await _queries.credit(tx.conn, relay=relay, rate=rate, now=now)
    # a whole burst is waited for, so that what waits asks seldom
    return now + timedelta(seconds=max(0.1, (burst - float(credit)) / rate))
