"""A mail says what it must to other machines, and nothing a citizen or an agent wrote can add a header to it."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.compose import compose
from grc.messages.model import Attachment, OutboundMessage
from tests.channels.email.test_send import LETTER

HEADERS = {
    "content-type", "mime-version", "content-transfer-encoding", "from", "to", "subject", "date", "message-id", "in-reply-to",
    "references", "reply-to", "auto-submitted", "x-auto-response-suppress", "x-grc-loop",
}  # fmt: skip


def read(message: OutboundMessage) -> EmailMessage:
    raw = compose(message)
    assert all(len(line) <= 998 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_every_try_writes_the_same_bytes() -> None:
    message = replace(LETTER, body_html="<p>Bonjour</p>", attachments=(Attachment("a.pdf", "application/pdf", b"%PDF"),))
    assert compose(message) == compose(message)


def test_text_and_html_say_the_same_and_files_follow() -> None:
    logo = Attachment("logo.png", "image/png", b"\x89PNG", inline=True, content_id="logo@grc")
    plan = Attachment("Plan de l’école\r\nX-Evil: 1.pdf", "application/pdf", b"%PDF-1.7\n" * 100)
    mail = read(replace(LETTER, body_html='<p>Reçu <img src="cid:logo@grc"></p>', attachments=(logo, plan)))
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert plain.get_content().split() == LETTER.body_text.split()
    assert "Reçu" in html.get_content()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == "Plan de l’école X-Evil: 1.pdf"
    assert attached.get_content() == plan.content
    related = [part for part in mail.walk() if part["Content-ID"] == "<logo@grc>"]
    assert related[0].get_content() == logo.content


def test_a_mail_an_agent_wrote_is_not_called_automatic() -> None:
    assert read(replace(LETTER, automatic=False))["Auto-Submitted"] is None


def test_long_threads_fold_without_being_encoded() -> None:
    ids = tuple(f"{'x' * 100}.{n}@exemple.example" for n in range(20))
    raw = compose(replace(LETTER, references=ids))
    assert raw.count(b"\r\n <" + b"x" * 100) == 19
    assert b"References: <xxx" in raw


@pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed", "nonsense", "text/html; charset=x", ""])
def test_a_file_of_a_kind_that_cannot_be_carried_is_carried_as_bytes(kind: str) -> None:
    mail = read(replace(LETTER, attachments=(Attachment("a", kind, b"From: x\r\n\r\n--=_"),)))
    (attached,) = mail.iter_attachments()
    assert attached.get_content_type() == "application/octet-stream"
    assert attached.get_content() == b"From: x\r\n\r\n--=_"


words = st.text(st.characters(codec="utf-8"), max_size=120)


@given(words, words, words, words)
def test_nothing_that_is_written_adds_a_header(subject: str, sender: str, name: str, text: str) -> None:
    mail = read(replace(LETTER, subject=subject, sender_name=sender, body_text=text, attachments=(Attachment(name, "text/plain", b"x"),)))
    assert {header.lower() for header in mail} <= HEADERS
    assert mail["To"] == LETTER.to_addr
    assert mail["Message-ID"] == f"<{LETTER.mail_id}>"
