"""The tree of parts of a mail, cut out of its bytes in one pass: no copy, no recursion, whatever the nesting.

The standard parser costs most of the intake, recurses with the nesting and looks at every line for every open part; this
one looks only at lines that begin with `--`. A test holds it against the standard one on well-formed mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.email import headers as header
from channels.email.charset import decode
from channels.email.defects import Defects
from channels.email.headers import Headers
from channels.email.transfer import undo

MAX_PARTS = 2_000  # parts read in one mail
MAX_DEPTH = 60  # of the tree; what lies deeper hangs at this depth
MAX_DELIMITER_LINES = 200_000  # lines beginning with -- looked at
MAX_ROOT_BLOCK_BYTES = 2_097_152  # of headers of the mail
MAX_PART_BLOCK_BYTES = 65_536  # of headers of a part
MAX_BOUNDARY_BYTES = 400

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+*-]+")
_GUESS = re.compile(rb"(?:\A|\n)--([^\r\n]{1,%d})\r?\n(?=[Cc]ontent-[A-Za-z-]{1,40}:)" % MAX_BOUNDARY_BYTES)
_LATER_MOST = 3  # blocks without any header that may stand before the true one


@dataclass(slots=True)
class Part:
    """One part: its headers, and where its body lies in the bytes of the mail. A leaf has no children."""

    raw: bytes
    headers: Headers
    type: str
    params: dict[str, str]
    start: int
    end: int
    children: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return self.type.startswith("multipart/")

    @property
    def disposition(self) -> str:
        return self.headers.word("content-disposition")

    @property
    def encoding(self) -> str:
        return self.headers.word("content-transfer-encoding").strip("\"'")

    def content(self) -> bytes:
        """The bytes it carries, transfer encoding undone."""
        return undo(self.raw, self.start, self.end, self.encoding)

    def text(self, defects: Defects, most_bytes: int, hint: str = "") -> str:
        """The text it carries, whatever its charset says; cut at `most_bytes`."""
        end = self.end
        if end - self.start > most_bytes * 4:  # base64 and QP need more than they give, never four times
            end = self.start + most_bytes * 4
        data = undo(self.raw, self.start, end, self.encoding)
        if len(data) > most_bytes or end < self.end:
            defects.add("text-too-long")
            data = data[:most_bytes]
        written, wrong = decode(data, self.params.get("charset", ""), hint)
        defects.add(wrong)
        return written


def read(raw: bytes, defects: Defects) -> Part:
    """The mail as a tree of parts."""
    root = _root(raw, defects)
    boundary = _boundary(root, len(raw))
    if boundary is None:
        return root
    if boundary:
        _cut(root, boundary, defects)
    if not root.children:
        guessed = _guess(raw, root.start, len(raw))
        if guessed and guessed != boundary:
            defects.add("boundary-wrong")
            _cut(root, guessed, defects)
    for part in walk(root):
        if part.is_multipart and not part.children:
            if raw[part.start : part.end].strip():
                defects.add("multipart-without-parts")
            part.type, part.params = "text/plain", {"charset": part.params.get("charset", "")}
    return root


def walk(part: Part) -> Iterator[Part]:
    """The part and all below it, in order."""
    waiting = [part]
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(one.children))


def _root(raw: bytes, defects: Defects) -> Part:
    start = 0
    while start < len(raw) and raw[start] in b"\r\n":
        start += 1
    if start and not header.looks_like_fields(raw, start):
        start = 0
    for _ in range(_LATER_MOST):
        part = _entity(raw, start, len(raw), len(raw), MAX_ROOT_BLOCK_BYTES, "text/plain", defects)
        if part.headers.fields or not header.looks_like_fields(raw, part.start):
            return part
        start = part.start
    return part


def _entity(raw: bytes, start: int, stop: int, end: int, most: int, default: str, defects: Defects) -> Part:
    """The part that begins at `start`; its headers end at a blank line, at `stop` at the latest."""
    limit = min(stop, start + most)
    if raw.startswith((b"\n", b"\r\n"), start):  # no header at all
        block_end, body = start, start + (1 if raw[start] == 10 else 2)
    else:
        block_end, body = _blank_line(raw, start, limit)
        if block_end == limit < stop:
            defects.add("headers-too-long")
    headers, real_end = header.read(raw, start, block_end, defects)
    if real_end < block_end:
        body = real_end
    value = headers.raw("content-type")
    kind = value.split(b";", 1)[0].decode("latin-1").strip().strip("\"'").lower()
    if not _TYPE.fullmatch(kind):
        if kind and "content-type" in headers:
            defects.add("content-type-damaged")
        kind = kind if kind.startswith("multipart/") else "text/plain" if not kind or kind.startswith("text") else default
    elif not value:
        kind = default
    return Part(raw, headers, kind if value else default, header.parameters(value) if b";" in value else {}, body, end)


def _blank_line(raw: bytes, start: int, limit: int) -> tuple[int, int]:
    """Where the headers end, and where the body begins."""
    lf = raw.find(b"\n\n", start, limit)
    crlf = raw.find(b"\n\r\n", start, lf if lf >= 0 else limit)
    if crlf >= 0:
        return crlf + 1, crlf + 3
    return (lf + 1, lf + 2) if lf >= 0 else (limit, limit)


def _boundary(part: Part, end: int) -> bytes | None:
    """What separates its parts: declared, or guessed where it is missing; None where there is nothing to cut."""
    if part.is_multipart:
        declared = part.params.get("boundary", "").strip()
        if declared:
            return declared.encode("utf-8", "surrogateescape")[:MAX_BOUNDARY_BYTES]
        return _guess(part.raw, part.start, end) or b""
    if "content-type" not in part.headers:  # the header may have been lost on the way
        guessed = _guess(part.raw, part.start, min(end, part.start + 2_000))
        if guessed is not None:
            part.type = "multipart/mixed"
        return guessed
    return None


def _guess(raw: bytes, start: int, end: int) -> bytes | None:
    """A line `--x` right before a Content-… header is what a boundary looks like."""
    found = _GUESS.search(raw, max(start - 1, 0), min(end, start + MAX_PART_BLOCK_BYTES))
    return found[1].rstrip() if found else None


def _cut(root: Part, boundary: bytes, defects: Defects) -> None:
    """Gives `root` its descendants. One look at each line beginning with --; a stack holds the open multiparts."""
    raw, end = root.raw, len(root.raw)
    stack: list[tuple[Part, bytes]] = [(root, boundary)]
    level = {boundary: 0}
    leaf: Part | None = None
    count = 0
    for at, line_end, line in _delimiter_lines(raw, root.start, end, defects):
        depth, closes = level.get(line), False
        if depth is None and line.endswith(b"--"):
            depth, closes = level.get(line[:-2]), True
        if depth is None:
            continue
        stop = at - 2 if at >= 2 and raw[at - 2] == 13 else at - 1  # the line end belongs to the delimiter
        if leaf is not None and leaf.end == end:
            leaf.end = max(leaf.start, stop)
        leaf = None
        while len(stack) - 1 > depth:
            closed, its = stack.pop()
            closed.end = max(closed.start, stop)
            if level.get(its) == len(stack):
                del level[its]
        if closes:
            continue
        count += 1
        if count > MAX_PARTS:
            defects.add("parts-too-many")
            break
        parent = stack[-1][0]
        default = "message/rfc822" if parent.type == "multipart/digest" else "text/plain"
        leaf = _entity(raw, line_end, _next_delimiter(raw, line_end, end, level), end, MAX_PART_BLOCK_BYTES, default, defects)
        parent.children.append(leaf)
        if leaf.is_multipart:
            inner = _boundary(leaf, end)
            if inner:
                if len(stack) < MAX_DEPTH:
                    stack.append((leaf, inner))
                else:  # what lies deeper hangs here, beside it
                    defects.add("nesting-too-deep")
                    parent.children.pop()
                    stack.append((parent, inner))
                level[inner] = len(stack) - 1
            else:
                leaf.type = "text/plain"


def _delimiter_lines(raw: bytes, start: int, end: int, defects: Defects) -> Iterator[tuple[int, int, bytes]]:
    """Lines that begin with --: where each stands, where the next line begins, what follows the --."""
    first = raw.startswith(b"--", start) and (start == 0 or raw[start - 1] == 10)
    at = start if first else raw.find(b"\n--", start, end) + 1
    for _ in range(MAX_DELIMITER_LINES):
        if at <= 0 and not first:
            return
        first = False
        stop = raw.find(b"\n", at, end)
        stop = end if stop < 0 else stop
        if stop - at < MAX_BOUNDARY_BYTES + 10:
            yield at, min(stop + 1, end), raw[at + 2 : stop].rstrip()
        at = raw.find(b"\n--", stop, end) + 1
    defects.add("delimiters-too-many")


def _next_delimiter(raw: bytes, start: int, end: int, level: dict[bytes, int]) -> int:
    """Where the next line stands that separates open parts: headers without a blank line end there."""
    limit = min(end, start + MAX_PART_BLOCK_BYTES)
    blank, _ = _blank_line(raw, start, limit)
    at = start - 1
    while True:
        at = raw.find(b"\n--", at, blank)
        if at < 0:
            return end
        stop = raw.find(b"\n", at + 1, end)
        line = raw[at + 3 : min(stop if stop >= 0 else end, at + 3 + MAX_BOUNDARY_BYTES)].rstrip()
        if line in level or line.removesuffix(b"--") in level:
            return at + 1
        at += 1
