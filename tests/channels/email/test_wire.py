"""Mail is read from the door the same, however the network cuts it to pieces, and never more of it than there is room for."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.wire import Gone, Room, Unread, Wire


async def read(pieces: list[bytes], most: int = 10_000, room: Room | None = None) -> tuple[bytes | Unread, Wire]:
    reader = asyncio.StreamReader(limit=64)
    wire = Wire(reader, room or Room(1_000_000))

    async def feed() -> None:
        for piece in pieces:
            reader.feed_data(piece)
            await asyncio.sleep(0)

    feeding = asyncio.create_task(feed())
    mail = await wire.mail(most)
    await feeding
    return mail, wire


def stuffed(mail: bytes) -> bytes:
    lines = mail.split(b"\r\n")
    return b"\r\n".join(b"." + line if line.startswith(b".") else line for line in lines) + b"\r\n.\r\n"


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places})
    return [piece for start, end in zip([0, *ends], [*ends, len(data)], strict=True) if (piece := data[start:end])]


text = st.lists(st.sampled_from([b".", b"..", b"\r\n", b"\r\n.", b"\n.\n", b"a", b"\r", b"\n", b"QUIT", b" "]), max_size=30)


@given(text, st.lists(st.integers(0, 200), max_size=8))
def test_a_mail_arrives_as_it_was_sent_however_it_is_cut(parts: list[bytes], places: list[int]) -> None:
    mail = b"".join(parts)
    sent = stuffed(mail) + b"NOOP\r\n"

    async def check() -> None:
        got, wire = await read(cut(sent, places))
        assert got == mail + b"\r\n"
        assert await wire.line(100) == b"NOOP"

    asyncio.run(check())


@pytest.mark.parametrize("sent", [b".\r\n", b"\r\n.\r\n"])
async def test_an_empty_mail_ends_too(sent: bytes) -> None:
    got, _ = await read([sent])
    assert got == sent[:-3]


async def test_a_bare_line_feed_before_the_dot_smuggles_nothing() -> None:
    got, _ = await read([b"Subject: a\r\n\r\nb\n.\nMAIL FROM:<x@y.example>\r\n.\r\n"])
    assert isinstance(got, bytes)
    assert b"MAIL FROM" in got


async def test_a_mail_that_is_too_large_is_read_to_its_end_and_not_kept() -> None:
    room = Room(1_000_000)
    got, wire = await read([b"x" * 500 + b"\r\n" for _ in range(100)] + [b".\r\nNOOP\r\n"], most=10_000, room=room)
    assert got is Unread.TOO_LARGE
    assert await wire.line(100) == b"NOOP"
    assert room.take(1_000_000)


async def test_mails_share_the_memory_there_is() -> None:
    room = Room(5_000)
    assert room.take(4_000)
    got, _ = await read([b"x" * 500 + b"\r\n" for _ in range(10)] + [b".\r\n"], room=room)
    assert got is Unread.NO_ROOM
    room.give_back(4_000)
    got, wire = await read([b"x" * 500 + b"\r\n" for _ in range(9)] + [b".\r\n"], room=room)
    assert isinstance(got, bytes)
    wire.release()
    assert room.take(5_000)


async def test_a_line_without_end_is_skipped() -> None:
    reader = asyncio.StreamReader(limit=64)
    wire = Wire(reader, Room(1))
    reader.feed_data(b"x" * 5_000)
    reading = asyncio.create_task(wire.line(1_000))
    await asyncio.sleep(0)
    reader.feed_data(b"\r\nQUIT\n")
    assert await reading is None
    assert await wire.line(1_000) == b"QUIT"
    reader.feed_eof()
    with pytest.raises(Gone):
        await wire.line(1_000)
