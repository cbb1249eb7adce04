"""What a mail server we trust found about the sender of a mail: Authentication-Results (RFC 8601). Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Verdict = Literal["pass", "fail", "none"]

_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s;="()]+)|([;=])')
_ESCAPED, _UNESCAPED = re.compile(r"\\(.)", re.DOTALL), r"\1"


def dmarc(results: Sequence[str], trusted: str, domain: str) -> Verdict:
    """Whether DMARC passed, failed, or was not judged for this domain of From, in the words of the server `trusted` alone.

    `results` are the fields of the mail from the top down, undecoded. Only the topmost of that server counts: whoever writes a mail
    may put fields of any name below those that servers put on top of it. Where it tells several DMARC results, all must agree.
    """
    for result in results:
        words = _words(result)
        if not trusted or not words or words[0].strip("\0").lower() != trusted.lower():
            continue
        found = [_judged(part, domain.lower()) for part in _parts(words[1:])]
        judged = {verdict for verdict in found if verdict is not None}
        return judged.pop() if len(judged) == 1 else "fail" if judged else "none"
    return "none"


def _words(result: str) -> list[str]:
    """Tokens, without comments; what stood in quotes is one word, whatever it holds, and never a separator."""
    return [
        _ESCAPED.sub(r"\1", quoted).join("\0\0") if quoted else word or mark for quoted, word, mark in _WORD.findall(_uncommented(result))
    ]


def _uncommented(text: str) -> str:
    """The text with a space for each comment; nothing where a quote or a comment has no end, since somebody then wrote into the field."""
    out, depth, quoted, at = [], 0, False, 0
    while at < len(text):
        character = text[at]
        if character == "\\" and (quoted or depth):
            out.append("" if depth else text[at : at + 2])
            at += 2
            continue
        if character == '"' and not depth:
            quoted = not quoted
        elif character == "(" and not quoted:
            depth += 1
        if not depth:
            out.append(character)
        if character == ")" and not quoted and depth:
            depth -= 1
            out.append(" ")
        at += 1
    return "" if quoted or depth else "".join(out)


def _parts(words: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for word in words:
        if word == ";":
            parts.append([])
        else:
            parts[-1].append(word)
    return parts


def _judged(part: Sequence[str], domain: str) -> Verdict | None:
    """The verdict of one part, `dmarc=pass header.from=example`; None where it is of another method."""
    if len(part) < 3 or part[0].lower().partition("/")[0] != "dmarc" or part[1] != "=":
        return None
    froms = {
        part[at + 1].strip("\0").lower() for at in range(3, len(part) - 1) if part[at] == "=" and part[at - 1].lower() == "header.from"
    }
    if part[2].lower() == "pass":
        return "pass" if froms == {domain} else "fail"
    return "fail" if part[2].lower() == "fail" else "none"
