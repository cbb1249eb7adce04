"""Who writes on WhatsApp: a telephone number, or where he keeps it to himself the number that WhatsApp gives him for us alone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.meta.loose import text
from grc.messages.address import address, value_of

WHATSAPP = "whatsapp"


def whatsapp(message: Mapping[str, Any]) -> str:
    """`whatsapp:+33611223344`, or `whatsapp:fr.1349…` where the number is not told; empty where nobody is named."""
    number = text(message, "from")
    if number.isdecimal():
        return address(WHATSAPP, f"+{number}")
    return address(WHATSAPP, (number or text(message, "from_user_id")).lower())


def recipient(to: str) -> dict[str, str]:
    """How a message of ours names whom it is for: `to` is a telephone number, `recipient` the other, a country and digits in capitals."""
    value = value_of(to)
    return {"to": value.removeprefix("+")} if value.startswith("+") else {"recipient": value.upper()}
