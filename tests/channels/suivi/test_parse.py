"""The envelope of an answer is read as a message of the ticket its page proved."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.suivi.parse import parse
from grc.messages.envelope import seal
from grc.messages.model import InboundMessage, Received


def _read(raw: bytes) -> InboundMessage:
    return parse(Received(1, 2, "suivi", "suivi", "n", raw, {}, datetime(2026, 5, 7, tzinfo=UTC)))


def test_it_names_its_ticket_and_nobody_else() -> None:
    message = _read(seal({"ticket": 7, "nom": "Marie Lafitte", "message": "Encore éteint."}, []))
    assert (message.ticket_id, message.from_name, message.reply_text) == (7, "Marie Lafitte", "Encore éteint.")
    assert message.from_addr == ""


@pytest.mark.parametrize("ticket", [True, 0, -1, 2**63, "7", None, 1.0])
def test_what_is_no_number_of_a_ticket_names_none(ticket: object) -> None:
    assert _read(seal({"ticket": ticket, "message": "x"}, [])).ticket_id is None


@given(st.binary(max_size=300))
def test_no_bytes_break_it(raw: bytes) -> None:
    assert _read(raw).defects
