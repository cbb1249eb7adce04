"""What a message tells of a person: the addresses at which he is known, and those that a channel has proved to be his."""

from __future__ import annotations

from datetime import datetime

from grc.db import sql
from grc.db.transaction import Transaction
from grc.messages.address import is_mail, kind_of, value_of
from grc.messages.model import InboundMessage
from grc.people.join import PROGRAM, join

_queries = sql.load(__file__, "learn.sql")

MOST = 5  # addresses that one message may prove
WHY = "La personne a prouvé qu’une adresse déjà connue est la sienne."


async def learn(tx: Transaction, collectivity_id: int, person_id: int, message: InboundMessage, now: datetime) -> None:
    """Keeps the sender's address on a network and what the channel has proved of him; whoever else is known at one of them is the same
    person, which an agent may undo.

    A mail proves nothing of its sender and costs nothing here.
    """
    sender = message.from_addr.lower()
    shown = list(dict.fromkeys(one.lower() for one in message.proves[:MOST] if one))
    if sender and not is_mail(sender):
        shown.insert(0, sender)
    if not shown:
        return
    rows = _queries.learn(
        tx.conn, collectivity_id=collectivity_id, person_id=person_id, kinds=[kind_of(one) for one in shown],
        values=[value_of(one) for one in shown], labels=[message.from_label if one == sender else "" for one in shown], now=now,
    )  # fmt: skip
    for other in [row["person_id"] async for row in rows]:
        first, later = sorted((person_id, other))  # whom the town has known longer gives the name
        await join(tx, collectivity_id, first, later, PROGRAM, WHY, now)
