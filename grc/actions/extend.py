"""More files belong to a message that is there already: the pictures of an album arrive one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.model import Attachment, Settled
from grc.tickets.model import TicketKey

_queries = sql.load(__file__, "extend.sql")


async def extend(tx: Transaction, key: TicketKey, message_id: int, files: Sequence[Attachment], now: datetime) -> Settled:
    """Adds these files to a message of this ticket. The words of the message stay."""
    added = await attach(tx, key.collectivity_id, files)
    await _queries.extend(
        tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, message_id=message_id,
        files=[
            {"name": a.name, "type": a.type, "size": a.size, "digest": "\\x" + a.digest.hex(), "inline": a.inline,
             "scan": "waiting" if tx.site.scans else "unscanned", "scan_due": now if tx.site.scans else None}
            for a in added
        ],
    )  # fmt: skip
    tx.wake("ticket", f"{key.collectivity_id}:{key.id}:received")
    if tx.site.scans:
        tx.wake("scan")
    return Settled("appended", "Autre fichier du même envoi\u00a0: il rejoint le message.", (key.collectivity_id, key.id))
