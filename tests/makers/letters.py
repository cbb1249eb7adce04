"""Mails as citizens send them, by seed: the same seed gives the same bytes.

About 3 kB of text and HTML each; one in five answers an earlier one, one in ten carries a file of 100 kB.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html import escape
from random import Random

from grc.demo.situations import Situation, fill, situations
from grc.demo.words import words
from grc.fold import slug

FIRST = datetime(2026, 1, 5, 7, 0, tzinfo=UTC)
REPLIES, CARRYING = 0.2, 0.1
FILE_BYTES = 100_000
TEXT_BYTES = 760  # the plain part; with the HTML part and the headers about 3 kB
DISTANCE = 200  # how far back, at least, lies what a mail answers

_PROGRAMS = ("Thunderbird 128.4", "iPhone Mail (21G93)", "Zimbra 8.8.15_GA_4545", "Microsoft Outlook 16.0", "Roundcube Webmail/1.6.6")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail, and what a test may want to know of it without reading it."""

    raw: bytes
    sender: str
    recipient: str
    message_id: str
    answers: str | None


def letters(seed: int, count: int, recipients: Sequence[str]) -> Iterator[Letter]:
    """So many mails, each to one of the recipients; an answer goes where what it answers went."""
    random = Random(seed)
    sent: list[Letter] = []
    texts = [s for s in situations() if s.group == "commune"]
    share = min(0.5, REPLIES * count / max(1, count - DISTANCE))  # the first ones have nothing to answer
    for number in range(count):
        answered = random.choice(sent[:-DISTANCE]) if len(sent) > DISTANCE and random.random() < share else None
        letter = _letter(random, f"{seed}-{number}", number, texts, recipients, answered)
        sent.append(letter)
        yield letter


def _letter(
    random: Random, name: str, number: int, texts: Sequence[Situation], recipients: Sequence[str], answered: Letter | None
) -> Letter:
    known = words()
    situation = random.choice(texts)
    first, last = random.choice(known.women + known.men), random.choice(known.surnames)
    sender = answered.sender if answered else f"{slug(first)}.{slug(last)}{random.randint(1, 9999)}@{random.choice(known.mail_domains)}"
    recipient = answered.recipient if answered else random.choice(recipients)
    domain = sender.rpartition("@")[2]
    identity = f"{random.getrandbits(64):016x}.{number}@{domain}"
    paragraphs, subject = _said(random, situation, texts, f"{first} {last}")

    message = EmailMessage(policy=policy.SMTP)
    message["Received"] = f"from mx.{domain} by mx.example with ESMTPS id {random.getrandbits(40):010X}"
    message["From"] = formataddr((f"{first} {last}", sender))
    message["To"] = recipient
    message["Subject"] = ("Re: " if answered else "") + subject
    message["Date"] = format_datetime(FIRST + timedelta(seconds=37 * number))
    message["Message-ID"] = f"<{identity}>"
    if answered:
        message["In-Reply-To"] = message["References"] = f"<{answered.message_id}>"
    message["X-Mailer"] = random.choice(_PROGRAMS)
    encoding = random.choice(("quoted-printable", "8bit", "base64"))
    message.set_content("\n\n".join(paragraphs) + "\n", cte=encoding)
    body = "\n".join(f'<p style="margin:0 0 12px">{escape(paragraph)}</p>' for paragraph in paragraphs)
    page = f'<html><head><meta charset="utf-8"></head><body style="font-family:Calibri,sans-serif">\n{body}\n</body></html>\n'
    message.add_alternative(page, subtype="html", cte=encoding)
    if random.random() < CARRYING:
        message.add_attachment(random.randbytes(FILE_BYTES), maintype="image", subtype="jpeg", filename=f"photo-{number}.jpg")
    for part in message.walk():
        if part.is_multipart():
            part.set_boundary(f"=_{name}_{random.getrandbits(64):016x}")
    return Letter(message.as_bytes(), sender, recipient, identity, answered.message_id if answered else None)


def _said(random: Random, situation: Situation, texts: Sequence[Situation], name: str) -> tuple[list[str], str]:
    """The paragraphs and the subject."""
    known = words()
    filled = {
        "rue": random.choice(known.streets), "n": str(random.randint(1, 99)), "quartier": random.choice(known.districts),
        "ecole": random.choice(known.schools), "prenom": random.choice(known.children), "date": "samedi 14 mars", "jour": "jeudi",
        "commune": "Dax", "tel": "06 39 98 12 34", "e": "e", "le": "le",
    }  # fmt: skip
    paragraphs = ["Bonjour,", *fill(situation.message, filled, random).split("\n")]
    while sum(len(paragraph.encode()) for paragraph in paragraphs) < TEXT_BYTES - 80:
        paragraphs.append(fill(random.choice(texts).message, filled, random).split("\n")[0])
    return [*paragraphs, "Cordialement,", name], fill(situation.subject, filled, random)
