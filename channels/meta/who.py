"""Who writes: on WhatsApp a telephone number, or the number it gives one for us alone; under a post, whoever Meta names. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.meta.loose import get, text
from grc.messages.address import address, value_of

WHATSAPP = "whatsapp"
_POSTS = ("post", "status", "photo", "video", "share")


def whatsapp(message: Mapping[str, Any]) -> str:
    """`whatsapp:+33611223344`, or `whatsapp:fr.1349…` where the number is not told; empty where nobody is named."""
    number = text(message, "from")
    if number.isdecimal():
        return address(WHATSAPP, f"+{number}")
    return address(WHATSAPP, (number or text(message, "from_user_id")).lower())


def author(value: Mapping[str, Any]) -> str:
    """Who wrote a comment or a post. Meta does not always tell: the comment is then its own author, and can be answered all the same."""
    return text(value, "from", "id") or text(value, "comment_id") or text(value, "post_id")


def is_visitors(event: Mapping[str, Any]) -> bool:
    """Whether this is a post that somebody else wrote on the page."""
    value = get(event, "value")
    writes = text(value, "item") in _POSTS and text(value, "message") and text(value, "post_id")
    return bool(writes) and text(value, "from", "id") not in ("", text(event, "entry", "id"))


def recipient(to: str) -> dict[str, str]:
    """How a message of ours names whom it is for: `to` is a telephone number, `recipient` the other, a country and digits in capitals."""
    value = value_of(to)
    return {"to": value.removeprefix("+")} if value.startswith("+") else {"recipient": value.upper()}
