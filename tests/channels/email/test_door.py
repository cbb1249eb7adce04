"""Mail comes in by LMTP and SMTP, spoken by real clients: told 250 only when it is in the ledger, and never lost."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from channels.email.door import Bounds, Door, Speaks
from channels.email.letterbox import Letterbox
from channels.email.parse import parse
from grc import clock
from grc.actions.accept import accept
from grc.db.pool import close_pool, open_pool
from grc.db.transaction import WORKER, Database
from grc.files import FolderStore
from grc.messages.model import Accepted, Arrival, Received, TryLater
from tests.channels.email.conftest import Intake
from tests.makers.cable import Cable
from tests.makers.mails import mail
from tests.support import postgres

MAIRIE = "mairie@40088.example"
BOUNDS = Bounds(mail_bytes=500_000, recipients=5, command_seconds=5.0, mail_seconds=5.0)


@asynccontextmanager
async def opened(speaks: Speaks, letterbox: Letterbox, bounds: Bounds = BOUNDS, *, catches: bool = False) -> AsyncIterator[int]:
    door, stop = Door(speaks, letterbox, bounds, catches=catches), asyncio.Event()
    task = asyncio.create_task(door.serve("127.0.0.1", 0, stop))
    await door.opened.wait()
    try:
        yield door.port
    finally:
        stop.set()
        await task


@pytest.fixture
def letterbox(db: Database, intake: Intake, collectivity: int) -> Letterbox:
    return Letterbox(db, intake.accept, clock.now)


async def client(port: int, kind: type[smtplib.SMTP], talk: Callable[[Any], Any]) -> Any:
    """What a real client got from its conversation; in a thread, as it is of the old school."""

    def run() -> Any:
        with kind("127.0.0.1", port) as connection:
            return talk(connection)

    return await asyncio.to_thread(run)


class Raw:
    """A client that says what it is told to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    @asynccontextmanager
    async def connect(cls, port: int) -> AsyncIterator[Raw]:
        raw = cls(*await asyncio.open_connection("127.0.0.1", port))
        try:
            assert (await raw.answer()).startswith("220")
            yield raw
        finally:
            raw.writer.close()

    async def answer(self) -> str:
        async with asyncio.timeout(5):
            while True:
                line = (await self.reader.readline()).decode()
                if line[3:4] != "-":
                    return line.rstrip()

    async def say(self, *lines: bytes) -> list[str]:
        self.writer.write(b"".join(line + b"\r\n" for line in lines))
        return [await self.answer() for _ in lines]


async def sources(db: Database) -> list[Any]:
    async with db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch("select account, source_id, meta, raw from received order by id"))


async def test_a_mail_by_smtp_is_in_the_ledger_as_it_was_sent(letterbox: Letterbox, db: Database) -> None:
    raw = mail(1, "Bonjour,\r\n.\r\n..\r\né")
    async with opened("smtp", letterbox) as port:
        refused = await client(port, smtplib.SMTP, lambda c: c.sendmail("citoyen@exemple.example", [MAIRIE], raw, ["BODY=8BITMIME"]))
    assert refused == {}
    (row,) = await sources(db)
    assert row["raw"] == raw
    assert row["account"] == MAIRIE
    assert row["meta"]["mail_from"] == "citoyen@exemple.example"
    assert row["meta"]["rcpt_to"] == [MAIRIE]


async def test_a_tag_and_capitals_reach_the_same_address(letterbox: Letterbox, db: Database) -> None:
    said = "Mairie+Voirie@40088.EXAMPLE"
    async with opened("lmtp", letterbox) as port:
        await client(port, smtplib.LMTP, lambda c: c.sendmail("", [said], mail(1)))
    (row,) = await sources(db)
    assert (row["account"], row["meta"]["rcpt_to"], row["meta"]["mail_from"]) == (MAIRIE, [said], "")


async def test_the_same_mail_offered_again_is_one(letterbox: Letterbox, db: Database) -> None:
    async with opened("lmtp", letterbox) as port:
        for _ in range(2):
            await client(port, smtplib.LMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], mail(1)))
        await client(port, smtplib.LMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], mail(2)))
    assert len(await sources(db)) == 2


async def test_two_mails_alike_without_a_message_id_are_two(letterbox: Letterbox, db: Database) -> None:
    alarm = b"From: alarme@exemple.example\r\nSubject: pompe\r\n\r\nLa pompe s'arrete.\r\n"
    async with opened("smtp", letterbox) as port:
        for _ in range(2):
            await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], alarm))
    assert len(await sources(db)) == 2


@pytest.mark.parametrize("kind", [smtplib.SMTP, smtplib.LMTP])
async def test_an_unknown_recipient_is_refused_and_the_others_get_the_mail(letterbox: Letterbox, db: Database, kind: Any) -> None:
    async with opened("lmtp" if kind is smtplib.LMTP else "smtp", letterbox) as port:
        refused = await client(port, kind, lambda c: c.sendmail("a@b.example", ["personne@40088.example", MAIRIE], mail(1)))
    assert refused["personne@40088.example"][0] == 550
    assert len(await sources(db)) == 1


