"""What must be done beyond the ticket that asked for it: claimed by lease, done once under the worker's role, told when it cannot be.

`create` opens a linked ticket here or in another collectivity; `tell` moves or writes to the tickets below, each by a `tell_one`; `closed`
and `reopened` are told to those that wait; `unlinked` ends the other side of a link; `enter` adds a line to a register; `call` tells
another program; `remap` brings a ticket to another version of its type; `pass_on` and `pass_back` carry a request to another body and back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from grc.actions import call, create, enter, relatives, remap, transfer
from grc.actions.draft import Draft
from grc.actions.retry import next_try
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Raced, Refused, Unavailable
from grc.tickets import store
from grc.tickets.model import TicketKey

log = structlog.get_logger()
_queries = sql.load(__file__, "errands.sql")
LEASE = timedelta(minutes=2)
MOST_TRIES = 30  # more than two days of put-offs need: those that tried it died, and a person must look


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed errand."""

    id: int
    key: TicketKey
    kind: str
    data: Mapping[str, Any]
    tries: int
    made_at: datetime


# What an errand does; a word it gives is what of it could not be done.
Do = Callable[[Transaction, Errand, datetime], Awaitable[str | None]]


async def _create(tx: Transaction, errand: Errand, now: datetime) -> None:
    await create.create_linked(tx, errand.key, errand.data, now)


async def _tell(tx: Transaction, errand: Errand, now: datetime) -> None:
    await relatives.tell_below(tx, errand.key, errand.data, errand.id, now)


async def _tell_one(tx: Transaction, errand: Errand, now: datetime) -> str:
    return await relatives.told(tx, errand.key, errand.data, now)


async def _phase(tx: Transaction, errand: Errand, now: datetime) -> None:
    await relatives.phase(tx, errand.key, now)


async def _unlinked(tx: Transaction, errand: Errand, now: datetime) -> None:
    await relatives.untied(tx, errand.key, errand.data, now)


async def _enter(tx: Transaction, errand: Errand, now: datetime) -> None:
    await enter.enter(tx, errand.key, errand.data, now)


async def _call(tx: Transaction, errand: Errand, now: datetime) -> None:
    await call.leave(tx, errand.key, str(errand.data["hook"]), now)


async def _remap(tx: Transaction, errand: Errand, now: datetime) -> None:
    await remap.remap(tx, errand.key, errand.data, now)


async def _pass_on(tx: Transaction, errand: Errand, now: datetime) -> None:
    await transfer.run_pass_on(tx, errand.key, errand.data, now)


async def _pass_back(tx: Transaction, errand: Errand, now: datetime) -> None:
    await transfer.run_pass_back(tx, errand.key, errand.data, now)


_DOES: Mapping[str, Do] = {
    "create": _create, "tell": _tell, "tell_one": _tell_one, "closed": _phase, "reopened": _phase, "unlinked": _unlinked,
    "enter": _enter, "call": _call, "remap": _remap,
    "pass_on": _pass_on, "pass_back": _pass_back,
}  # fmt: skip


async def claim(db: Database, now: datetime, most: int) -> list[Errand]:
    """Leases up to `most` errands that are due; the try counts even if this process dies the next instant."""
    async with db.transaction(WORKER) as tx:
        rows = [row async for row in _queries.claim(tx.conn, now=now, until=now + LEASE, most=most)]
    return [Errand(r["id"], TicketKey(r["collectivity_id"], r["ticket_id"]), r["kind"], r["data"], r["tries"], r["made_at"]) for r in rows]


async def run(db: Database, errand: Errand, clock: Callable[[], datetime]) -> str:
    """Does one errand in one transaction with its mark as done: `done`, `later`, or `failed` where it can never be."""
    if errand.tries > MOST_TRIES:
        return await _failed(db, errand, "Les processus qui l’ont essayée se sont arrêtés.", clock())
    try:
        async with db.transaction(WORKER) as tx:
            if not await _queries.done(tx.conn, collectivity_id=errand.key.collectivity_id, id=errand.id, tries=errand.tries, now=clock()):
                return "overtaken"
            left = await _DOES[errand.kind](tx, errand, clock())
            if left:
                await _queries.remark(tx.conn, collectivity_id=errand.key.collectivity_id, id=errand.id, why=left[:500])
        return "done"
    except (Raced, Unavailable) as error:
        return await _later(db, errand, str(error), clock())
    except Refused as error:
        return await _failed(db, errand, str(error), clock())
    except Exception as error:
        log.exception("errand.failed", errand=errand.id, kind=errand.kind, collectivity=errand.key.collectivity_id)
        return await _later(db, errand, f"{type(error).__name__}: {error}", clock())


async def _later(db: Database, errand: Errand, why: str, now: datetime) -> str:
    again = next_try(errand.tries, errand.made_at, now)
    if again is None:
        return await _failed(db, errand, why, now)
    async with db.transaction(WORKER) as tx:
        await _queries.put_off(tx.conn, collectivity_id=errand.key.collectivity_id, id=errand.id, due=again, why=why[:500])
    return "later"


async def _failed(db: Database, errand: Errand, why: str, now: datetime) -> str:
    """Given up: said on the ticket that asked, since a person must do it otherwise."""
    async with db.transaction(WORKER) as tx:
        ticket = await store.lock(tx, errand.key)
        if await _queries.give_up(tx.conn, collectivity_id=errand.key.collectivity_id, id=errand.id, now=now, why=why[:500]) is None:
            return "overtaken"  # another did it meanwhile
        draft = Draft(errand.key, now, "Suites")
        draft.tell("errand_failed", why[:500], kind=errand.kind)
        draft.columns["alarm"] = "errand_failed"
        await store.write(tx, draft.amending(ticket))
    return "failed"
