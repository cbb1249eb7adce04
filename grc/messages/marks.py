"""The marks that our own paper carries: a letter's, by which its answer finds its request, and a cover sheet's. Pure.

They are signed with a key of the installation, so that nobody forges one, and short enough for a QR code of two centimetres: capitals,
digits and `/` alone, which such a code packs best.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import date

_MAC_BYTES = 10  # 80 bits: 16 characters of base 32
_LETTER = re.compile(r"GRC/L/(?P<reference>[0-9A-Z]{7,9})/(?P<mac>[A-Z2-7]{16})")
_SHEET = re.compile(r"GRC/S/(?P<collectivity>[0-9]{1,9})/(?P<service>[0-9]{1,9})/(?P<day>[0-9]{8})/(?P<mac>[A-Z2-7]{16})")
MOST_LENGTH = 80


@dataclass(frozen=True, slots=True)
class LetterMark:
    """We wrote the letter that bears it, for the request of this reference."""

    reference: str


@dataclass(frozen=True, slots=True)
class SheetMark:
    """What follows this cover sheet came to this service on this day."""

    collectivity_id: int
    service_id: int
    day: date


@dataclass(frozen=True, slots=True)
class Marks:
    """Writes and reads marks; `key` is the installation's, 32 bytes."""

    key: bytes

    def letter(self, reference: str) -> str:
        """What the code of a letter for this request says."""
        return self._signed(f"GRC/L/{reference.replace('-', '').upper()}")

    def sheet(self, mark: SheetMark) -> str:
        """What the code of a cover sheet says."""
        return self._signed(f"GRC/S/{mark.collectivity_id}/{mark.service_id}/{mark.day:%Y%m%d}")

    def read(self, text: str) -> LetterMark | SheetMark | None:
        """What a code says, or None where we did not write it."""
        said, _, _mac = text.rpartition("/")
        if len(text) > MOST_LENGTH or not text.isascii() or not hmac.compare_digest(text, self._signed(said)):
            return None
        if found := _LETTER.fullmatch(text):
            return LetterMark(f"{found['reference'][:4]}-{found['reference'][4:]}")
        if found := _SHEET.fullmatch(text):
            return SheetMark(int(found["collectivity"]), int(found["service"]), date.fromisoformat(found["day"]))
        return None

    def _signed(self, said: str) -> str:
        mac = base64.b32encode(hmac.digest(self.key, said.encode(), hashlib.sha256)[:_MAC_BYTES]).decode()
        return f"{said}/{mac}"
