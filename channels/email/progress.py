"""How far each folder of each mailbox has been read: ours, never the flags of the server."""

from __future__ import annotations

from dataclasses import dataclass

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.accounts import Account

_queries = sql.load(__file__, "progress.sql")


@dataclass(frozen=True, slots=True)
class Progress:
    """Every mail up to `last_uid` is in the ledger, as the folder is numbered under `uidvalidity`."""

    uidvalidity: int
    last_uid: int


async def read(tx: Transaction, account: Account, folder: str, uidvalidity: int) -> Progress:
    """Where to go on; at the beginning where the folder is new, was numbered anew or is to be read again."""
    row = await _queries.read(
        tx.conn, collectivity_id=account.collectivity_id, account_id=account.id, folder=folder, reading=account.reading
    )
    if row is None or row["uidvalidity"] != uidvalidity:
        return Progress(uidvalidity, 0)
    return Progress(uidvalidity, row["last_uid"])


async def write(tx: Transaction, account: Account, folder: str, progress: Progress) -> None:
    """Sets down how far the folder has been read."""
    await _queries.write(
        tx.conn,
        collectivity_id=account.collectivity_id,
        account_id=account.id,
        folder=folder,
        reading=account.reading,
        uidvalidity=progress.uidvalidity,
        last_uid=progress.last_uid,
    )
