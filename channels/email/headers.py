"""The header block of a mail or of one of its parts: found among damage, unfolded, decoded when asked."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from channels.email.charset import clean, decode
from channels.email.defects import Defects
from channels.email.transfer import base64_bytes

MAX_FIELDS = 20_000  # header fields read in one block
MAX_SAME = 200  # fields of one name kept
MAX_VALUE_BYTES = 65_536  # of one field
MAX_WORD_BYTES = 4_000  # of one encoded word
MAX_PARAMETER_PIECES = 200  # of RFC 2231

_FOLD = re.compile(rb"\r?\n[ \t]+")
_NAME = re.compile(rb"[!-9;-~]+[ \t]*")
_USUAL = re.compile(
    rb"(?im)^(?:from|to|cc|bcc|subject|date|sender|reply-to|return-path|received|message-id|in-reply-to|references|mime-version|"
    rb"content-[a-z-]{1,40}|x-[!-9;-~]{1,60}|delivered-to|list-[a-z-]{1,20}|dkim-signature|authentication-results|user-agent|precedence|"
    rb"auto-submitted|thread-topic|importance|return-receipt-to)[ \t]*:"
)
_WORD = re.compile(rb"=\?([^?\s]{1,60})\?([bBqQ])\?(.{0,%d}?)(?:\?=|\Z)" % MAX_WORD_BYTES, re.DOTALL)
_ID = re.compile(r"<([^<>\s]{1,990})>")
_NOT_IN_ID = re.compile(r"[\s<>\"(),;]+")
_PARAMETER = re.compile(rb';\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_PIECE = re.compile(r"^(.+?)\*(?:(\d{1,3})(\*)?)?$")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


class Headers:
    """Header fields by lower-case name, each a list of raw unfolded values, in order."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        self.fields: dict[str, list[bytes]] = {}

    def raw(self, name: str) -> bytes:
        """The first value as it came, or nothing."""
        found = self.fields.get(name)
        return found[0] if found else b""

    def all(self, name: str) -> list[bytes]:
        return self.fields.get(name, [])

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def text(self, name: str, hint: str = "") -> str:
        """The first value, decoded, on one line."""
        value = self.raw(name)
        return text(value, hint) if value else ""

    def word(self, name: str) -> str:
        """The first value in lower case and without parameters: what tokens such as `auto-replied` are compared with."""
        return self.raw(name).decode("latin-1").split(";")[0].split("(")[0].strip().lower()


def read(raw: bytes, start: int, end: int, defects: Defects) -> tuple[Headers, int]:
    """The fields of the block raw[start:end] (which holds no blank line), and where it really ends.

    A line that is no field is skipped where fields follow it; where none does, the body had begun without a blank line.
    """
    headers = Headers()
    block = raw[start:end]
    lines = _FOLD.sub(b" ", block).split(b"\n")
    if len(lines) > MAX_FIELDS:
        defects.add("headers-too-many")
        del lines[MAX_FIELDS:]
    fields = headers.fields
    damaged = False
    for line in lines:
        name, colon, value = line.partition(b":")
        if colon and _NAME.fullmatch(name):
            if len(value) > MAX_VALUE_BYTES:
                defects.add("header-too-long")
                value = value[:MAX_VALUE_BYTES]
            same = fields.setdefault(name.decode("ascii").rstrip().lower(), [])
            if len(same) < MAX_SAME:
                same.append(value.strip())
        elif _is_damaged(line):
            begun = None if damaged else _body_begins(block)
            if begun is not None:
                defects.add("headers-without-end")
                return read(raw, start, start + begun, defects)[0], start + begun
            damaged = True
            defects.add("header-damaged")
    return headers, end


def _is_damaged(line: bytes) -> bool:
    """Neither a field nor its continuation, nor the line with which mailbox files separate mails."""
    if not line.strip() or line[:1] in b" \t" or line.startswith((b"From ", b">From ")):
        return False
    name, colon, _ = line.partition(b":")
    return not colon or _NAME.fullmatch(name) is None


def _body_begins(block: bytes) -> int | None:
    """Where the body begins inside a block: at the first damaged line after which no usual field stands any more."""
    at = 0
    for field in _USUAL.finditer(block):
        at = field.end()
    while at < len(block):
        stop = block.find(b"\n", at)
        stop = len(block) if stop < 0 else stop
        if (at == 0 or block[at - 1] == 10) and _is_damaged(block[at:stop]):
            return at
        at = stop + 1
    return None


def looks_like_fields(raw: bytes, at: int) -> bool:
    """Whether a usual header field stands at this place."""
    return _USUAL.match(raw, at) is not None or raw.startswith((b"From ", b">From "), at)


