"""Addresses of every kind: a mail address as it is, any other as `kind:value` (`telegram:12345`, `tel:+33558001122`).

The kind is part of the address, so that no From header of a mail can pass for an account of a network. Addresses are compared in lower
case: a channel whose addresses know capitals gives them in lower case.
"""

from __future__ import annotations

import re

EMAIL = "email"
TELEPHONE = "tel"
_KIND = re.compile(r"[a-z]{2,20}")


def address(kind: str, value: str) -> str:
    """The address of a kind: `address("tel", "+33558001122")`. Empty where there is no value."""
    if not value or kind == EMAIL:
        return value
    return f"{kind}:{value.lower()}"


def kind_of(text: str) -> str:
    """Of what kind an address is; a mail address where it names none."""
    kind, colon, _ = text.partition(":")
    kind = kind.strip().lower()  # as everything compares it: `Telegram:1` is no mail address either
    return kind if colon and _KIND.fullmatch(kind) else EMAIL


def value_of(text: str) -> str:
    """An address as its own world writes it, without its kind."""
    return text if kind_of(text) == EMAIL else text.partition(":")[2]


def is_mail(text: str) -> bool:
    """Whether this is a mail address, as far as its kind tells."""
    return bool(text) and kind_of(text) == EMAIL
