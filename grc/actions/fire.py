"""A deadline passes unmet, or its reminder comes: the engine says what follows, and it follows once, even after days of downtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Raced, Unavailable
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types import store as types
from workflows.engine import Happening

log = structlog.get_logger()
_queries = sql.load(__file__, "fire.sql")

BATCH = 100  # deadlines acted on in one transaction


async def fire(db: Database, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Acts on all deadlines that have passed, many to a transaction, until `stopped`; how many it acted on.

    Any number of workers may do this at once: each takes tickets that nobody holds. One that fails is tried again alone, told, and
    never stops those behind it.
    """
    acted, beyond = 0, 0
    while not stopped():
        try:
            found, failing = await _batch(db, now, beyond, BATCH)
        except (Raced, Unavailable):
            raise
        except Exception:  # one of them: each alone, so that it takes nobody with it
            found, failing = await _one_by_one(db, now, beyond)
        acted += found
        if found == 0 and failing == 0:
            break
        beyond += failing
    return acted


async def _batch(db: Database, now: datetime, beyond: int, most: int) -> tuple[int, int]:
    """Acts on up to `most` deadlines in one transaction; how many. `beyond`: how many that fail stand before them."""
    async with db.transaction(WORKER) as tx:
        rows = [row async for row in _queries.passed(tx.conn, now=now, beyond=beyond, most=most)]
        keys = list(dict.fromkeys(TicketKey(row["collectivity_id"], row["ticket_id"]) for row in rows))
        held = await store.lock_many(tx, keys)
        for key, ticket in held.items():
            await _fire(tx, ticket, [row for row in rows if TicketKey(row["collectivity_id"], row["ticket_id"]) == key], now)
    return sum(TicketKey(row["collectivity_id"], row["ticket_id"]) in held for row in rows), 0


async def _one_by_one(db: Database, now: datetime, beyond: int) -> tuple[int, int]:
    acted, failing = 0, 0
    for _ in range(BATCH):
        try:
            done, _none = await _batch(db, now, beyond + failing, 1)
        except (Raced, Unavailable):
            raise
        except Exception:
            log.exception("deadline.failed", beyond=beyond + failing)
            failing += 1
            continue
        if done == 0:
            break
        acted += done
    return acted, failing


async def _fire(tx: Transaction, ticket: Ticket, rows: Sequence[Any], now: datetime) -> None:
    """What follows from the deadlines of one ticket, in their order."""
    key = ticket.key
    fired = {row["id"] async for row in _queries.fired(tx.conn, collectivity_id=key.collectivity_id, ids=[r["id"] for r in rows], now=now)}
    if not fired:
        return
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(key, now, "Échéances")
    for row in rows:
        if row["id"] in fired and not (row["kind"] in draft.met or row["kind"] in draft.restarted):
            family = "reminder" if row["reminds"] else "deadline"
            await happen(tx, ticket, definition, draft, Happening(f"{family}:{row['kind']}", "system"))
    if draft.columns or draft.events or draft.messages or draft.errands:
        await store.write(tx, draft.amending(ticket))
