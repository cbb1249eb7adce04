"""How far the notifications of an account were taken in, and the last statuses, which their writers may still change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.accounts import Account

_queries = sql.load(__file__, "progress.sql")

MOST_RECENT = 40


@dataclass(frozen=True, slots=True)
class Known:
    """A status as it was taken in: when it was edited last (empty: never), and whose it is."""

    edited: str
    acct: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Every notification up to `last_id` is in the ledger; None where none was ever taken. `recent` by status, the oldest first."""

    last_id: str | None = None
    recent: Mapping[str, Known] = field(default_factory=dict)

    def with_status(self, number: str, known: Known) -> Mapping[str, Known]:
        """The recent ones with one more, the oldest forgotten."""
        kept = {**{one: about for one, about in self.recent.items() if one != number}, number: known}
        return dict(list(kept.items())[-MOST_RECENT:])


async def read(tx: Transaction, account: Account) -> Progress:
    """Where to go on; from the very first notification where the account is to be read from its beginning."""
    row = await _queries.read(tx.conn, collectivity_id=account.collectivity_id, account_id=account.id)
    if row is not None and row["reading"] == account.reading:
        # an object in the database forgets its order: what is kept is a list
        return Progress(row["last_id"], {number: Known(edited, acct) for number, edited, acct in row["recent"]})
    return Progress("0" if account.reading else None)


async def write(tx: Transaction, account: Account, progress: Progress) -> None:
    """Sets down how far it was read. Whoever still works on an earlier reading changes nothing."""
    await _queries.write(
        tx.conn,
        collectivity_id=account.collectivity_id,
        account_id=account.id,
        reading=account.reading,
        last_id=progress.last_id or "",
        recent=[[number, known.edited, known.acct] for number, known in progress.recent.items()],
    )


async def tries(tx: Transaction, collectivity_id: int, outgoing_id: int) -> int:
    """How often a delivery was tried, this time included."""
    return int(await _queries.tries(tx.conn, collectivity_id=collectivity_id, id=outgoing_id) or 0)
