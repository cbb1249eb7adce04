"""What became of something a citizen sent, asked with the random number it was sent under."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from grc.db import sql
from grc.db.transaction import Database
from grc.web.citizen.place import PUBLIC

_queries = sql.load(__file__, "outcome.sql")

PATIENCE = 3.0  # seconds a person waits for a page without wondering
_PAUSES = (0.03, 0.05, 0.08, 0.12, 0.2, 0.3, 0.4, 0.6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A line of the ledger as its sender may see it. Reference and token are empty as long as no ticket has it."""

    outcome: str
    reference: str
    tracking_token: str
    received_at: datetime

    @property
    def decided(self) -> bool:
        """Whether the worker has dealt with it."""
        return self.outcome != "pending"


async def outcome(db: Database, channel: str, source_id: str) -> Outcome | None:
    """What became of it up to now; None where nothing was received under this number."""
    async with db.transaction(PUBLIC) as tx:
        row = await _queries.receipt(tx.conn, channel=channel, source_id=source_id)
    return Outcome(row["outcome"], row["reference"] or "", row["tracking_token"] or "", row["received_at"]) if row else None


async def settled(db: Database, channel: str, source_id: str, patience: float = PATIENCE) -> Outcome | None:
    """The same, once it is decided, or as it stands when patience ends. A worker that is up decides within the first few looks."""
    loop = asyncio.get_running_loop()
    until, looks = loop.time() + patience, 0
    while True:
        found = await outcome(db, channel, source_id)
        left = until - loop.time()
        if found is None or found.decided or left <= 0:
            return found
        await asyncio.sleep(min(left, _PAUSES[min(looks, len(_PAUSES) - 1)]))
        looks += 1