async def test_lmtp_answers_for_each_recipient(letterbox: Letterbox, db: Database, intake: Intake) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into address (collectivity_id, address) values (1, 'voirie@40088.example')")
    intake.refuse = lambda arrival: arrival.account == MAIRIE
    async with opened("lmtp", letterbox) as port, Raw.connect(port) as raw:
        answers = await raw.say(
            b"LHLO mta", b"MAIL FROM:<a@b.example>", b"RCPT TO:<voirie@40088.example>", b"RCPT TO:<mairie@40088.example>", b"DATA"
        )
        assert [answer[:3] for answer in answers] == ["250", "250", "250", "250", "354"]
        raw.writer.write(mail(1) + b".\r\n")
        assert (await raw.answer())[:3] == "250"
        assert (await raw.answer())[:3] == "451"
    assert [row["account"] for row in await sources(db)] == ["voirie@40088.example"]


async def test_smtp_says_later_for_all_when_one_recipient_must_wait(letterbox: Letterbox, db: Database, intake: Intake) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into address (collectivity_id, address) values (1, 'voirie@40088.example')")
    full = True
    intake.refuse = lambda arrival: full and arrival.account == MAIRIE
    both = ["voirie@40088.example", MAIRIE]
    async with opened("smtp", letterbox) as port:
        with pytest.raises(smtplib.SMTPDataError) as told:
            await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", both, mail(1)))
        assert told.value.smtp_code == 451
        full = False
        await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", both, mail(1)))
    assert len(await sources(db)) == 2, "the recipient that had it already has it once"


async def test_a_mail_that_is_too_large_is_refused_before_and_after_it_is_sent(letterbox: Letterbox, db: Database) -> None:
    large = mail(1, size=600_000)
    async with opened("smtp", letterbox) as port:
        with pytest.raises(smtplib.SMTPSenderRefused) as before:
            await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], large))

        def without_saying_its_size(connection: smtplib.SMTP) -> tuple[int, bytes]:
            connection.helo()
            connection.mail("a@b.example")
            connection.rcpt(MAIRIE)
            return connection.data(large)

        after = await client(port, smtplib.SMTP, without_saying_its_size)
        await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], mail(2, size=400_000)))
    assert before.value.smtp_code == after[0] == 552
    assert len(await sources(db)) == 1


async def test_a_line_of_a_million_characters_is_taken(letterbox: Letterbox, db: Database) -> None:
    raw = mail(1, "x" * 1_000_000)
    async with opened("lmtp", letterbox, Bounds(mail_bytes=2_000_000)) as port:
        await client(port, smtplib.LMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], raw))
    async with db.transaction(WORKER) as tx:
        assert await tx.conn.fetchval("select size from received") == len(raw)


async def test_an_address_with_accents_is_taken_by_smtputf8(letterbox: Letterbox, db: Database) -> None:
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute("insert into address (collectivity_id, address) values (1, 'état-civil@40088.example')")
    async with opened("smtp", letterbox) as port:

        def talk(connection: smtplib.SMTP) -> None:
            connection.ehlo()
            assert connection.has_extn("smtputf8")
            connection.command_encoding = "utf-8"
            connection.mail("rené@exemple.example", ["SMTPUTF8"])
            assert connection.rcpt("État-civil@40088.example")[0] == 250
            assert connection.data(mail(1))[0] == 250

        await client(port, smtplib.SMTP, talk)
    (row,) = await sources(db)
    assert row["meta"]["mail_from"] == "rené@exemple.example"


async def test_commands_sent_all_at_once_are_answered_one_by_one(letterbox: Letterbox, db: Database) -> None:
    async with opened("smtp", letterbox) as port, Raw.connect(port) as raw:
        group = [b"MAIL FROM:<a@b.example>", b"RCPT TO:<" + MAIRIE.encode() + b">", b"DATA"]
        answers = await raw.say(b"EHLO x", *group)
        assert [answer[:3] for answer in answers] == ["250", "250", "250", "354"]
        raw.writer.write(mail(1) + b".\r\n")
        answers = [await raw.answer(), *await raw.say(*group)]
        assert [answer[:3] for answer in answers] == ["250", "250", "250", "354"]
        raw.writer.write(mail(2) + b".\r\nQUIT\r\n")
        assert [(await raw.answer())[:3] for _ in range(2)] == ["250", "221"]
    assert len(await sources(db)) == 2


async def test_a_client_that_leaves_in_the_middle_of_a_mail_leaves_nothing(letterbox: Letterbox, db: Database) -> None:
    async with opened("smtp", letterbox) as port, Raw.connect(port) as raw:
        await raw.say(b"EHLO x", b"MAIL FROM:<a@b.example>", b"RCPT TO:<" + MAIRIE.encode() + b">", b"DATA")
        raw.writer.write(mail(1))
        raw.writer.close()
        await raw.writer.wait_closed()
        await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", [MAIRIE], mail(2)))
    assert len(await sources(db)) == 1


