"""What became of something a citizen sent, asked with the random number it was sent under."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from grc.db import sql
from grc.db.transaction import Database
from grc.web.citizen.news import NEWS
from grc.web.citizen.place import PUBLIC
from grc.web.parts import db

_queries = sql.load(__file__, "outcome.sql")

PATIENCE = 3.0  # seconds a person waits for a page without wondering
LOOK_AGAIN = 1.0  # should news be lost, or the outcome make none (set aside, unreadable)


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


async def outcome(database: Database, channel: str, source_id: str) -> Outcome | None:
    """What became of it up to now; None where nothing was received under this number."""
    async with database.transaction(PUBLIC) as tx:
        row = await _queries.receipt(tx.conn, channel=channel, source_id=source_id)
    return Outcome(row["outcome"], row["reference"] or "", row["tracking_token"] or "", row["received_at"]) if row else None


async def settled(request: web.Request, collectivity_id: int, channel: str, source_id: str, patience: float = PATIENCE) -> Outcome | None:
    """The same, once it is decided, or as it stands when patience ends."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    with request.app[NEWS].of(collectivity_id) as news:
        while True:
            news.clear()
            found = await outcome(db(request), channel, source_id)
            left = until - loop.time()
            if found is None or found.decided or left <= 0:
                return found
            try:
                await asyncio.wait_for(news.wait(), min(left, LOOK_AGAIN))
            except TimeoutError:
                pass
