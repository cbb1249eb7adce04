"""Files an agent adds to what he writes."""

from __future__ import annotations

from collections.abc import Sequence

from grc import files
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.tickets.model import NewAttachment


async def attach(tx: Transaction, collectivity_id: int, attachments: Sequence[Attachment]) -> tuple[NewAttachment, ...]:
    """Keeps the files and gives them ready to be tied to a message."""
    digests = [await files.keep(tx.store, a.content) for a in attachments]
    await files.record(tx, collectivity_id, [(digest, a.content) for digest, a in zip(digests, attachments, strict=True)])
    return tuple(
        NewAttachment(a.name, a.type, a.size, digest, a.inline, a.content_id) for digest, a in zip(digests, attachments, strict=True)
    )
