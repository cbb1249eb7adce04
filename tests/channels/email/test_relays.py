"""A relay that fails at each step of SMTP: what is told, whether it is tried again; its pace; reports asked for; and whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from channels.email import rate
from channels.email.relay import Limits
from channels.email.send import Sender
from channels.email.settings import read_account
from channels.email.verdict import verdict
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.errors import BadInput
from grc.messages import accounts
from grc.messages.seal import Seal
from tests.channels.email.test_send import LETTER, QUICK, SENDER, House
from tests.makers.relay import CUTS, LEAVES, SILENT, relay

TEMPORARY, PERMANENT, TECHNICAL = "temporary-failure", "permanent-failure", "technical-failure"


@pytest.fixture
async def house(db: Database, collectivity: int, seal: Seal) -> AsyncIterator[House]:
    house = House(db, seal)
    yield house
    for sender in house.senders:
        sender.close()


@pytest.mark.parametrize(
    ("step", "code", "words", "state"),
    [
        ("MAIL FROM", 0, "pas de réponse à temps", TEMPORARY),
        ("RCPT TO", 450, "4.2.0 greylisted", TEMPORARY),
        ("RCPT TO", 450, "5.1.1 no such user", TEMPORARY),  # the code says later: later
        ("RCPT TO", 550, "4.7.1 try again later", TEMPORARY),  # the status does: later as well
        ("RCPT TO", 550, "5.1.1 no such user", PERMANENT),
        ("RCPT TO", 550, "no such user", PERMANENT),
        ("RCPT TO", 552, "too many recipients", TEMPORARY),  # RFC 5321, 4.5.3.1.10
        ("RCPT TO", 552, "5.2.2 mailbox full", PERMANENT),
        ("DATA", 552, "5.3.4 message too big", PERMANENT),
        ("DATA", 554, "5.7.1 spam", PERMANENT),
        ("MAIL FROM", 530, "5.7.0 authentication required", TECHNICAL),
        ("MAIL FROM", 550, "5.7.8 credentials", TECHNICAL),
        ("MAIL FROM", 556, "5.1.10 null MX", PERMANENT),
        ("DATA", 600, "what is this", TEMPORARY),
    ],
)
def test_what_a_refusal_means_for_the_mail(step: str, code: int, words: str, state: str) -> None:
    assert verdict(step, code, words) == state


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "mail"])
@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("421 4.3.2 closing", TEMPORARY),
        ("451 4.3.0 later", TEMPORARY),
        ("550 5.7.1 refused", PERMANENT),
        ("550 4.7.1 refused for now", TEMPORARY),
        (SILENT, TEMPORARY),
        (LEAVES, TEMPORARY),
    ],
)
async def test_a_refusal_at_any_verb_is_told_and_hurts_no_other_mail(house: House, step: str, answer: str, state: str) -> None:
    async with relay(None, **{step: answer}) as there:
        sender = house.by(there)
        sent = await sender.send(replace(LETTER, reply_to=""))
        assert sent.state == state, sent.detail
        assert (await sender.send(LETTER)).state == "sent"


async def test_a_connection_cut_in_the_middle_of_the_mail_is_tried_again_with_the_same_bytes(house: House) -> None:
    async with relay(body=CUTS) as there:
        sender = house.by(there)
        assert (await sender.send(LETTER)).state == TEMPORARY
        assert (await sender.send(LETTER)).state == "sent"
    assert len(there.taken) == 1
    assert f"Message-ID: <{LETTER.mail_id}>".encode() in there.taken[0]


async def test_a_relay_that_does_not_speak_tls_is_tried_again(house: House) -> None:
    async with relay() as there:
        sent = await house.by(f"smtps://127.0.0.1:{there.port}").send(LETTER)
    assert (sent.state, there.taken) == (TEMPORARY, [])
    assert "connexion" in sent.detail


async def test_reports_are_asked_for_where_the_relay_gives_them(house: House) -> None:
    async with relay() as offering, relay(offers=()) as not_offering:
        await house.by(offering).send(replace(LETTER, proof=True))
        await house.by(offering).send(LETTER)
        await house.by(not_offering).send(replace(LETTER, proof=True))
    asked = [line.partition("> ")[2] for line in offering.said if line.startswith("RCPT")]
    assert asked == [
        "NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;citoyen@exemple.example",
        "NOTIFY=FAILURE,DELAY ORCPT=rfc822;citoyen@exemple.example",
    ]
    assert [line for line in not_offering.said if line.startswith("RCPT")] == ["RCPT TO:<citoyen@exemple.example>"]


async def test_a_relay_is_given_so_many_a_minute_by_all_workers_together(db: Database) -> None:
    now, taken = clock.now(), 0
    for second in range(120):
        moment = now + timedelta(seconds=second)
        for _ in range(10):
            taken += await rate.wait(db, "smtp://a:25", 60, moment) is None
    assert 125 <= taken <= 60 * 2 + 10 + 1, "a burst of ten seconds, then one a second"
    assert await rate.wait(db, "smtp://b:25", 60, now) is None, "another relay has its own"


async def test_beyond_its_pace_a_mail_is_not_tried_but_put_off(house: House, db: Database) -> None:
    async with relay() as there:
        sender = Sender(db, house.seal, f"smtp://127.0.0.1:{there.port}", QUICK, per_minute=6)
        first, second = await sender.send(LETTER), await sender.send(LETTER)
        sender.close()
    assert (first.state, second.state, there.clients) == ("sent", "not-yet", 1)
    assert second.again is not None
    assert timedelta(0) < second.again - clock.now() <= timedelta(seconds=10)


async def test_an_account_says_what_its_server_bears(house: House) -> None:
    async with relay() as installation, relay() as own:
        url = f"smtp://mairie@127.0.0.1:{own.port}"
        new = read_account({"address": SENDER, "smtp_url": url, "per_minute": "1", "at_once": "2"})
        async with house.db.transaction(WORKER) as tx:
            await accounts.add(tx, "email", "40088", new, house.seal.close(new.secrets))
        sender = house.by(installation)
        assert [(await sender.send(LETTER)).state for _ in range(2)] == ["sent", "not-yet"]
    for key, value in (("per_minute", "beaucoup"), ("at_once", "0"), ("per_minute", "-1")):
        with pytest.raises(BadInput) as refused:
            read_account({"address": SENDER, key: value})
        assert refused.value.field == key


async def test_no_more_connections_than_said_and_who_finds_none_free_comes_again(house: House) -> None:
    limits = Limits(connect=5.0, step=5.0, whole=10.0, at_once=2, turn=0.05)
    gate = asyncio.Event()
    async with relay() as there:
        there.gate = gate
        sender = house.by(there, limits)
        sending = [asyncio.create_task(sender.send(LETTER)) for _ in range(5)]
        done, waiting = await asyncio.wait(sending, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        while len(done) < 3:
            more, waiting = await asyncio.wait(waiting, timeout=20, return_when=asyncio.FIRST_COMPLETED)
            done |= more
        assert [one.result().state for one in done] == ["not-yet"] * 3
        gate.set()
        assert [(await one).state for one in waiting] == ["sent", "sent"]
        assert there.clients == 2
