"""What failures have in common: the relay's answer without what differs from one mail to the next. Pure."""

from __future__ import annotations

import re

LONGEST = 100
_ANSWER = re.compile(r"^(?P<step>[^:]{1,30} : )?(?P<code>[245]\d\d)(?:[ -](?P<status>[245]\.\d{1,3}\.\d{1,3}))?\b")
_DIFFERS = re.compile(r"<[^>]*>|\S+@\S+|\b[0-9a-fA-F-]{8,}\b|\d{4,}")


def gist(detail: str) -> str:
    """`RCPT TO : 550 5.1.1` of a relay's refusal; of anything else its first words, without addresses and numbers."""
    found = _ANSWER.match(detail)
    if found:
        return f"{found['step'] or ''}{found['code']}{' ' + found['status'] if found['status'] else ''}"
    return " ".join(_DIFFERS.sub("…", detail).split())[:LONGEST]
