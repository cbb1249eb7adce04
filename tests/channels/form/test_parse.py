"""The envelope of a form is read as a message, whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from channels.form.parse import parse
from grc.messages.envelope import seal
from grc.messages.model import Attachment, Received

NOW = datetime(2026, 5, 7, 10, 0, tzinfo=UTC)
json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("objet", "service", "message", "nom", "courriel", "telephone", "adresse")


def _received(raw: bytes) -> Received:
    return Received(1, 40088, "form", "40088", "n", raw, {}, NOW)


def test_every_field_finds_its_place() -> None:
    form = dict(
        zip(NAMES, ("Lampadaire", "voirie", "Éteint.\nMerci", "Marie", "m@exemple.fr", "+33558123456", "1 rue\n40100 Dax"), strict=True)
    )
    message = parse(_received(seal(form, [Attachment("a.pdf", "application/pdf", b"%PDF-")])))
    assert (message.subject, message.service_slug, message.reply_text) == ("Lampadaire", "voirie", "Éteint.\nMerci")
    assert (message.from_name, message.from_addr, message.phone) == ("Marie", "m@exemple.fr", "+33558123456")
    assert message.fields == {"postal_address": "1 rue\n40100 Dax", "phone": "+33558123456"}
    assert [f.name for f in message.attachments] == ["a.pdf"]
    assert message.may_answer
    assert not message.is_auto
    assert message.ticket_id is None


@given(st.dictionaries(st.sampled_from(NAMES), json))
def test_no_value_of_a_field_breaks_it(form: dict[str, object]) -> None:
    message = parse(_received(seal(form, [])))
    for text in (message.subject, message.body_text, message.from_name, message.from_addr, message.service_slug):
        assert "\x00" not in text
        text.encode()


@given(st.binary(max_size=300))
def test_no_bytes_break_it(raw: bytes) -> None:
    assert parse(_received(raw)).defects
