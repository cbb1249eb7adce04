"""A message as a mail: text and HTML, attachments, and the headers by which other machines and our own know what it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from email import charset, policy
from email.encoders import encode_base64
from email.generator import BytesGenerator
from email.header import Header
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr
from io import BytesIO
from urllib.parse import quote

from grc.messages.model import NO_TICKET, Attachment, OutboundMessage

LOOP_HEADER = "X-GRC-Loop"

_UTF8 = charset.Charset("utf-8")
_UTF8.body_encoding = charset.QP
# The older policy, since the newer one writes a long Message-ID in References as an encoded word; and no folding by it, since it
# begins a long header with an empty line. What may be long is folded below.
_WIRE = policy.Compat32(linesep="\r\n", max_line_length=None)
_FOLD = "\r\n "
_LONGEST_NAME = 700  # of a file, as encoded: RFC 5322 allows 998 on a line
_SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")
_TYPE = re.compile(r"^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$")


def compose(message: OutboundMessage) -> bytes:
    """The bytes of a mail, the same at every try."""
    root = _content(message)
    _headers(root, message)
    out = BytesIO()
    BytesGenerator(out, mangle_from_=False, policy=_WIRE).flatten(root)
    return out.getvalue()


def _content(message: OutboundMessage) -> MIMEBase:
    inline = [a for a in message.attachments if a.inline and a.content_id and message.body_html]
    apart = [a for a in message.attachments if a not in inline]
    body: MIMEBase = _text(message.body_text, "plain")
    if message.body_html:
        html: MIMEBase = _text(message.body_html, "html")
        if inline:
            html = _multipart(message, "related", [html, *(_part(a) for a in inline)])
        body = _multipart(message, "alternative", [body, html])
    return _multipart(message, "mixed", [body, *(_part(a) for a in apart)]) if apart else body


def _text(text: str, kind: str) -> MIMEText:
    return MIMEText(text.replace("\r\n", "\n").replace("\r", "\n"), kind, _UTF8)  # type: ignore[arg-type]  # a Charset is taken


def _multipart(message: OutboundMessage, kind: str, parts: Sequence[MIMEBase]) -> MIMEMultipart:
    digest = hashlib.sha256(f"{kind}:{message.mail_id}".encode()).hexdigest()[:32]
    # `=_` stands in no line that is base64 or quoted-printable (RFC 2045, 6.7), so no text can end a part before its time
    return MIMEMultipart(kind, boundary=f"=_{digest}", _subparts=list(parts), policy=_WIRE)


def _part(attachment: Attachment) -> MIMEBase:
    kind = attachment.type.lower()
    if not _TYPE.match(kind) or kind.startswith(("multipart/", "message/")):  # which may not be base64 (RFC 2046, 5.2.1)
        kind = "application/octet-stream"
    part = MIMEBase(*kind.split("/", 1), policy=_WIRE)
    part.set_payload(attachment.content)
    encode_base64(part)
    name = _short(_plain(attachment.name) or "fichier")
    shown = name if name.isascii() else ("utf-8", "", name)  # RFC 2231
    part.add_header("Content-Disposition", "inline" if attachment.inline and attachment.content_id else "attachment", filename=shown)
    if attachment.content_id:
        part["Content-ID"] = f"<{_plain(attachment.content_id)}>"
    return part


def _headers(mail: MIMEBase, message: OutboundMessage) -> None:
    mail["From"] = _address(message.sender_name, message.sender_addr)
    mail["To"] = _plain(message.to_addr)
    mail["Subject"] = _words(_plain(message.subject), "Subject")
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = f"<{message.mail_id}>"
    if message.references:
        mail["In-Reply-To"] = f"<{_plain(message.references[-1])}>"
        mail["References"] = _FOLD.join(f"<{_plain(one)}>" for one in message.references)
    if message.reply_to:
        mail["Reply-To"] = _address(message.sender_name, message.reply_to)
    if message.automatic:  # RFC 3834, 5
        mail["Auto-Submitted"] = "auto-replied" if message.ticket_id != NO_TICKET else "auto-generated"
        mail["X-Auto-Response-Suppress"] = "All"  # Exchange reads this one
    mail[LOOP_HEADER] = _plain(message.reference)


def _address(name: str, address: str) -> str:
    """A mailbox with the name people see, in encoded words where it has accents."""
    shown, bare = _plain(name), _plain(address)
    if not shown:
        return bare
    if shown.isascii():
        return formataddr((shown, bare)) if bare.isascii() else bare
    return f"{_words(shown, 'Reply-To')}{_FOLD}<{bare}>"


def _words(text: str, header: str) -> str:
    """Unstructured text, folded; in encoded words of at most 75 characters where it has accents (RFC 2047)."""
    return Header(text, None if text.isascii() else "utf-8", header_name=header, maxlinelen=76).encode(linesep="\r\n")


def _short(name: str) -> str:
    """A file's name that fits on one line of a header, its ending kept."""
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = name, "", ""
    while len(quote(stem)) + len(quote(ending)) > _LONGEST_NAME:
        stem = stem[: len(stem) * 3 // 4]
    return f"{stem}{dot}{ending}"


def _plain(text: str) -> str:
    """Text for one header: a line break in it would begin another header."""
    return _SPACES.sub(" ", text).strip()
