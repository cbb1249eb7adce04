"""Mail nobody should ever send: each becomes a ticket or a clear refusal, and the next mail always goes through."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.support.mails import MAIRIE, mail, post
from tests.support.processes import Service, until
from tests.support.world import World

LIMIT = 50 * 1024 * 1024


def nested(depth: int) -> bytes:
    """A mail whose parts lie in one another."""
    head = b"From: a@habitants.example\r\nTo: mairie@sainte-mer.example\r\nSubject: gigogne\r\nMessage-ID: <gigogne@habitants.example>\r\n"
    opens = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth))
    closes = b"".join(b"\r\n--b%d--\r\n" % level for level in reversed(range(depth)))
    return head + b"MIME-Version: 1.0\r\n" + opens + b"Content-Type: text/plain\r\n\r\nAu fond.\r\n" + closes


def headers(count: int) -> bytes:
    """A mail with so many headers."""
    many = b"".join(b"X-Trace-%d: %s\r\n" % (number, b"x" * 60) for number in range(count))
    return (
        b"From: a@habitants.example\r\nSubject: en-t\xc3\xaates\r\nMessage-ID: <beaucoup@habitants.example>\r\n"
        + many
        + b"\r\nBonjour.\r\n"
    )


ODD: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "two hundred nested parts": (lambda: nested(200), {"opened"}),
    "NUL bytes everywhere": (
        lambda: (
            b"From: a\x00@habitants.example\r\nSubject: z\x00ro\r\nMessage-ID: <n\x00l@habitants.example>\r\n\r\nUn\x00deux\x00\x00\r\n"
        ),
        {"opened"},
    ),
    "no From": (lambda: b"Subject: personne\r\nMessage-ID: <personne@habitants.example>\r\n\r\nBonjour.\r\n", {"opened"}),
    "from one of our own addresses to itself": (lambda: mail("Je me parle.", sender=MAIRIE), {"filtered", "opened"}),
    "from our own address, by a machine": (
        lambda: mail("Je me parle.", sender=MAIRIE, headers={"Auto-Submitted": "auto-replied"}),
        {"filtered"},
    ),
    "ten thousand headers": (lambda: headers(10_000), {"opened"}),
    "an unknown charset": (
        lambda: (
            b"From: a@habitants.example\r\nSubject: =?klingon-7?B?6Q==?=\r\nMessage-ID: <qapla@habitants.example>\r\n"
            b"Content-Type: text/plain; charset=klingon-7\r\n\r\nRue de l'\xc9glise\r\n"
        ),
        {"opened"},
    ),
    "no header at all": (lambda: b"\r\nBonjour, sans rien d'autre.\r\n", {"opened"}),
    "nothing at all": (lambda: b"", {"opened", "filtered"}),
    "only bytes": (lambda: bytes(range(256)) * 40, {"opened"}),
    "a subject of a megabyte": (
        lambda: (
            b"From: a@habitants.example\r\nMessage-ID: <long@habitants.example>\r\nSubject: " + b"long " * 200_000 + b"\r\n\r\nBonjour.\r\n"
        ),
        {"opened"},
    ),
    "half a mail": (
        lambda: mail("x" * 5000, files=[("photo.jpg", "image/jpeg", b"\xff\xd8" * 2000)])[:4000],
        {"opened"},
    ),
}


async def test_each_odd_mail_finds_its_place_and_the_next_one_is_served(service: Service, world: World) -> None:
    async def decided(came: int) -> list[str] | None:
        async with world.db.pool.acquire() as conn, conn.transaction():
            await conn.execute("set local role grc_worker")
            outcomes = [row["outcome"] for row in await conn.fetch("select outcome from received order by id")]
        return outcomes if len(outcomes) == came and "pending" not in outcomes else None

    for number, (name, (make, wanted)) in enumerate(ODD.items(), 1):
        assert (await post(service.lmtp_port, make(), sender="a@habitants.example"))[0] == 250, name
        assert (await post(service.lmtp_port, mail("La suivante.", mail_id=f"<suivante.{number}@habitants.example>")))[0] == 250, name
        outcomes = await until(lambda: decided(2 * number), 30, lambda: f"both are decided; {name}; {service.told('worker')}")  # noqa: B023
        odd, following = outcomes[-2:]
        assert odd in wanted, name
        assert following == "opened", name
        assert service.status("worker") is None, f"the worker lives; {name}"


async def test_a_mail_of_sixty_megabytes_is_refused_before_it_is_sent_and_after(service: Service, world: World) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.lmtp_port)
    await reader.readline()

    async def say(line: bytes) -> bytes:
        writer.write(line + b"\r\n")
        await writer.drain()
        answer = await reader.readline()
        while answer[3:4] == b"-":
            answer = await reader.readline()
        return answer

    await say(b"LHLO mx.habitants.example")
    announced = await say(b"MAIL FROM:<a@habitants.example> SIZE=%d" % (60 * 1024 * 1024))
    assert announced.startswith(b"552 5.3.4"), announced
    assert (await say(b"MAIL FROM:<a@habitants.example>")).startswith(b"250"), "it may go on with another mail"
    assert (await say(b"RCPT TO:<mairie@sainte-mer.example>")).startswith(b"250")
    assert (await say(b"DATA")).startswith(b"354")
    line = b"x" * 998 + b"\r\n"
    for _ in range(60):  # it did not announce its size: it is counted while it comes
        writer.write(line * 1049)
        await writer.drain()
    told = await say(b".")
    assert told.startswith(b"552 5.3.4"), told
    assert str(LIMIT).encode() in told, "and is told how large it may be"
    writer.close()

    assert (await post(service.lmtp_port, mail("La suivante.")))[0] == 250
    code, ledger = await service.command("ledger")
    assert (code, '"received":1,' in ledger) == (0, True), ledger


async def test_a_mail_just_below_the_limit_is_taken_whole(service: Service, world: World) -> None:
    content = bytes(range(256)) * (30 * 1024 * 1024 // 256)
    raw = mail("Voici le plan.", files=[("plan.pdf", "application/pdf", content)])
    assert 40 * 1024 * 1024 < len(raw) < LIMIT
    assert (await post(service.lmtp_port, raw))[0] == 250

    async def kept() -> int | None:
        async with world.db.pool.acquire() as conn, conn.transaction():
            await conn.execute("set local role grc_worker")
            size: int | None = await conn.fetchval("select size from attachment")
        return size

    assert await until(kept, 30, lambda: f"its file is with the ticket; {service.told('worker')}") == len(content)


async def test_a_line_without_end_and_a_client_that_falls_silent_hold_up_nobody(service: Service, world: World) -> None:
    _, silent = await asyncio.open_connection("127.0.0.1", service.lmtp_port)
    silent.write(b"LHLO x\r\nMAIL FROM:<a@habitants.example>\r\nRCPT TO:<mairie@sainte-mer.example>\r\nDATA\r\nSubject: jamais fini")
    await silent.drain()
    reader, endless = await asyncio.open_connection("127.0.0.1", service.lmtp_port)
    endless.write(b"LHLO " + b"x" * 3_000_000 + b"\r\n")
    await endless.drain()
    await reader.readline()
    assert (await reader.readline()).startswith(b"500"), "too long a line is told"

    assert (await post(service.lmtp_port, mail("La suivante.")))[0] == 250
    silent.close()
    endless.close()


async def test_a_recipient_nobody_knows_is_refused_at_once(service: Service, world: World) -> None:
    code, words = await post(service.lmtp_port, mail("Bonjour.", to="personne@sainte-mer.example"), to="personne@sainte-mer.example")
    assert (code, "personne@sainte-mer.example" in words) == (550, True)
