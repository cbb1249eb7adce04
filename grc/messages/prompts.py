"""What a channel says in a dialogue, before there is a ticket: it leaves by the outbox like all else, with its retries and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from grc.db import sql
from grc.db.transaction import Transaction

_queries = sql.load(__file__, "prompts.sql")

KIND = "prompt"  # of what leaves
Buttons = Sequence[Sequence[Mapping[str, Any]]]  # rows of choices, in the channel's own words


async def say(
    tx: Transaction, collectivity_id: int, channel: str, account: str, to_addr: str, text: str, now: datetime, buttons: Buttons = (),
    subject: str = "",
) -> None:  # fmt: skip
    """Has this said to an address by an account of this collectivity, after what was said to it before. `subject` is of a mail."""
    await _queries.say(
        tx.conn, collectivity_id=collectivity_id, channel=channel, account=account, to_addr=to_addr, body_text=text, subject=subject,
        buttons=[[dict(one) for one in row] for row in buttons], now=now,
    )  # fmt: skip
    tx.wake("outgoing")
