"""The antivirus by its socket: what it finds is said, and nothing waits for it without end, whatever it does."""

from __future__ import annotations

import asyncio

import pytest

from grc import clamav
from grc.clamav import Clamav, Unscannable
from grc.errors import Misconfigured, Unavailable
from tests.makers.clamd import HARMFUL, LARGEST, NAME, Clamd, clamd, daemon
from tests.makers.scripted import scripted

__all__ = ["clamd", "daemon"]


async def test_the_real_daemon_tells_what_harms_from_what_does_not(clamd: Clamd) -> None:
    there = clamav.at(clamd.address)
    assert await there.is_there()
    assert (await there.version()).startswith("ClamAV ")
    for clean in (b"", b"bonjour", b"\0" * 200_000, b"PK\x03\x04" + b"a" * 1000):
        assert await there.scan(clean) is None
    assert await there.scan(HARMFUL) == NAME
    assert await there.scan(b"a" * 700_000 + HARMFUL) == NAME


async def test_a_content_larger_than_it_takes_is_said_to_be(clamd: Clamd) -> None:
    for size in (LARGEST + 100_000, 10 * LARGEST):
        with pytest.raises(Unscannable, match="StreamMaxLength"):
            await clamav.at(clamd.address).scan(b"a" * size)


async def test_many_at_once_get_each_its_own_answer(clamd: Clamd) -> None:
    there = clamav.at(clamd.address)
    found = await asyncio.gather(*(there.scan(HARMFUL if number % 3 == 0 else b"x" * number) for number in range(30)))
    assert found == [NAME if number % 3 == 0 else None for number in range(30)]


async def test_a_daemon_that_is_away_is_unavailable(clamd: Clamd) -> None:
    clamd.stop()
    for address in (clamd.address, "tcp://127.0.0.1:9"):
        assert not await clamav.at(address).is_there()
        with pytest.raises(Unavailable):
            await clamav.at(address).scan(b"bonjour")


@pytest.mark.parametrize(
    ("answer", "raises"),
    [
        (b"", Unscannable),  # hangs up: this very content may be why
        (b"stream: OK", None),  # without its NUL, then the end
        (b"stream: OK\0stream: Essai FOUND\0", None),
        (b"\x00", Unscannable),
        (b"HTTP/1.1 200 OK\r\n\r\n", Unscannable),
        (b"UNKNOWN COMMAND\0", Unscannable),
        (b"x" * 1_000_000, Unscannable),
        ("stream: Nuisible é FOUND\0".encode(), None),
    ],
)
async def test_what_it_may_answer(answer: bytes, raises: type[Exception] | None) -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\0\0\0\0")
        writer.write(answer)

    async with scripted(script) as port:
        there = Clamav(host="127.0.0.1", port=port)
        if raises is None:
            assert await there.scan(b"bonjour") == ("Nuisible é" if "é".encode() in answer else None)
        else:
            with pytest.raises(raises):
                await there.scan(b"bonjour")


async def test_what_it_has_not_read_is_not_clean() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(1000)
        writer.write(b"stream: OK\0")
        await writer.drain()
        writer.transport.abort()

    async with scripted(script) as port:
        with pytest.raises(Unscannable):
            await Clamav(host="127.0.0.1", port=port).scan(b"a" * 50_000_000)


async def test_one_that_never_answers_is_left() -> None:
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with scripted(script) as port:
        with pytest.raises(Unavailable):
            await Clamav(host="127.0.0.1", port=port, patience=0.2).scan(b"a" * 5_000_000)


@pytest.mark.parametrize(
    ("address", "there"),
    [
        ("tcp://127.0.0.1:3310", Clamav(host="127.0.0.1", port=3310)),
        ("antivirus.dax.example:3310", Clamav(host="antivirus.dax.example", port=3310)),
        ("tcp://[::1]:3310/", Clamav(host="::1", port=3310)),
        ("unix:/run/clamav/clamd.ctl", Clamav(path="/run/clamav/clamd.ctl")),
        ("unix:///run/clamav/clamd.ctl", Clamav(path="/run/clamav/clamd.ctl")),
        ("/run/clamav/clamd.ctl", Clamav(path="/run/clamav/clamd.ctl")),
    ],
)
def test_where_it_is_can_be_said_in_each_of_these_ways(address: str, there: Clamav) -> None:
    assert clamav.at(address) == there


@pytest.mark.parametrize("address", ["127.0.0.1", "tcp://:3310", "tcp://h:0", "tcp://h:99999", "http://h:1/x", "unix:relatif", " "])
def test_an_address_that_is_none_is_refused_in_words(address: str) -> None:
    with pytest.raises(Misconfigured, match="GRC_CLAMAV"):
        clamav.at(address)
