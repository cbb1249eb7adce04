"""Mails as citizens' programs write them: the bytes that the ledger of the demonstration keeps."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from email.header import Header
from email.utils import format_datetime

from grc.clock import PARIS
from grc.messages.model import Attachment, InboundMessage
from grc.web.words import DAYS, MONTHS

_LINE = 76


def new_id(address: str) -> str:
    """A Message-ID, without <>, of the domain of an address."""
    return f"{secrets.token_hex(10)}@{address.rpartition('@')[2]}"


def quoted(text: str, author: str, at: datetime) -> str:
    """What a mail program puts below an answer."""
    local = at.astimezone(PARIS)
    when = f"{DAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year} à {local:%H:%M}"
    lines = "\n".join(f"> {line}".rstrip() for line in text.splitlines())
    return f"Le {when}, {author} a écrit :\n{lines}"


def write(message: InboundMessage, at: datetime) -> bytes:
    """The mail this message was read from."""
    headers = [
        f"From: {_encoded(message.from_name)} <{message.from_addr}>",
        f"To: {', '.join(message.to)}",
        f"Subject: {_encoded(message.subject)}",
        f"Date: {format_datetime(at.astimezone(PARIS))}",
        f"Message-ID: <{message.message_id}>",
    ]
    if message.in_reply_to:
        headers.append(f"In-Reply-To: <{message.in_reply_to}>")
    if message.references:
        headers.append("References: " + " ".join(f"<{i}>" for i in message.references))
    if message.is_auto:
        headers.append("Auto-Submitted: auto-replied")
    headers.append("MIME-Version: 1.0")
    body = _part('text/plain; charset="utf-8"', message.body_text.encode() + b"\n")
    if not message.attachments:
        return "\r\n".join(headers).encode() + b"\r\n" + body
    boundary = f"=_{secrets.token_hex(12)}"
    headers.append(f'Content-Type: multipart/mixed; boundary="{boundary}"')
    parts = [body, *(_file(attachment) for attachment in message.attachments)]
    marked = b"".join(b"--" + boundary.encode() + b"\r\n" + part for part in parts)
    return "\r\n".join(headers).encode() + b"\r\n\r\n" + marked + b"--" + boundary.encode() + b"--\r\n"


def _encoded(text: str) -> str:
    return text if text.isascii() else Header(text, "utf-8", maxlinelen=_LINE).encode()


def _file(attachment: Attachment) -> bytes:
    return _part(f'{attachment.type}; name="{attachment.name}"', attachment.content, f'attachment; filename="{attachment.name}"')


def _part(kind: str, content: bytes, disposition: str = "") -> bytes:
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n"
    if disposition:
        head += f"Content-Disposition: {disposition}\r\n"
    encoded = base64.b64encode(content)
    return head.encode() + b"\r\n" + b"".join(encoded[i : i + _LINE] + b"\r\n" for i in range(0, len(encoded), _LINE)) + b"\r\n"
