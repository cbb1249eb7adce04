"""What a relay's refusal means for a mail: to be tried again, never, or not before the operator has mended something. Pure."""

from __future__ import annotations

import re

_ENHANCED = re.compile(r"^\s*([245])\.(\d{1,3})\.(\d{1,3})\b")
# What it asks of us, not of this mail: to sign in, to encrypt, other credentials (RFC 4954, 6; RFC 3463, 3.8).
_OURS = {530, 534, 535, 538}
_OURS_ENHANCED = {(7, 8), (7, 9), (7, 10), (7, 11)}
_TOO_MANY_RECIPIENTS = 552  # where 452 was meant: to be read as such (RFC 5321, 4.5.3.1.10)


def verdict(step: str, code: int, words: str) -> str:
    """The state of a delivery after this answer: `temporary-failure`, `permanent-failure` or `technical-failure`.

    `code` is 0 where nothing was said. Where the code and the enhanced status disagree, the one that lets the mail be tried again is
    believed: a letter tried in vain costs little, one given up wrongly much (RFC 3463, 2; RFC 5321, 4.2.1).
    """
    if not 500 <= code < 600:
        return "temporary-failure"
    found = _ENHANCED.match(words)
    status = (int(found[1]), int(found[2]), int(found[3])) if found else None
    if status and status[0] == 4:
        return "temporary-failure"
    if code in _OURS or (status and status[1:] in _OURS_ENHANCED):
        return "technical-failure"
    if step == "RCPT TO" and code == _TOO_MANY_RECIPIENTS and status is None:
        return "temporary-failure"
    return "permanent-failure"
