"""The files a mail carries, each with a name that is safe to show and to save."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterable

from channels.email import headers as header
from channels.email import tnef
from channels.email.defects import Defects
from channels.email.mime import Part
from grc.messages.model import Attachment

MAX_ATTACHMENTS = 500  # in one mail; those beyond stay in the raw mail only
MAX_NAME_CHARS = 180
MAX_SUFFIX_CHARS = 12

_DECEIVING = frozenset('<>:"|?*')  # with those that are not printed: control characters, marks of direction, blanks of no width
_EXTENSIONS = {
    "message/rfc822": ".eml", "message/delivery-status": ".txt", "text/rfc822-headers": ".txt", "text/calendar": ".ics",
    "image/jpeg": ".jpg", "image/heic": ".heic", "image/webp": ".webp", "audio/mpeg": ".mp3", "text/plain": ".txt", "text/html": ".html",
    "application/pkcs7-mime": ".p7m", "application/x-pkcs7-mime": ".p7m", "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s", "application/pgp-signature": ".asc", "application/pgp-keys": ".asc",
    "application/pgp-encrypted": ".asc", "application/ms-tnef": ".dat", "application/octet-stream": ".bin",
    "text/vcard": ".vcf", "text/x-vcard": ".vcf",
}  # fmt: skip
_WORDS = {"image": "image", "audio": "son", "video": "video", "message": "message", "text": "texte"}
_TNEF_TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")


def name_of(part: Part, hint: str = "") -> str:
    """The file name a part declares, or nothing."""
    disposition = part.headers.raw("content-disposition")
    name = header.parameters(disposition, hint).get("filename", "") if b";" in disposition else ""
    return name or part.params.get("name", "")


def safe_name(name: str) -> str:
    """The name without folders, control characters or characters that deceive; short, its ending kept. May be empty."""
    name = re.split(r"[/\\]", name)[-1]
    if not name.isprintable() or not _DECEIVING.isdisjoint(name):
        name = " ".join("".join(c if c.isprintable() and c not in _DECEIVING else " " for c in name).split()).strip(" .")
    name = name.strip().rstrip(".")
    if name.startswith("."):
        name = name.lstrip(".")
    if len(name) > MAX_NAME_CHARS:
        stem, dot, suffix = name.rpartition(".")
        name = stem[: MAX_NAME_CHARS - len(suffix) - 1] + dot + suffix if dot and len(suffix) <= MAX_SUFFIX_CHARS else name[:MAX_NAME_CHARS]
    return name


def invented_name(kind: str, number: int) -> str:
    """A name for a file that has none: what it is and which one."""
    word = _WORDS.get(kind.split("/")[0], "piece-jointe")
    return f"{word}-{number}{_EXTENSIONS.get(kind) or mimetypes.guess_extension(kind, strict=False) or ''}"


def read(parts: Iterable[Part], defects: Defects, hint: str = "") -> tuple[list[Attachment], tnef.Winmail | None]:
    """The files of these parts, and what a winmail.dat among them held besides files."""
    files: list[Attachment] = []
    winmail: tnef.Winmail | None = None
    for part in parts:
        if len(files) >= MAX_ATTACHMENTS:
            defects.add("attachments-too-many")
            break
        name = safe_name(name_of(part, hint))
        content = part.content()
        if part.type in _TNEF_TYPES or name.lower() == "winmail.dat":
            opened = tnef.read(content, defects)
            if opened is not None:
                winmail = winmail or opened
                for inner, kind, inside in opened.files[: MAX_ATTACHMENTS - len(files)]:
                    files.append(Attachment(safe_name(inner) or invented_name(kind, len(files) + 1), kind, inside))
                continue
        content_id = header.message_id(part.headers.raw("content-id")) if "content-id" in part.headers else None
        shown = content_id is not None or part.disposition == "inline"
        inline = shown and part.type.startswith("image/") and part.disposition != "attachment"
        name = name or _own_name(part, hint) or invented_name(part.type, len(files) + 1)
        files.append(Attachment(name, part.type, content, inline, content_id))
    return files, winmail


def _own_name(part: Part, hint: str) -> str:
    """A mail inside a mail is named by its subject."""
    if part.type not in ("message/rfc822", "message/global"):
        return ""
    start = part.start
    end = min(part.end, start + 65_536)
    inner, _ = header.read(part.raw, start, _headers_end(part.raw, start, end), Defects())
    subject = safe_name(inner.text("subject", hint).replace("/", "-"))[:100]
    return f"{subject}.eml" if subject else ""


def _headers_end(raw: bytes, start: int, end: int) -> int:
    ends = [at for at in (raw.find(b"\n\n", start, end), raw.find(b"\n\r\n", start, end)) if at >= 0]
    return min(ends) if ends else end
