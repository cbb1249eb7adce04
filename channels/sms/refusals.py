"""Who no longer wants text messages from a number of ours, since when, and how we know."""

from __future__ import annotations

from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "refusals.sql")


async def note(tx: Transaction, collectivity_id: int, account: str, address: str, how: str, now: datetime) -> None:
    """From now on nothing leaves for this address by this account. The first refusal is the one that is kept."""
    await _queries.note(tx.conn, collectivity_id=collectivity_id, account=account, address=address, how=how, now=now)


async def lift(tx: Transaction, collectivity_id: int, account: str, address: str) -> bool:
    """Texts may leave again; whether they might not before."""
    return await _queries.lift(tx.conn, collectivity_id=collectivity_id, account=account, address=address) is not None


async def since(tx: Transaction, collectivity_id: int, account: str, address: str) -> datetime | None:
    """Since when this address refuses texts of this account; None where it does not."""
    found: datetime | None = await _queries.since(tx.conn, collectivity_id=collectivity_id, account=account, address=address)
    return found
