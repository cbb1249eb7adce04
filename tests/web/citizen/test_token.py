"""The sealed mark of a page holds for its place alone, for half a day, and gives a number nobody can choose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from grc.web.citizen.token import LIVES, TokenMaker

NOW = datetime(2026, 5, 7, 10, 0, tzinfo=UTC)
MAKER = TokenMaker(b"k" * 32, "form")


def test_a_mark_is_read_back_for_its_own_place_only() -> None:
    token = MAKER.new(NOW)
    written = MAKER.write(token, "40088")
    assert MAKER.read(written, "40088") == token
    assert MAKER.read(written, "40192") is None
    assert TokenMaker(b"k" * 32, "suivi").read(written, "40088") is None
    assert TokenMaker(b"j" * 32, "form").read(written, "40088") is None


def test_a_mark_grows_old_and_none_comes_from_the_future() -> None:
    token = MAKER.new(NOW)
    assert not token.expired(NOW)
    assert not token.expired(NOW + LIVES - timedelta(minutes=2))
    assert token.expired(NOW + LIVES)
    assert token.expired(NOW - timedelta(hours=1))


def test_a_renewed_page_goes_on_with_the_same_sending() -> None:
    old = MAKER.new(NOW - timedelta(days=1))
    assert MAKER.new(NOW, old.number).number == old.number
    assert MAKER.new(NOW).number != MAKER.new(NOW).number


@given(st.text(max_size=90))
def test_no_text_is_read_as_a_mark(text: str) -> None:
    assert MAKER.read(text, "40088") is None
