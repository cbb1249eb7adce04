"""How far the updates of each bot have been taken: kept in the database, after they are in the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.accounts import Account

_queries = sql.load(__file__, "progress.sql")

# After a week without updates the next one may have any number (core.telegram.org/bots/api#update): an offset above it would have
# Telegram forget what was never given. Without one all that waits is given again, and the ledger knows what it has.
FORGOTTEN_AFTER = timedelta(days=6)


async def read(tx: Transaction, account: Account, now: datetime) -> int | None:
    """The number of the next update to ask for; None: whatever waits."""
    row = await _queries.read(tx.conn, collectivity_id=account.collectivity_id, account_id=account.id)
    return int(row["next"]) if row is not None and now - row["at"] < FORGOTTEN_AFTER else None


async def write(tx: Transaction, account: Account, following: int, now: datetime) -> None:
    """Sets down that everything below this number is in the ledger."""
    await _queries.write(tx.conn, collectivity_id=account.collectivity_id, account_id=account.id, next=following, at=now)
