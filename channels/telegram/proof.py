"""A citizen proves that a mail address is his: by a code that was mailed there. Bounded in tries, in time and in number. Pure."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from channels.telegram.state import Code

DIGITS, MOST_TRIES, HOLDS = 6, 5, timedelta(minutes=15)
MOST_MAILED, WITHIN = 3, timedelta(days=1)  # codes of one conversation

Outcome = Literal["proved", "wrong", "spent", "expired"]

# What every mail server takes, and no list of addresses: a stranger must not make us write to many.
_ADDRESS = re.compile(r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}$")


def address(words: str) -> str:
    """The mail address that somebody wrote, in lower case; empty where it is none."""
    found = words.strip().strip("<>").removeprefix("mailto:")
    return found.lower() if len(found) <= 254 and _ADDRESS.match(found) else ""


def may_mail(mailed: Sequence[datetime], now: datetime) -> bool:
    """Whether one more code may be mailed for this conversation."""
    return sum(at > now - WITHIN for at in mailed) < MOST_MAILED


def begun(to: str, code: str, key: bytes, now: datetime) -> Code:
    """What is kept of a code: never the code itself."""
    return Code(to, digest(code, to, key), now + HOLDS)


def tried(code: Code, words: str, key: bytes, now: datetime) -> tuple[Outcome, Code]:
    """What giving these words for the code is, and how the code stands after it."""
    if now >= code.until:
        return "expired", code
    given = re.sub(r"[\s\u00a0.-]", "", words)
    if hmac.compare_digest(digest(given, code.address, key), code.digest):
        return "proved", code
    after = replace(code, tries=code.tries + 1)
    return ("spent" if after.tries >= MOST_TRIES else "wrong"), after


def digest(code: str, to: str, key: bytes) -> str:
    """By what a code is known again, under the key of the installation: six digits alone would be guessed from a plain digest."""
    return hmac.new(key, f"{to}\0{code}".encode(), hashlib.sha256).hexdigest()
