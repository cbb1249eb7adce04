"""Proof of work instead of a captcha: the browser computes for a second while the citizen types, and nobody reads distorted letters.

The challenge carries the number of the form it was given with. So a solution holds for one sending alone, and needs no
register of those already used: sent twice, it is the same sending.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import altcha

from grc.web.citizen.token import LIVES

ALGORITHM = "PBKDF2/SHA-256"  # the browser does it natively, a telephone as well as a computer
PREFIX = "00"  # one key in 256 fits


@dataclass(frozen=True, slots=True)
class Prover:
    """Gives challenges and checks solutions. `cost` is how many rounds one of some 256 tries takes."""

    key: bytes
    cost: int

    def challenge(self, number: str, now: datetime) -> str:
        """The challenge of the form with this number, as JSON for the page."""
        made = altcha.create_challenge(
            ALGORITHM, self.cost, key_prefix=PREFIX, expires_at=now + LIVES, data={"form": number}, hmac_secret=self.key
        )
        return json.dumps(made.to_dict(), separators=(",", ":"))

    def holds(self, payload: str, number: str) -> bool:
        """Whether this is a solution of our challenge for this form."""
        if not payload or len(payload) > 4_000:
            return False
        try:
            # Read before altcha does: it would count as many rounds as the sender asks for, were the signature not checked first.
            told: Any = json.loads(base64.b64decode(payload))["challenge"]["parameters"]
            if told["data"]["form"] != number:
                return False
        except (ValueError, KeyError, TypeError, RecursionError):
            return False
        return bool(altcha.verify_solution(payload, self.key).verified)
