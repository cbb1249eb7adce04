"""Files an agent adds to what he writes."""

from __future__ import annotations

from collections.abc import Sequence

from grc import files
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.tickets.model import NewAttachment


async def attach(tx: Transaction, collectivity_id: int, attachments: Sequence[Attachment | NewAttachment]) -> tuple[NewAttachment, ...]:
    """Keeps the files and gives them ready to be tied to a message; those that are kept already stay as they are."""
    new = [a for a in attachments if isinstance(a, Attachment)]
    digests = [await files.keep(tx.store, a.content) for a in new]
    await files.record(tx, collectivity_id, [(digest, a.content) for digest, a in zip(digests, new, strict=True)])
    kept = iter(digests)
    return tuple(
        NewAttachment(a.name, a.type, a.size, next(kept), a.inline, a.content_id) if isinstance(a, Attachment) else a for a in attachments
    )
