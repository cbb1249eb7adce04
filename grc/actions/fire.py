"""A deadline passes unmet: the engine says what follows, and it follows once, even after days of downtime."""

from __future__ import annotations

from datetime import datetime

from grc.actions.draft import Draft
from grc.actions.effects import Means, apply
from grc.actions.house import House
from grc.db import sql
from grc.db.transaction import WORKER, Transaction
from grc.tickets import store
from grc.tickets.model import TicketKey
from workflows.engine import Happening, step

_queries = sql.load(__file__, "fire.sql")

BATCH = 50  # deadlines in one transaction


async def fire(house: House, now: datetime) -> int:
    """Acts on up to BATCH deadlines that have passed, in one transaction; how many there were."""
    async with house.db.transaction(WORKER) as tx:
        rows = [row async for row in _queries.claim(tx.conn, now=now, most=BATCH)]
        for row in rows:
            await _fire(tx, house, TicketKey(row["collectivity_id"], row["ticket_id"]), row["kind"], now)
            await _queries.fired(tx.conn, collectivity_id=row["collectivity_id"], ids=[row["id"]], now=now)
    return len(rows)


async def _fire(tx: Transaction, house: House, key: TicketKey, kind: str, now: datetime) -> None:
    ticket = await store.lock(tx, key)
    definition = house.catalogue.get(ticket.type, ticket.version)
    draft = Draft(key, now, "Échéances")
    after = step(definition, ticket.state, Happening(f"deadline:{kind}", "system"), now)
    apply(after.effects, draft, Means(definition, lambda _name: None, lambda _kinds: ()))
    if after.state != ticket.state:
        draft.columns["state"] = after.state
    if draft.columns or draft.events:
        await store.write(tx, draft.amending(ticket))