async def test_a_client_that_says_nothing_is_shown_out(letterbox: Letterbox) -> None:
    async with (
        opened("smtp", letterbox, Bounds(mail_bytes=1000, command_seconds=0.05, mail_seconds=0.05)) as port,
        Raw.connect(port) as raw,
    ):
        assert (await raw.answer()).startswith("421")
        assert await raw.reader.read() == b""


async def test_a_client_that_only_errs_is_shown_out(letterbox: Letterbox) -> None:
    async with opened("smtp", letterbox, Bounds(mail_bytes=1000, mistakes=3)) as port, Raw.connect(port) as raw:
        answers = await raw.say(b"GET / HTTP/1.1", b"Host: x", b"LHLO x", b"RCPT TO:<a@b.example>")
        assert [answer[:3] for answer in answers] == ["500", "500", "500", "421"]


async def test_too_many_recipients_are_asked_to_come_again(letterbox: Letterbox, db: Database) -> None:
    tagged = [f"mairie+{n}@40088.example" for n in range(7)]
    async with opened("smtp", letterbox) as port:
        refused = await client(port, smtplib.SMTP, lambda c: c.sendmail("a@b.example", tagged, mail(1)))
    assert {code for code, _ in refused.values()} == {452}
    assert len(refused) == 2
    assert len(await sources(db)) == 1, "one place, one mail"


async def test_more_clients_than_there_are_places_are_asked_to_come_again(letterbox: Letterbox) -> None:
    async with opened("smtp", letterbox, Bounds(mail_bytes=1000, clients=1)) as port, Raw.connect(port) as first:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert (await reader.readline()).startswith(b"421")
        assert await first.say(b"NOOP") == ["250 2.0.0 Still here"]
        writer.close()


async def test_the_demonstration_catches_what_leaves(letterbox: Letterbox, db: Database) -> None:
    out = ["Citoyen@exemple.example", MAIRIE]
    async with opened("smtp", letterbox, catches=True) as port:
        assert await client(port, smtplib.SMTP, lambda c: c.sendmail(MAIRIE, out, mail(1))) == {}
    async with db.transaction(WORKER) as tx:
        (caught,) = await tx.conn.fetch("select mail_from, rcpt_to, raw from caught_mail")
    assert (caught["mail_from"], caught["rcpt_to"], caught["raw"]) == (MAIRIE, ["Citoyen@exemple.example"], mail(1))
    assert len(await sources(db)) == 1


async def test_while_the_database_is_away_the_sender_keeps_his_mail(
    server: postgres.TestServer, database_url: str, db: Database, collectivity: int, tmp_path: Path
) -> None:
    name = database_url.partition("?")[0].rpartition("/")[2]
    there = server.folder / "run" / ".s.PGSQL.5432"
    cable = Cable(lambda: asyncio.open_unix_connection(str(there)), tmp_path / ".s.PGSQL.5432")
    await cable.mend()
    pool = await open_pool(f"postgresql://grc@/{name}?host={tmp_path}", size=2)
    far = Database(pool, lambda wakes: None, FolderStore(tmp_path / "files"))

    async def take(arrival: Arrival) -> Accepted | TryLater:
        return await accept(far, arrival, clock.now())

    async with opened("lmtp", Letterbox(far, take, clock.now)) as port, Raw.connect(port) as raw:
        rcpt = b"RCPT TO:<" + MAIRIE.encode() + b">"
        assert [a[:3] for a in await raw.say(b"LHLO x", b"MAIL FROM:<a@b.example>", rcpt, b"DATA")] == ["250", "250", "250", "354"]
        await cable.cut()
        raw.writer.write(mail(1) + b".\r\n")
        assert (await raw.answer())[:3] == "451"
        answers = await raw.say(b"MAIL FROM:<a@b.example>", b"RCPT TO:<autre@40088.example>")
        assert [a[:3] for a in answers] == ["250", "451"], "not refused for good: nobody knows whether it exists"
        await cable.mend()
        assert [a[:3] for a in await raw.say(b"RSET", b"MAIL FROM:<a@b.example>", rcpt, b"DATA")] == ["250", "250", "250", "354"]
        raw.writer.write(mail(1) + b".\r\n")
        assert (await raw.answer())[:3] == "250"
    await cable.cut()
    await close_pool(pool)
    assert len(await sources(db)) == 1


async def test_a_mail_from_nobody_is_never_answered_by_a_machine(letterbox: Letterbox, db: Database) -> None:
    async with opened("lmtp", letterbox) as port:
        await client(port, smtplib.LMTP, lambda c: c.sendmail("", [MAIRIE], mail(1)))
        await client(port, smtplib.LMTP, lambda c: c.sendmail("a@b.example", ["mairie+voirie@40088.example"], mail(2)))
    notice, written = [
        parse(Received(1, 1, "email", row["account"], row["source_id"], row["raw"], row["meta"], clock.now())) for row in await sources(db)
    ]
    assert (notice.is_auto, notice.may_answer) == (True, False)
    assert (written.is_auto, written.may_answer) == (False, True)
    assert list(written.recipients) == ["mairie+voirie@40088.example"]
