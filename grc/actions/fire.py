"""A deadline passes unmet: the engine says what follows, and it follows once, even after days of downtime."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import structlog

from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.actions.house import House
from grc.db import sql
from grc.db.transaction import WORKER
from grc.errors import Raced, Unavailable
from grc.tickets import store
from grc.tickets.model import TicketKey
from workflows.engine import Happening, step

log = structlog.get_logger()
_queries = sql.load(__file__, "fire.sql")

BATCH = 50  # deadlines read at once


async def fire(house: House, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Acts on all deadlines that have passed, each in a transaction of its own, until `stopped`; how many it acted on."""
    acted, after, after_id = 0, datetime.min.replace(tzinfo=UTC), 0
    while not stopped():
        async with house.db.transaction(WORKER) as tx:
            rows = [row async for row in _queries.passed(tx.conn, now=now, after=after, after_id=after_id, most=BATCH)]
        for row in rows:
            acted += await _acted(house, row, now)
        if len(rows) < BATCH:
            break
        after, after_id = rows[-1]["due_at"], rows[-1]["id"]
    return acted


async def _acted(house: House, row: Any, now: datetime) -> bool:
    """Whether it was acted on. One that fails is told and tried again at the next pass; it never stops those behind it."""
    try:
        return await _fire(house, row, now)
    except Raced:
        return False
    except Unavailable:
        raise
    except Exception:
        log.exception("deadline.failed", collectivity=row["collectivity_id"], ticket=row["ticket_id"], kind=row["kind"])
        return False


async def _fire(house: House, row: Any, now: datetime) -> bool:
    key = TicketKey(row["collectivity_id"], row["ticket_id"])
    async with house.db.transaction(WORKER) as tx:
        ticket = await store.lock(tx, key)  # before its deadline, like everybody: the other way round, two would wait for one another
        if await _queries.fired(tx.conn, collectivity_id=key.collectivity_id, id=row["id"], now=now) is None:
            return False
        definition = house.catalogue.get(ticket.type, ticket.version)
        draft = Draft(key, now, "Échéances")
        after = step(definition, ticket.state, Happening(f"deadline:{row['kind']}", "system"), now)
        apply(after.effects, draft, Means(definition, lambda _name: None, lambda _kinds: ()))
        if after.state != ticket.state:
            draft.columns["state"] = after.state
        if draft.columns or draft.events:
            await store.write(tx, draft.amending(ticket))
    return True
