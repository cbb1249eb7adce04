"""The reference by which somebody else's system names its own ticket, as it stands in what they write to us. Pure."""

from __future__ import annotations

import re

LONGEST = 40
_SUBJECT, _BODY = 300, 4_000  # characters looked at

_NUMBER = r"(?P<reference>[A-Z]{0,10}[-_]?\d{4,12})"
# « ticket #123456 », « votre dossier n° INC0012345 »: the word says what the number is.
_NAMED = re.compile(
    r"\b(?:ticket|dossier|incident|demande|case|request|appel|r[ée]f[ée]rence|r[ée]f|intervention)\b"
    r"[ \t\xa0]{0,2}(?:n[°ºo]|num[ée]ro|id|\.)?[ \t\xa0]{0,2}[:#\[(]{0,3}[ \t\xa0]{0,2}#?" + _NUMBER + r"(?![\w-])",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"[\[(]#?" + _NUMBER + r"[\])]")  # « [#123456] », as many systems begin their subjects
_BARE = re.compile(r"(?<![\w-])(?!(?:ISO|UTF|RFC|KB|CVE)[-_]?\d)(?P<reference>[A-Z]{2,10}[-_]?\d{4,12})(?![\w-])")  # « SUP-48213 » anywhere


def reference_in(subject: str, body: str, ours: str = "") -> str | None:
    """The reference that a message gives, or None. Never `ours`; what says itself a reference goes before what only looks like one."""
    texts = (subject[:_SUBJECT], body[:_BODY])
    for pattern in (_NAMED, _BRACKETED, _BARE):
        for text in texts:
            for found in pattern.finditer(text):
                reference = found["reference"]
                if len(reference) <= LONGEST and reference.replace("-", "").upper() != ours.replace("-", "").upper():
                    return reference
    return None
