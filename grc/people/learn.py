"""What a message tells of a person: the addresses at which he is known, and those that a channel has proved to be his."""

from __future__ import annotations

from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.address import is_mail, kind_of, value_of
from grc.messages.model import InboundMessage

_queries = sql.load(__file__, "learn.sql")


async def learn(tx: Transaction, collectivity_id: int, person_id: int, message: InboundMessage, now: datetime) -> list[int]:
    """Keeps the sender's address on a network and what the channel has proved of him; the others who are known at one of them.

    A mail proves nothing of its sender and costs nothing here.
    """
    sender = message.from_addr.lower()
    shown = [(one.lower(), True) for one in message.proves if one]
    if sender and not is_mail(sender):
        shown.insert(0, (sender, True))
    if not shown:
        return []
    rows = _queries.learn(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, kinds=[kind_of(one) for one, _ in shown],
        values=[value_of(one) for one, _ in shown], labels=[message.from_label if one == sender else "" for one, _ in shown], now=now,
    )  # fmt: skip
    return [row["person_id"] async for row in rows]
