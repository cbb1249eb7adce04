"""A file that was handed in is kept: its bytes and its row in one commit. Only then may its source forget it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from channels.paper.bounds import MOST_BYTES
from grc import files
from grc.db import sql
from grc.db.transaction import WORKER, Database
from grc.errors import BadInput, Misconfigured

queries = sql.load(__file__, "store.sql")


@dataclass(frozen=True, slots=True)
class Handed:
    """A file and what is known of it. `source` is the name of the folder's account, `page` or `grc`; `service` a slug, empty where none is
    meant; `arrived_on` the day from which the law counts."""

    collectivity_id: int
    source: str
    name: str
    content: bytes
    arrived_on: date
    service: str = ""
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The scan it is, and since when; `new` is false where these very bytes had been handed in before."""

    id: int
    new: bool
    at: datetime


async def take(db: Database, handed: Handed, now: datetime) -> Taken:
    """Keeps a file, durably. BadInput where it is empty or too large; Unavailable where it cannot be kept now."""
    size = len(handed.content)
    if not 0 < size <= MOST_BYTES:
        raise BadInput("fichiers", f"Le fichier « {handed.name} » est vide, ou trop lourd\u00a0: {MOST_BYTES // 1024**2}\u00a0Mo au plus.")
    digest = await files.keep(db.store, handed.content)
    where = {"collectivity_id": handed.collectivity_id}
    async with db.transaction(WORKER) as tx:
        service = await queries.service(tx.conn, **where, slug=handed.service)
        if service is None:
            raise Misconfigured(
                f"the collectivity {handed.collectivity_id} has no service: add one, or its letters cannot be given to anybody"
            )
        await files.record(tx, handed.collectivity_id, [(digest, handed.content)])
        made = await queries.take(
            tx.conn, **where, source=handed.source, name=safe_name(handed.name), digest=digest, size=size, agent_id=handed.agent_id,
            service_id=service["id"], arrived_on=handed.arrived_on, now=now,
        )  # fmt: skip
        if made is not None:
            return Taken(int(made), True, now)
        known: Any = await queries.taken(tx.conn, **where, digest=digest)
    return Taken(known["id"], False, known["taken_at"])


def safe_name(name: str) -> str:
    """The name of a file as it may be shown and saved: no folder, no control character, not empty, not long."""
    plain = "".join(c if c.isprintable() and c not in '/\\<>:"|?*' else "-" for c in name.rpartition("/")[2]).strip(" .-")
    return plain[-120:] or "numerisation"
