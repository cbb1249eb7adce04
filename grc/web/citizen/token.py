"""The sealed mark of a page: which form of whom it is, when it was given out, and the random number of this sending.

It holds no secret and proves no person. It says that our page came before the send, how long before, and lets two clicks on
« Envoyer » be known as one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LIVES = timedelta(hours=12)
_MAC_CHARS = 32
_WRITTEN = re.compile(r"(?P<at>[0-9]{10,11})\.(?P<number>[A-Za-z0-9_-]{22})\.(?P<mac>[0-9a-f]{32})")


@dataclass(frozen=True, slots=True)
class Token:
    """A page that was given out. `number` is random and never given twice."""

    number: str
    at: datetime

    def expired(self, now: datetime) -> bool:
        """Whether the page is too old to be sent as it is: it is then shown again, with all that was typed."""
        return not timedelta(0) <= now - self.at + timedelta(minutes=1) <= LIVES


@dataclass(frozen=True, slots=True)
class TokenMaker:
    """Writes and reads the marks of one kind of page, with a key derived from the installation's."""

    key: bytes
    purpose: str

    def new(self, now: datetime, number: str | None = None) -> Token:
        """A mark for a page given out now; with a `number`, the sending that began on an older page goes on."""
        return Token(number or secrets.token_urlsafe(16), now.replace(microsecond=0))

    def write(self, token: Token, place: str) -> str:
        """The mark as a hidden field carries it. `place` is what the page is about: it holds nowhere else."""
        at = str(int(token.at.timestamp()))
        return f"{at}.{token.number}.{self._mac(at, token.number, place)}"

    def read(self, text: str, place: str) -> Token | None:
        """The mark that was sent back, or None where we did not write it for this place."""
        found = _WRITTEN.fullmatch(text)
        if found is None or not hmac.compare_digest(found["mac"], self._mac(found["at"], found["number"], place)):
            return None
        return Token(found["number"], datetime.fromtimestamp(int(found["at"]), UTC))

    def _mac(self, at: str, number: str, place: str) -> str:
        text = "\n".join((self.purpose, place, at, number))
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()[:_MAC_CHARS]
