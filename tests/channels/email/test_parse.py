"""Mails as they really come, each with what must be read from it: `tests/corpus/email/*.eml` and the `.json` beside each."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.parse import parse, read
from grc.cli.parse import as_json
from grc.messages.model import Received
from tests.support.sound import mail_is_sound

CORPUS = Path(__file__).parents[2] / "corpus" / "email"
MAILS = sorted(CORPUS.glob("*.eml"))


def _seen(raw: bytes) -> dict[str, Any]:
    message = read(raw)
    return {
        **as_json(message),
        "auto_reason": message.auto_reason,
        "may_answer": message.may_answer,
        "fields": dict(message.evidence),
        "attachment_names": [one.name for one in message.attachments],
    }


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_a_mail_is_read_as_its_author_meant_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    contained = expected.pop("body_text_contains", [])
    seen = _seen(path.read_bytes())
    assert {key: seen[key] for key in expected} == expected
    assert [words for words in contained if words not in seen["body_text"]] == []


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_line_ends_of_either_kind_say_the_same(path: Path) -> None:
    unix = path.read_bytes().replace(b"\r\n", b"\n")
    if b"\r" in unix:
        unix = unix.replace(b"\r", b"\n")
    one, other = _seen(unix), _seen(unix.replace(b"\n", b"\r\n"))
    for seen in (one, other):
        for attached in seen["attachments"]:
            del attached["size"]  # a text that is not encoded keeps its own line ends
    assert one == other


BYTES = [path.read_bytes() for path in MAILS]


@given(st.binary(max_size=300))
def test_any_bytes_can_be_read(raw: bytes) -> None:
    mail_is_sound(raw)


@given(st.sampled_from(BYTES), st.data())
def test_a_mail_damaged_anywhere_can_be_read(raw: bytes, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        cut = data.draw(st.integers(0, 40))
        put = data.draw(
            st.binary(max_size=8) | st.sampled_from([b"\n\n", b"--X1\n", b"=?utf-8?B?", b'"', b"\r", b"<", b"%00", b"Content-Type: "])
        )
        raw = raw[:at] + put + raw[at + cut :]
    mail_is_sound(raw)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=30)


FILES = st.lists(st.tuples(st.text("aé.b", min_size=1, max_size=20), st.binary(max_size=200)), max_size=3)


@given(WORDS, st.text("abcé \n>", max_size=200), FILES)
def test_what_the_standard_library_writes_is_read_back(subject: str, text: str, files: list[tuple[str, bytes]]) -> None:
    mail = EmailMessage()
    mail["Subject"] = subject
    mail["To"] = "mairie@lue.example"
    mail["From"] = "jean.dupont@fai.example"
    mail.set_content(f"Bonjour\n{text}")
    mail.add_alternative("<p>Bonjour</p>", subtype="html")
    for file_name, content in files:
        mail.add_attachment(content, maintype="application", subtype="pdf", filename=file_name)
    raw = mail.as_bytes()
    message = read(raw)
    standard = BytesParser(policy=policy.default).parsebytes(raw)
    body = standard.get_body(("plain",))
    assert body is not None
    assert message.body_text.rstrip("\n") == body.get_content().replace("\r", "").rstrip("\n")
    assert message.subject.split() == str(standard["Subject"]).split()
    assert [one.content for one in message.attachments] == [content for _, content in files]


def _received(raw: bytes, **meta: Any) -> Received:
    return Received(1, 1, "email", "mairie@lue.example", "m1", raw, meta, datetime(2024, 3, 12, tzinfo=UTC))


def test_the_envelope_says_where_a_mail_arrived() -> None:
    raw = b"From: jean.dupont@fai.example\nTo: amis@fai.example\nDelivered-To: voirie@lue.example\n\nBonjour\n"
    assert list(parse(_received(raw, rcpt_to=["mairie+voirie@lue.example"])).recipients) == ["mairie+voirie@lue.example"]
    assert list(parse(_received(raw)).recipients) == ["voirie@lue.example"]


def test_a_mail_with_an_empty_envelope_sender_is_never_answered() -> None:
    raw = b"From: jean.dupont@fai.example\nSubject: Bonjour\n\nBonjour\n"
    assert not parse(_received(raw, mail_from="")).may_answer
    assert parse(_received(raw, mail_from="jean.dupont@fai.example")).may_answer