def text(value: bytes, hint: str = "") -> str:
    """A raw value as people read it: encoded words decoded, raw bytes guessed, one line.

    `hint` is the charset of the body: raw 8-bit headers mostly share it.
    """
    if b"=?" not in value:
        if value.isascii():
            return _one_line(value.decode("ascii"))
        return _one_line(decode(value, "", hint)[0])
    out: list[str] = []
    run, run_charset, at = b"", "", 0
    for match in _WORD.finditer(value):
        between = value[at : match.start()]
        at = match.end()
        charset = match[1].decode("latin-1").split("*")[0]  # RFC 2231 allows a language after *
        content = _word_bytes(match[2], match[3])
        if between.strip() or (between and not run_charset):
            if run_charset:
                out.append(decode(run, run_charset, hint)[0])
            out.append(decode(between, "", hint)[0])
            run, run_charset = content, charset
        elif charset == run_charset:
            run += content  # a character may be cut between two words of one charset
        else:
            if run_charset:
                out.append(decode(run, run_charset, hint)[0])
            run, run_charset = content, charset
    if run_charset:
        out.append(decode(run, run_charset, hint)[0])
    out.append(decode(value[at:], "", hint)[0])
    return _one_line("".join(out))


def _word_bytes(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"bB":
        return base64_bytes(content)
    try:
        return binascii.a2b_qp(content.replace(b" ", b"_"), header=True)
    except (binascii.Error, ValueError):
        return content


def _one_line(value: str) -> str:
    return " ".join(clean(value).split("\n")).replace("\t", " ").strip()


def ids(values: list[bytes], most: int) -> list[str]:
    """The message ids in these fields, without <>, each once, in order; when too many, the first ones, where a conversation began, and the
    last ones."""
    found: dict[str, None] = {}
    for value in values:
        line = clean(value.decode("utf-8", "replace"))
        some = _ID.findall(line) or [word.strip(".") for word in _NOT_IN_ID.split(line) if "@" in word[1:-1] and len(word) < 990]
        found.update(dict.fromkeys(some))
    every = list(found)
    return every if len(every) <= most else [*every[: most // 4], *every[most // 4 - most :]]


def message_id(value: bytes) -> str | None:
    """The id in a Message-ID field, or None; a broken one is kept as it stands, without spaces and <>."""
    found = ids([value], 1)
    if found:
        return found[0]
    bare = "".join(clean(value.decode("utf-8", "replace")).split()).strip("<>")
    return bare[:990] or None


EARLIEST, LATEST = datetime(1980, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def date(value: bytes) -> datetime | None:
    """When it says it was written, or None when that is absent or absurd."""
    if not value:
        return None
    line = clean(value[:200].decode("latin-1"))
    try:
        when = parsedate_to_datetime(line)
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        return when if EARLIEST <= when < LATEST else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        pass
    try:
        when = datetime.fromisoformat(line.strip())
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
        return when if EARLIEST <= when < LATEST else None
    except (ValueError, OverflowError):
        return None


def parameters(value: bytes, hint: str = "") -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition, RFC 2231 pieces joined, encoded words decoded all the same."""
    plain: dict[str, str] = {}
    pieces: dict[str, list[tuple[int, bool, bytes]]] = {}
    for match in _PARAMETER.finditer(value):
        key, found = match[1].decode("latin-1").lower(), match[2].strip()
        if found[:1] == b'"':
            found = _ESCAPED.sub(rb"\1", found.strip(b'"')) if b"\\" in found and b":\\" not in found else found.strip(b'"')
        split = _PIECE.match(key) if "*" in key else None
        if split is None:
            plain.setdefault(key, text(found, hint) if (b"=?" in found or not found.isascii()) else found.decode("ascii").strip())
        elif len(pieces) < MAX_PARAMETER_PIECES:
            encoded = split[2] is None or split[3] is not None
            some = pieces.setdefault(split[1], [])
            if len(some) < MAX_PARAMETER_PIECES:
                some.append((int(split[2] or 0), encoded, found))
    for key, some in pieces.items():
        plain[key] = _joined(some, hint)
    return plain


def _joined(pieces: list[tuple[int, bool, bytes]], hint: str) -> str:
    charset, out = "", b""
    for place, (_, encoded, piece) in enumerate(sorted(pieces, key=lambda x: x[0])):
        if encoded:
            if place == 0 and piece.count(b"'") >= 2:
                label, _, piece = piece.split(b"'", 2)
                charset = label.decode("latin-1")
            piece = unquote_to_bytes(piece)
        out += piece
    return text(out, hint) if b"=?" in out else _one_line(decode(out, charset, hint)[0])
