"""Small mails, each with a Message-ID of its own."""

from __future__ import annotations


def mail(number: int | str, text: str = "Bonjour,\r\nle lampadaire est éteint.", *, size: int = 0, headers: str = "") -> bytes:
    """A mail that says its number in its subject; padded to `size` bytes."""
    raw = (
        f"From: Citoyen <citoyen@exemple.example>\r\nTo: mairie@40088.example\r\nSubject: demande {number}\r\n"
        f"Message-ID: <{number}@exemple.example>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0100\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
    ).encode()
    missing = max(0, size - len(raw))
    line = b"x" * 76 + b"\r\n"
    return raw + line * (missing // len(line)) + b"x" * (missing % len(line))


def number_of(raw: bytes) -> str:
    """The number that `mail` was made with."""
    return raw.partition(b"Subject: demande ")[2].partition(b"\r\n")[0].decode()
