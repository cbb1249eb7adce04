"""A deadline passes unmet, or its reminder comes: the engine says what follows, and it follows once, even after days of downtime.

Any number of workers may do this at once. Each takes tickets that nobody holds and passes over the others, so that none waits for
another; what has passed is marked in the transaction that does what follows, so that it follows once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from grc.actions import digest, law_passed
from grc.actions.draft import Draft
from grc.actions.happen import happen
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Raced, Unavailable
from grc.tickets import store
from grc.tickets.model import Ticket, TicketKey
from grc.types import store as types
from workflows.definition import Definition
from workflows.engine import Happening
from workflows.legal_due import KINDS as LEGAL

log = structlog.get_logger()
_queries = sql.load(__file__, "fire.sql")

BATCH = 100  # deadlines to a transaction: whoever wants one of their tickets meanwhile waits that long
AGAIN = timedelta(minutes=5)  # before this process tries again what failed
_BEGINNING = (datetime(1970, 1, 1, tzinfo=UTC), 0)

# Tickets whose deadlines failed in this process, and when they are tried again.
Aside = dict[TicketKey, datetime]


async def fire(db: Database, now: datetime, stopped: Callable[[], bool] = lambda: False, aside: Aside | None = None) -> int:
    """Acts on all deadlines that have passed, many to a transaction, until `stopped`; how many it acted on.

    Where one fails, nothing of its batch is done and each of its tickets is taken alone: the one that fails is logged and put `aside`
    for a while, unfired, and the others never notice.
    """
    aside = {} if aside is None else aside
    acted, place = 0, _BEGINNING
    while not stopped():
        found: list[Any] = []
        keys: list[TicketKey] = []
        try:
            async with db.transaction(WORKER) as tx:
                found = [row async for row in _queries.passed(tx.conn, now=now, after=place[0], beyond=place[1], most=BATCH)]
                every = dict.fromkeys(TicketKey(row["collectivity_id"], row["ticket_id"]) for row in found)
                keys = [key for key in every if aside.get(key, now) <= now]
                acted += await _act(tx, keys, now)
        except Unavailable:
            raise
        except Exception as error:
            if not keys:  # none of them is to blame
                raise
            log.warning("deadlines.one_by_one", tickets=len(keys), error=f"{type(error).__name__}: {error}")
            acted += await _one_by_one(db, keys, now, aside)
        if len(found) < BATCH:
            break
        place = (found[-1]["due_at"], found[-1]["id"])
    return acted


async def _one_by_one(db: Database, keys: Sequence[TicketKey], now: datetime, aside: Aside) -> int:
    acted = 0
    for key in keys:
        try:
            async with db.transaction(WORKER) as tx:
                acted += await _act(tx, await store.hold_free(tx, [key]), now)
        except Unavailable:
            raise
        except Raced as error:
            log.warning("deadline.raced", collectivity=key.collectivity_id, ticket=key.id, error=str(error))
        except Exception:
            log.exception("deadline.failed", collectivity=key.collectivity_id, ticket=key.id)
            aside[key] = now + AGAIN
    return acted


async def _act(tx: Transaction, keys: Sequence[TicketKey], now: datetime) -> int:
    """Does what follows from all that has passed of tickets in hand, and writes it at once; how many deadlines and reminders."""
    if not keys:
        return 0
    named = {"collectivities": [key.collectivity_id for key in keys], "tickets": [key.id for key in keys]}
    fired: dict[TicketKey, list[Any]] = {}
    async for row in _queries.fired(tx.conn, **named, now=now):
        fired.setdefault(TicketKey(row["collectivity_id"], row["ticket_id"]), []).append(row)
    held = await store.held(tx, list(fired))
    drafts = [(held[key], await _follow(tx, held[key], rows, now)) for key, rows in fired.items()]
    await store.write_all(tx, [draft.amending(ticket) for ticket, draft in drafts if not draft.is_empty()])
    await digest.alert(tx, [(draft.key, alert) for _, draft in drafts for alert in draft.alerts], now)
    return sum(len(rows) for rows in fired.values())


async def _follow(tx: Transaction, ticket: Ticket, rows: Sequence[Any], now: datetime) -> Draft:
    """What follows from the deadlines of one ticket, in their order. One that an earlier one met or began anew is no longer due."""
    definition = await types.definition(tx, ticket.type, ticket.version, ticket.variant)
    draft = Draft(ticket.key, now, "Échéances")
    for row in sorted(rows, key=lambda row: (row["due_at"], row["id"])):
        if row["kind"] not in draft.met and row["kind"] not in draft.restarted and row["id"] not in draft.voided:
            family = "reminder" if row["reminds"] else "deadline"
            if row["kind"] in LEGAL:
                await _by_law(tx, ticket, definition, draft, row)
            await happen(tx, ticket, definition, draft, Happening(f"{family}:{row['kind']}", "system"))
    return draft


async def _by_law(tx: Transaction, ticket: Ticket, definition: Definition, draft: Draft, row: Any) -> None:
    if row["reminds"]:
        await law_passed.reminded(tx, ticket, draft, row["kind"], row["due_at"])
    else:
        await law_passed.passed(tx, ticket, definition, draft, row["kind"], row["due_at"])
