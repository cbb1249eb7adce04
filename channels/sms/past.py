"""What the database knows of texts that came and left, for those who talk to a provider."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.sms.gateway import TEXT
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.accounts import Account

_queries = sql.load(__file__, "past.sql")


def source_id(what: str, number: str) -> str:
    """What makes an arrival the same when it is offered again: by a call, by a list, by both."""
    return f"{what}:{number}"


async def unknown(tx: Transaction, account: Account, numbers: Sequence[str]) -> Sequence[str]:
    """Those of the texts a provider lists that the ledger has not, in the same order."""
    ids = [source_id(TEXT, number) for number in numbers]
    known = {
        row["source_id"]
        async for row in _queries.known(tx.conn, collectivity_id=account.collectivity_id, account=account.name, source_ids=ids)
    }
    return [number for number in numbers if source_id(TEXT, number) not in known]


async def unsettled(tx: Transaction, account: Account, since: datetime, until: datetime, most: int) -> Sequence[str]:
    """What the provider calls texts of ours that left between these moments and of which nothing was reported, the last ones first."""
    found = _queries.unsettled(tx.conn, account_of=account.collectivity_id, account=account.name, since=since, until=until, most=most)
    return [row["provider_id"] async for row in found]


async def was_tried(tx: Transaction, collectivity_id: int, outgoing_id: int) -> bool:
    """Whether this delivery was tried before, even if that attempt died with its process."""
    tries: int | None = await _queries.tries(tx.conn, collectivity_id=collectivity_id, id=outgoing_id)
    return (tries or 0) > 1


async def ours(tx: Transaction, account: str, ids: Sequence[str]) -> Sequence[str]:
    """Those of some identifiers of the provider that are noted of deliveries."""
    return [row["id"] async for row in _queries.ours(tx.conn, account=account, ids=list(ids))]
