"""How a collectivity takes replies to its mails, and the addresses to which it writes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from grc.collectivities.model import REPLY_DAYS
from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "replies.sql")


@dataclass(frozen=True, slots=True)
class Muted:
    """An address whose owner reported a mail of ours: since when, and the request of that mail where the reader sees it."""

    address: str
    at: datetime
    reference: str


async def days(tx: Transaction, collectivity_id: int) -> int:
    """After how many days a reply to a closed request opens another one."""
    return await _queries.days(tx.conn, collectivity_id=collectivity_id) or REPLY_DAYS


async def keep(tx: Transaction, collectivity_id: int, days: int, agent_id: int, now: datetime) -> None:
    """Sets that number."""
    await _queries.keep(tx.conn, collectivity_id=collectivity_id, days=days, agent_id=agent_id, now=now)


async def muted(tx: Transaction, collectivity_id: int) -> Sequence[Muted]:
    """The addresses to which nothing automatic goes, the latest first."""
    return [Muted(r["address"], r["at"], r["reference"] or "") async for r in _queries.muted(tx.conn, collectivity_id=collectivity_id)]


async def is_muted(tx: Transaction, collectivity_id: int, address: str) -> bool:
    """Whether this address is one of them."""
    return bool(await _queries.is_muted(tx.conn, collectivity_id=collectivity_id, address=address.lower()))


async def lift(tx: Transaction, collectivity_id: int, address: str, agent_id: int, now: datetime) -> bool:
    """Takes an address off; whether it was one of them."""
    return await _queries.lift(tx.conn, collectivity_id=collectivity_id, address=address, agent_id=agent_id, now=now) is not None
