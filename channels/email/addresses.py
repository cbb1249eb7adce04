"""Who a mail is from and to: mailboxes out of address fields, however they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.email.charset import clean
from channels.email.headers import text

MAX_FIELDS = 20  # of one name (To, Cc) looked at
MAX_NAME_WORDS = 40  # read before an address
MAX_ADDRESSES = 500  # read in one field
MAX_ADDRESS_CHARS = 320  # RFC 3696: 64 + @ + 255
MAX_NAME_CHARS = 300

# An encoded word first: it may hold commas and quotes that mean nothing. Every alternative begins differently: linear time.
_TOKEN = re.compile(
    r"""=\?[^?\s]{1,60}\?[bBqQ]\?.{0,1000}?\?=|"(?:[^"\\]|\\.)*"?|\([^()]*\)|<[^<>]*>?|[,;:]|[^\s",;:<(=]+|\s+|.""", re.DOTALL
)
_NOT_IN_ADDRESS = re.compile(r"[\s\"'<>()\[\],;:\\]+")
_SIMPLE = re.compile(r"\s*([^\s\"<>()@,;:=?]+@[^\s\"<>()@,;:=?]+)\s*")
_NAMED = re.compile(r"\s*\"?([^\"<>()@,;:=\\]*?)\"?\s*<([^\s\"<>()@,;:=?]+@[^\s\"<>()@,;:=?]+)>\s*")


def mailboxes(value: bytes, hint: str = "") -> list[tuple[str, str]]:
    """The (name, address) of every mailbox of a field, in order; groups are opened, what has no address is left out."""
    line = clean(value.decode("latin-1"))  # one character a byte: decoded for good once cut
    if line.isascii():
        simple = _SIMPLE.fullmatch(line)
        if simple:
            return [("", _address(simple[1]))]
        named = _NAMED.fullmatch(line)
        if named:
            return [(named[1].strip()[:MAX_NAME_CHARS], _address(named[2]))]
    found = _scan(line, hint)
    if not found and "=?" in line:  # the whole field in one encoded word
        found = _scan(text(value, hint).encode("utf-8", "replace").decode("latin-1"), "")
    return found


def _scan(line: str, hint: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    words: list[str] = []
    angle: str | None = None
    comment = ""

    def finish() -> bool:
        """Ends a mailbox; false when what was read holds no address, and may be the name of the next."""
        nonlocal angle, comment
        box = _mailbox(words, angle, comment, hint)
        if box is None and any(w.strip() for w in words):
            return False
        if box is not None:
            found.append(box)
        words.clear()
        angle, comment = None, ""
        return True

    for match in _TOKEN.finditer(line):
        piece = match[0]
        first = piece[0]
        if first == "<":
            angle = piece.strip("<>") if angle is None or "@" not in angle else angle
        elif piece in ",;":
            if not finish():
                if piece == ";" or len(words) > MAX_NAME_WORDS:
                    words.clear()
                else:
                    words.append(piece)  # « Dupont, Jean <jean@…> » without quotes
            if len(found) >= MAX_ADDRESSES:
                return found
        elif piece == ":" and angle is None and not any("@" in w for w in words):
            words.clear()  # the name of a group
        elif first == "(" and piece[-1] == ")":
            comment = piece[1:-1]
        else:
            words.append(piece)
    finish()
    return found


def _mailbox(words: list[str], angle: str | None, comment: str, hint: str) -> tuple[str, str] | None:
    if angle is not None:
        address = _address(text(angle.encode("latin-1"), hint) if "=?" in angle else _raw(angle, hint))
        name = "".join(words)
        if "@" not in address:
            inside = next((w for w in words if "@" in w), "")
            address, name = (_address(_raw(inside, hint)), "") if inside else (address, name)
        if not address:
            return None
        return _name(name, hint) or _name(comment, hint), address
    for place, word in enumerate(words):
        if "@" in word and not word.startswith("=?"):
            start = place
            while start and words[start - 1].strip() and words[start - 1] != ",":  # "jean dupont"@… is one word
                start -= 1
            address = _address(_raw("".join(words[start : place + 1]), hint))
            if "@" in address:
                rest = "".join(words[:start]) + "".join(words[place + 1 :])
                return _name(comment, hint) or _name(rest, hint), address
    return None


def _raw(word: str, hint: str) -> str:
    return word if word.isascii() else text(word.encode("latin-1"), hint)


def _name(raw: str, hint: str) -> str:
    """A display name: quotes and escapes undone, encoded words decoded."""
    raw = raw.strip().strip(",").strip()
    if raw[:1] == '"':
        raw = raw.strip('"')
    if "\\" in raw:
        raw = re.sub(r"\\(.)", r"\1", raw)
    name = text(raw.encode("latin-1"), hint) if "=?" in raw or not raw.isascii() else raw
    name = " ".join(name.replace('"', " ").split()).strip("'").strip()
    return name[:MAX_NAME_CHARS]


def _address(raw: str) -> str:
    """An address without decoration; the empty word where it is none."""
    address = raw.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:]
    if address.startswith("@") and ":" in address:  # a source route
        address = address.rsplit(":", 1)[1]
    if address.startswith('"') or "\\" in address:
        local, at, domain = address.rpartition("@")
        address = local.strip('"') + at + domain
    address = _NOT_IN_ADDRESS.sub("", address).rstrip(".")
    if len(address) > MAX_ADDRESS_CHARS or address.startswith("@") or address.endswith("@"):
        return ""
    return address


def sender(fields: Sequence[bytes], hint: str = "") -> tuple[str, str]:
    """The (name, address) of the first mailbox with a usable address; a name alone is better than nothing."""
    alone = ""
    for value in fields[:MAX_FIELDS]:
        for name, address in mailboxes(value, hint):
            if "@" in address:
                return name, address
        alone = alone or _name(clean(value.decode("latin-1")), hint)
    return alone, ""


def plain(fields: Sequence[bytes], hint: str = "") -> tuple[str, ...]:
    """The addresses in these fields, each once, in order."""
    found: dict[str, None] = {}
    for value in fields[:MAX_FIELDS]:
        for _, address in mailboxes(value, hint):
            if address and len(found) < MAX_ADDRESSES:
                found[address] = None
    return tuple(found)
