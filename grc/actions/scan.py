"""Files wait for the antivirus: claimed by lease, looked at with no connection to the database held, then free or kept out of reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from grc import files
from grc.actions.draft import Draft
from grc.clamav import Clamav, Unscannable
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Unavailable
from grc.tickets import store
from grc.tickets.model import TicketKey
from workflows.legal_notice import NOTICES

log = structlog.get_logger()
_queries = sql.load(__file__, "scan.sql")

LEASE = timedelta(minutes=10)  # several times what one look may take
AGAIN = timedelta(seconds=30)  # a daemon that went away while it looked
LONGEST_PAUSE = timedelta(hours=6)  # before a file it does not look at is offered again: its limits may have been raised


@dataclass(frozen=True, slots=True)
class Suspect:
    """A claimed file; `data` where it is small enough to lie in the database."""

    key: TicketKey
    message_id: int
    id: int
    name: str
    digest: bytes
    data: bytes | None
    tries: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How files stand: `troubled` of those that wait could not be looked at, the last one for the reason of `trouble`."""

    waiting: int
    troubled: int
    trouble: str
    infected: int


async def claim(db: Database, clamav: Clamav, now: datetime, most: int) -> list[Suspect]:
    """Leases up to `most` files. None while the daemon is away: that is no try of any of them."""
    if not await clamav.is_there():
        return []
    async with db.transaction(WORKER) as tx:
        rows = [row async for row in _queries.claim(tx.conn, now=now, until=now + LEASE, most=most)]
    return [
        Suspect(TicketKey(r["collectivity_id"], r["ticket_id"]), r["message_id"], r["id"], r["name"], r["digest"], r["data"], r["tries"])
        for r in rows
    ]


async def scan(db: Database, clamav: Clamav, suspect: Suspect, clock: Callable[[], datetime]) -> str:
    """Looks at one file: `clean`, `infected`, or `later` where it could not be looked at."""
    try:
        content = suspect.data if suspect.data is not None else await files.content(db.store, suspect.digest)
        harm = await clamav.scan(content)
    except Unavailable as error:
        return await _later(db, suspect, str(error), clock() + AGAIN)
    except Unscannable as error:
        return await _later(db, suspect, str(error), clock() + min(timedelta(minutes=2) * 2 ** min(suspect.tries, 10), LONGEST_PAUSE))
    async with db.transaction(WORKER) as tx:
        return await _infected(tx, suspect, harm, clock()) if harm else await _clean(tx, suspect)


async def standing(tx: Transaction) -> Standing:
    """How files stand, for whoever runs the installation."""
    row = await _queries.standing(tx.conn)
    return Standing(row["waiting"], row["troubled"], row["trouble"] or "", row["infected"])


async def _clean(tx: Transaction, suspect: Suspect) -> str:
    if await _settled(tx, suspect, "clean", None):
        tx.wake("ticket", f"{suspect.key.collectivity_id}:{suspect.key.id}:delivery")  # its page shows the file from now on
        tx.wake("outgoing")
    return "clean"


async def _infected(tx: Transaction, suspect: Suspect, harm: str, now: datetime) -> str:
    """Kept out of reach, said on the ticket; what would carry it does not leave."""
    ticket = await store.lock(tx, suspect.key)
    if not await _settled(tx, suspect, "infected", harm[:200]):
        return "overtaken"
    log.warning("scan.infected", collectivity=suspect.key.collectivity_id, ticket=suspect.key.id, file=suspect.id, harm=harm)
    draft = Draft(ticket.key, now, "Antivirus")
    draft.tell("file_infected", f"Le fichier « {suspect.name} » contient un programme nuisible ({harm}) : il n’est remis à personne.")
    where = {"collectivity_id": suspect.key.collectivity_id, "message_id": suspect.message_id}
    stopped = _queries.stop(tx.conn, **where, ticket_id=suspect.key.id, detail=f"« {suspect.name} » : {harm}", now=now)
    for to_addr in [row["to_addr"] async for row in stopped]:
        draft.tell("delivery_failed", f"Le message à {to_addr} n’est pas parti : le fichier « {suspect.name} » est nuisible.")
        kind = await _queries.message_kind(tx.conn, **where)
        draft.columns["alarm"] = "notice_failed" if kind in NOTICES else "delivery_failed"
    await store.write(tx, draft.amending(ticket))
    return "infected"


async def _settled(tx: Transaction, suspect: Suspect, found: str, detail: str | None) -> bool:
    key = suspect.key
    row = await _queries.settle(tx.conn, collectivity_id=key.collectivity_id, id=suspect.id, tries=suspect.tries, scan=found, detail=detail)
    return row is not None


async def _later(db: Database, suspect: Suspect, why: str, due: datetime) -> str:
    log.warning("scan.put_off", collectivity=suspect.key.collectivity_id, file=suspect.id, why=why)
    async with db.transaction(WORKER) as tx:
        await _queries.put_off(
            tx.conn, collectivity_id=suspect.key.collectivity_id, id=suspect.id, tries=suspect.tries, due=due, detail=why[:500]
        )
    return "later"
