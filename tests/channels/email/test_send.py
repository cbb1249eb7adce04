"""What leaves by SMTP, and what is written down when the relay fails at each step."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from channels.email.relay import Limits
from channels.email.send import Sender
from channels.email.settings import read_account
from grc.db.transaction import WORKER, Database
from grc.messages import accounts
from grc.messages.model import OutboundMessage
from grc.messages.seal import Seal
from tests.makers.relay import DRIPS, GARBLES, LEAVES, SILENT, Relay, relay

SENDER = "mairie@40088.example"
SIGNED = "mairie+r.k7m4qf9.aaaaaaaaaaaaaaaa@40088.example"
QUICK = Limits(connect=0.5, step=0.3, whole=2.0)

LETTER = OutboundMessage(
    outgoing_id=17,
    collectivity_id=1,
    ticket_id=1,
    reference="K7M4-QF9",
    channel="email",
    to_addr="citoyen@exemple.example",
    subject="Votre demande",
    body_text="Bonjour,\n\nNous avons bien reçu votre demande.\n",
    body_html=None,
    sender_name="Mairie de Dax",
    sender_addr=SENDER,
    reply_to=SIGNED,
    mail_id="grc.k7m4qf9.abcdefgh.abcdefghijklmnop@40088.example",
    references=("1@exemple.example",),
    automatic=True,
    at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)


class House:
    """A sender for a relay."""

    def __init__(self, db: Database, seal: Seal) -> None:
        self.db, self.seal = db, seal
        self.senders: list[Sender] = []

    def by(self, there: Relay | str, limits: Limits = QUICK) -> Sender:
        url = there if isinstance(there, str) else f"smtp://127.0.0.1:{there.port}"
        self.senders.append(Sender(self.db, self.seal, url, limits))
        return self.senders[-1]


@pytest.fixture
async def house(db: Database, collectivity: int, seal: Seal) -> AsyncIterator[House]:
    house = House(db, seal)
    yield house
    for sender in house.senders:
        sender.close()


async def test_a_mail_leaves_with_the_relays_words_as_evidence(house: House) -> None:
    async with relay() as there:
        sent = await house.by(there).send(LETTER)
    assert (sent.state, sent.detail) == ("sent", "250 2.0.0 queued as 1")
    mail = email.message_from_bytes(there.taken[0], policy=email.policy.default)
    assert mail["Message-ID"] == f"<{LETTER.mail_id}>"
    assert mail["In-Reply-To"] == mail["References"] == "<1@exemple.example>"
    assert (mail["Auto-Submitted"], mail["X-GRC-Loop"]) == ("auto-replied", "K7M4-QF9")
    envelope = [line for line in there.said if line.startswith(("MAIL", "RCPT"))]
    assert envelope[0].startswith(f"MAIL FROM:<{SIGNED}> SIZE=")
    assert envelope[0].endswith("RET=HDRS ENVID=grc.17")
    assert envelope[1] == "RCPT TO:<citoyen@exemple.example> NOTIFY=FAILURE,DELAY ORCPT=rfc822;citoyen@exemple.example"


@pytest.mark.parametrize(
    ("step", "what", "state", "words"),
    [
        ("hello", "421 4.3.2 closing", "temporary-failure", "421 4.3.2 closing"),
        ("hello", "554 5.7.1 go away", "temporary-failure", "554 5.7.1 go away"),
        ("hello", SILENT, "temporary-failure", "connexion"),
        ("hello", LEAVES, "temporary-failure", "connexion"),
        ("hello", GARBLES, "temporary-failure", "connexion"),
        ("MAIL", "421 4.3.2 closing", "temporary-failure", "MAIL FROM : 421"),
        ("MAIL", "451 4.3.0 later", "temporary-failure", "MAIL FROM : 451 4.3.0 later"),
        ("MAIL", LEAVES, "temporary-failure", "MAIL FROM"),
        ("MAIL", SILENT, "temporary-failure", "MAIL FROM : pas de réponse à temps"),
        ("RCPT", "450 4.2.0 greylisted", "temporary-failure", "RCPT TO : 450 4.2.0 greylisted"),
        ("RCPT", "550 5.1.1 no such user", "permanent-failure", "RCPT TO : 550 5.1.1 no such user"),
        ("RCPT", LEAVES, "temporary-failure", "RCPT TO"),
        ("DATA", "451 4.3.0 later", "temporary-failure", "DATA : 451"),
        ("DATA", "554 5.6.0 no", "permanent-failure", "DATA : 554 5.6.0 no"),
        ("DATA", DRIPS, "temporary-failure", "DATA : pas de réponse à temps"),
        ("mail", "451 4.3.0 later", "temporary-failure", "DATA : 451"),
        ("mail", "550 5.7.1 spam", "permanent-failure", "DATA : 550 5.7.1 spam"),
        ("mail", SILENT, "temporary-failure", "DATA : pas de réponse à temps"),
        ("mail", LEAVES, "temporary-failure", "DATA"),
        ("mail", GARBLES, "temporary-failure", "DATA"),
    ],
)
async def test_a_relay_that_fails_is_told_with_its_own_words(house: House, step: str, what: str, state: str, words: str) -> None:
    async with relay(None, **{step: what}) as there:
        sender = house.by(there)
        sent = await sender.send(LETTER)
        assert sent.state == state
        assert words in sent.detail
        again = await sender.send(LETTER)
    assert again.state == "sent", "the next try is not hurt by the last one"


async def test_a_relay_that_is_down_is_tried_later(house: House) -> None:
    sent = await house.by("smtp://127.0.0.1:1").send(LETTER)
    assert sent.state == "temporary-failure"


async def test_one_connection_serves_many_mails(house: House) -> None:
    async with relay() as there:
        sender = house.by(there)
        for _ in range(5):
            assert (await sender.send(LETTER)).state == "sent"
        assert there.clients == 1


async def test_a_kept_connection_the_relay_has_closed_costs_nothing(house: House) -> None:
    async with relay(MAIL=["250 2.0.0 fine", "421 4.4.2 idle for too long", "250 2.0.0 fine", LEAVES]) as there:
        sender = house.by(there)
        assert [(await sender.send(LETTER)).state for _ in range(3)] == ["sent"] * 3
        assert len(there.taken) == 3


async def test_a_relay_that_wants_the_bare_address_gets_it(house: House) -> None:
    async with relay(MAIL="553 5.7.1 not your address") as there:
        assert (await house.by(there).send(LETTER)).state == "sent"
    assert [line.split()[1] for line in there.said if line.startswith("MAIL")] == [f"FROM:<{SIGNED}>", f"FROM:<{SENDER}>"]


async def test_a_relay_that_offers_little_is_asked_for_little(house: House) -> None:
    async with relay(offers=()) as there:
        assert (await house.by(there).send(LETTER)).state == "sent"
        international = await house.by(there).send(replace(LETTER, to_addr="rené@exemple.example"))
    assert f"MAIL FROM:<{SIGNED}>" in there.said
    assert international.state == "permanent-failure"
    assert "SMTPUTF8" in international.detail


async def test_an_address_with_accents_leaves_where_the_relay_can(house: House) -> None:
    async with relay() as there:
        assert (await house.by(there).send(replace(LETTER, to_addr="rené@exemple.example"))).state == "sent"
    assert any(line.startswith("RCPT TO:<rené@exemple.example>") for line in there.said)


@pytest.mark.parametrize("address", ["", "personne", "a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example, c@d.example"])
async def test_what_is_no_address_never_reaches_the_relay(house: House, address: str) -> None:
    async with relay() as there:
        sent = await house.by(there).send(replace(LETTER, to_addr=address))
    assert sent.state == "permanent-failure"
    assert there.clients == 0


async def test_what_only_the_operator_can_mend_is_a_technical_failure(house: House) -> None:
    assert (await house.by("").send(LETTER)).state == "technical-failure"
    assert (await house.by("http://nowhere").send(LETTER)).state == "technical-failure"
    async with relay() as there:
        assert (await house.by(there).send(replace(LETTER, sender_addr="", reply_to=""))).state == "technical-failure"
    async with relay() as without_tls:
        refused = await house.by(f"smtp://localhost.localdomain:{without_tls.port}").send(LETTER)
    assert refused.state in ("technical-failure", "temporary-failure")  # the name may not resolve on this machine


async def test_a_collectivity_sends_by_its_own_server_and_signs_in(house: House) -> None:
    async with relay() as installation, relay(AUTH=["235 2.7.0 welcome", "535 5.7.8 wrong password"]) as own:
        own.users = {"mairie": "secret"}
        new = read_account({"address": SENDER, "smtp_url": f"smtp://mairie:secret@127.0.0.1:{own.port}"})
        async with house.db.transaction(WORKER) as tx:
            await accounts.add(tx, "email", "40088", new, house.seal.close(new.secrets))
        assert (await house.by(installation).send(LETTER)).state == "sent"
        refused = await house.by(installation).send(LETTER)
    assert (len(own.taken), len(installation.taken)) == (1, 0)
    assert refused.state == "technical-failure"
    assert "535" in refused.detail
    assert "secret" not in refused.detail
