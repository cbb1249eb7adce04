"""The arguments of MAIL and RCPT, as clients write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email import commands
from channels.email.commands import BadArgument

MOST = 1_000_000


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        (b"FROM:<a@b.example>", "a@b.example"),
        (b"from: <a@b.example> SIZE=1000 BODY=8BITMIME", "a@b.example"),
        (b"FROM:<>", ""),
        (b"FROM:<> SIZE=1", ""),
        (b"FROM:a@b.example", "a@b.example"),
        (b"FROM:<@relay.example,@autre.example:a@b.example>", "a@b.example"),
        (b'FROM:<"jean dupont"@b.example>', '"jean dupont"@b.example'),
        ("FROM:<élu@b.example> SMTPUTF8".encode(), "élu@b.example"),
    ],
)
def test_a_sender_is_read(argument: bytes, address: str) -> None:
    assert commands.sender(argument, MOST) == address


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        (b"<a@b.example>", "501"),
        (b"TO:<a@b.example>", "501"),
        (b"FROM:<a@b.example> SIZE=9999999999999999999999", "552"),
        (b"FROM:<a@b.example> SIZE=-1", "501"),
        (b"FROM:<a@b.example> BODY=BINARYMIME", "501"),
        (b"FROM:<a@b.example> RET=HDRS", "555"),
        (b"FROM:<a b@c.example>", "501"),
        (b"FROM:<a@b.example\x00>", "501"),
        (b"FROM:<\xff@b.example>", "501"),
        (b"FROM:<" + b"a" * 400 + b"@b.example>", "501"),
    ],
)
def test_a_wrong_sender_is_told_why(argument: bytes, code: str) -> None:
    with pytest.raises(BadArgument) as told:
        commands.sender(argument, MOST)
    assert str(told.value).startswith(code)


@pytest.mark.parametrize("argument", [b"TO:<>", b"TO:<mairie>", b"TO:<a@b.example> NOTIFY=NEVER", b""])
def test_a_wrong_recipient_is_told_why(argument: bytes) -> None:
    with pytest.raises(BadArgument) as told:
        commands.recipient(argument)
    assert str(told.value).startswith("5")


@given(st.binary(max_size=200), st.sampled_from([b"", b"FROM:", b"TO:<", b"FROM:<a@b.example> "]))
def test_what_is_read_as_an_address_is_one(rest: bytes, start: bytes) -> None:
    for word in ("FROM", "TO"):
        try:
            said = commands.path(word, start + rest)
        except BadArgument:
            continue
        assert said.address == "" or "@" in said.address
        assert not any(c < " " or c == "\x7f" for c in said.address)
        assert len(said.address.encode()) <= 4 * commands.LONGEST_ADDRESS
