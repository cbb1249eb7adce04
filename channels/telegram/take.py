"""One update goes into the ledger: its bytes, the conversation it belongs to, and whether others are to be waited for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from channels.telegram.parse import sender_address
from channels.telegram.settings import CHANNEL
from channels.telegram.update import of
from grc.errors import Unavailable
from grc.messages.accounts import Account
from grc.messages.channel import Accept
from grc.messages.model import Accepted, Arrival

ALBUM = timedelta(seconds=2)  # within which the pictures of an album come, one update each
LARGEST = 1_000_000  # bytes of an update; Telegram's are far smaller


def arrival(account: Account, update: Mapping[str, Any]) -> Arrival | None:
    """The arrival of an update; None of what has no number, which Telegram never sends."""
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number < 2**63:
        return None
    read = of(update)
    message = (read.message or read.edited_message) if read else None
    chat, sender = (read.chat, read.sender) if read else (None, None)
    album = message.media_group_id if message and read and read.message else ""
    keys = [f"telegram:{sender.id}"] if sender else []
    if chat and message:
        keys.append(message_key(chat.id, message.message_id))
    if sender and sender.username:
        keys.append(f"@{sender.username}".lower())
    return Arrival(
        CHANNEL,
        account.name,
        str(number),
        json.dumps(update, ensure_ascii=True, separators=(",", ":")).encode("ascii"),
        account.collectivity_id,
        {"album": album} if album else {},
        tuple(dict.fromkeys(keys)),
        conversation=sender_address(read) if read else "",
        wait=ALBUM if album else timedelta(),
    )


def message_key(chat: int, message: int) -> str:
    """By what the arrival of a message is found again, when it is changed."""
    return f"telegram:{chat}/{message}"


async def take(accept: Accept, account: Account, update: Mapping[str, Any]) -> int:
    """Takes one in; its number, -1 where it has none. Raises Unavailable where it is not in the ledger: Telegram must keep it."""
    one = arrival(account, update)
    if one is None:
        return -1
    taken = await accept(one)
    if not isinstance(taken, Accepted):
        raise Unavailable(taken.reason)
    return int(one.source_id)
