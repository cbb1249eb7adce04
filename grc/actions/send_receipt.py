"""The receipt of a request that was taken by an agent is sent to whoever asked: a courtesy, which answers nothing and starts no clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from grc.actions.attach import attach
from grc.actions.case import take
from grc.actions.ways import Way
from grc.db.transaction import Transaction
from grc.messages.model import Attachment
from grc.people.agents import SignedIn
from grc.tickets.model import NewDelivery, NewMessage, TicketKey


async def send_receipt(
    tx: Transaction, agent: SignedIn, key: TicketKey, way: Way, subject: str, text: str, files: Sequence[Attachment], now: datetime
) -> None:
    """Sends it by this way back. No deadline is met by it. Forbidden where he may not act on the request."""
    case = await take(tx, agent, key, now)
    case.draft.messages.append(
        NewMessage(
            direction="out", kind="notice", channel=way.channel, at=now, author_id=agent.id, author_name=agent.name,
            to_addrs=(way.address,), subject=subject, body_text=text, attachments=await attach(tx, key.collectivity_id, files),
            delivery=NewDelivery(way.channel, way.address, automatic=False, account=way.account),
        )
    )  # fmt: skip
    case.draft.tell("receipt_sent", to=way.to)
    await case.write(tx)
