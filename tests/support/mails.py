"""Mails as citizens and machines write them: real bytes, made by the standard library or by hand where it would refuse."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from email.utils import make_msgid

MAIRIE = "mairie@sainte-mer.example"


def mail(
    text: str,
    *,
    sender: str = "Jeanne Duport <jeanne@habitants.example>",
    to: str = MAIRIE,
    subject: str = "Lampadaire éteint",
    mail_id: str | None = None,
    answers: EmailMessage | None = None,
    files: Sequence[tuple[str, str, bytes]] = (),
    headers: Mapping[str, str] | None = None,
) -> bytes:
    """A mail of a citizen. `answers` threads it the way mail programs do: In-Reply-To, References and the Reply-To as recipient."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made["Message-ID"] = mail_id or make_msgid(domain="habitants.example")
    made["Date"] = "Mon, 05 Jan 2026 09:00:00 +0100"
    if answers is not None:
        made["In-Reply-To"] = answers["Message-ID"]
        made["References"] = " ".join(filter(None, (answers["References"], answers["Message-ID"])))
    for name, value in (headers or {}).items():
        made[name] = value
    made.set_content(text)
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


async def post(port: int, raw: bytes, to: str = MAIRIE, sender: str = "jeanne@habitants.example") -> tuple[int, str]:
    """Hands a mail in by LMTP as a mail server does; the answer for its recipient, whether 250 or not."""
    return await asyncio.to_thread(_post, port, raw, to, sender)


def _post(port: int, raw: bytes, to: str, sender: str) -> tuple[int, str]:
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as client:
        try:
            refused = client.sendmail(sender, [to], raw)
        except smtplib.SMTPRecipientsRefused as error:
            refused = error.recipients
        except smtplib.SMTPResponseException as error:
            return error.smtp_code, _words(error.smtp_error)
    code, words = refused.get(to, (250, b""))
    return code, _words(words)


def _words(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
