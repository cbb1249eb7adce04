"""The channel as the program has it: both doors open, and in the demonstration what leaves is caught by its own."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from channels.email import EmailChannel, channel
from grc.db.transaction import WORKER, Database
from grc.messages.channel import HasAccounts, Room
from grc.settings import Settings
from tests.channels.email.conftest import Intake, until
from tests.channels.email.test_send import LETTER
from tests.makers.dovecot import _free_port
from tests.makers.mails import mail, number_of


@pytest.fixture
def email(settings: Settings, db: Database, intake: Intake, collectivity: int) -> EmailChannel:
    demo = settings.model_copy(update={"demo": True, "smtp_port": _free_port(), "lmtp_port": _free_port()})
    return channel(Room(demo, db, intake.accept))


@asynccontextmanager
async def listening(email: EmailChannel, *ports: int) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(email.listen(stop))

    async def opened() -> bool:
        try:
            for port in ports:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
        except OSError:
            return False
        return True

    try:
        await until(opened, bool)
        yield
    finally:
        stop.set()
        await task


async def test_the_demonstration_takes_mail_and_catches_its_own(
    email: EmailChannel, db: Database, intake: Intake, settings: Settings
) -> None:
    ports = email._room.settings.smtp_port, email._room.settings.lmtp_port
    async with listening(email, *ports):

        def post() -> None:
            with smtplib.LMTP("127.0.0.1", ports[1]) as client:
                client.sendmail("citoyen@exemple.example", ["mairie@40088.example"], mail(1))

        await asyncio.to_thread(post)
        assert number_of((await intake.next_new()).raw) == "1"
        assert [(await email.send(replace(LETTER, to_addr=to))).state for to in ("a@exemple.example", "mairie@40088.example")] == [
            "sent"
        ] * 2
        assert LETTER.mail_id.encode() in (await intake.next_new()).raw, "a known address is not a stranger, whoever writes to it"
        assert all(health.ok for health in await email.check())
    async with db.transaction(WORKER) as tx:
        (caught,) = await tx.conn.fetch("select rcpt_to, raw from caught_mail")
    assert caught["rcpt_to"] == ["a@exemple.example"]
    assert LETTER.mail_id.encode() in caught["raw"]


async def test_a_port_that_somebody_has_is_waited_for_and_the_rest_goes_on(email: EmailChannel, intake: Intake) -> None:
    settings = email._room.settings
    taken = await asyncio.start_server(lambda r, w: w.close(), "127.0.0.1", settings.smtp_port)
    async with listening(email, settings.lmtp_port):
        taken.close()
        await taken.wait_closed()

        async def ours() -> bool:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", settings.smtp_port)
            except OSError:
                return False
            line = await reader.readline()
            writer.close()
            return line.startswith(b"220")

        await until(ours, bool)


async def test_without_a_relay_doctor_says_so(settings: Settings, db: Database, intake: Intake, collectivity: int) -> None:
    email = channel(Room(settings, db, intake.accept))
    (health,) = await email.check()
    assert not health.ok
    assert "GRC_RELAY" in health.todo
    assert (await email.send(LETTER)).state == "technical-failure"


def test_an_operator_gives_it_accounts(email: EmailChannel) -> None:
    assert isinstance(email, HasAccounts)
    assert list(email.routes()) == []
