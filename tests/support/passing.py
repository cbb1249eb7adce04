"""Time that passes for what waits in the database, without waiting for it: an hour's outage is not an hour of test."""

from __future__ import annotations

from datetime import timedelta

from grc.db.transaction import WORKER, Database

_PENDING = "update received set due = due - $1::interval where outcome = 'pending'"
_LEAVING = "update outgoing set due = due - $1::interval where state in ('created', 'sending', 'temporary-failure')"

_ERRANDS = "update errand set due = due - $1::interval where done_at is null"


async def let_pass(db: Database, time: timedelta) -> None:
    """Every lease and every pause is so much older. While no worker runs, this is what it would find after that time."""
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(_PENDING, time)
        await tx.conn.execute(_LEAVING, time)
        await tx.conn.execute(_ERRANDS, time)
