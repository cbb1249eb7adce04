"""How many mails a second one core parses with the standard library: headers, bodies and attachments decoded."""

from __future__ import annotations

import time
from collections.abc import Sequence
from email import message_from_bytes, policy

ENOUGH = 2_000  # mails after which the rate no longer changes


def parse_limit(raws: Sequence[bytes]) -> float:
    """Mails a second with `policy.default`."""
    some = raws[:ENOUGH]
    began = time.perf_counter()
    for raw in some:
        message = message_from_bytes(raw, policy=policy.default)
        for value in message.values():
            str(value)
        for part in message.walk():
            if not part.is_multipart():
                part.get_content()
    return len(some) / (time.perf_counter() - began)
