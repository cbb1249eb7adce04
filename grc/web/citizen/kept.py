"""Files kept while a form is being mended, so that nobody must choose them again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grc.db import sql
from grc.db.transaction import INTAKE, Database
from grc.messages.model import Attachment

_queries = sql.load(__file__, "kept.sql")

LIVES = timedelta(hours=12)  # as long as the page they were sent from
MOST_IN_ALL = 500_000_000  # bytes; beyond, the page says that they must be chosen again


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that waits for its form."""

    id: int
    file: Attachment


async def kept(db: Database, collectivity_id: int, sending: str, wanted: Collection[int] | None = None) -> list[Kept]:
    """The files kept for this sending. With `wanted`, those the citizen unticked are dropped for good."""
    async with db.transaction(INTAKE) as tx:
        rows = [row async for row in _queries.kept(tx.conn, collectivity_id=collectivity_id, sending=sending)]
        unwanted = [row["id"] for row in rows if wanted is not None and row["id"] not in wanted]
        if unwanted:
            await _queries.forget(tx.conn, collectivity_id=collectivity_id, sending=sending, ids=unwanted)
    return [Kept(row["id"], Attachment(row["name"], row["type"], row["data"])) for row in rows if row["id"] not in unwanted]


async def keep(db: Database, collectivity_id: int, sending: str, files: Sequence[Attachment], now: datetime) -> bool:
    """Keeps these files besides those already kept; False, and keeps none, where too much is kept already."""
    if not files:
        return True
    async with db.transaction(INTAKE) as tx:
        await _queries.sweep(tx.conn, before=now - LIVES)
        if await _queries.weight(tx.conn) + sum(file.size for file in files) > MOST_IN_ALL:
            return False
        for file in files:
            await _queries.keep(
                tx.conn, collectivity_id=collectivity_id, sending=sending, name=file.name, type=file.type, size=file.size,
                data=file.content, now=now,
            )  # fmt: skip
    return True


async def forget(db: Database, collectivity_id: int, sending: str) -> None:
    """The sending was taken: what was kept for it goes."""
    async with db.transaction(INTAKE) as tx:
        await _queries.forget_all(tx.conn, collectivity_id=collectivity_id, sending=sending)
