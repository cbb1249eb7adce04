"""An internal note: for colleagues, never for the citizen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.actions.case import take
from grc.actions.reply import written_text
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets.model import NewAttachment, NewMessage, TicketKey


async def note(
    tx: Transaction, agent: SignedIn, ticket: TicketKey, text: str, files: Sequence[Attachment | NewAttachment], now: datetime
) -> int:
    """Adds the note and gives the number of its message."""
    written = written_text(text)
    case = await take(tx, agent, ticket, now)
    attached = await attach(tx, ticket.collectivity_id, files)
    case.draft.messages.append(NewMessage("note", "note", now, agent.name, written, author_id=agent.id, attachments=attached))
    case.draft.tell("noted")
    await case.happen(tx, "note")
    return (await case.write(tx))[0]
