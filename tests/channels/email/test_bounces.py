"""Reports of our mails, in the bytes servers write: each is found back to its very delivery; a forged one does nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from grc import clock
from grc.actions.escalate import escalate
from grc.actions.house import House
from grc.actions.release import release
from grc.actions.reply import reply
from grc.actions.unmute import unmute
from grc.errors import Conflict
from grc.messages.signature import Signer
from tests.channels.email.answers import JEANNE, Asked, ask, came
from tests.support.arrivals import key_of, letter, opened, row, rows, send_all
from tests.support.mails import MAIRIE, mail
from tests.support.relay import Relay
from tests.support.world import World

DAEMON = "Mail Delivery System <MAILER-DAEMON@relais.example>"


def report(
    *, of: str = "", to: str = JEANNE, action: str = "failed", status: str = "5.1.1", words: str = "smtp; 550 5.1.1 Unknown user",
    envelope: str = "", sender: str = DAEMON,
) -> bytes:  # fmt: skip
    """A report as RFC 3464 wants it, with the headers of the mail it returns where `of` is given."""
    original = f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <{of}>\nSubject: x\n\n" if of else ""
    about = f"Original-Envelope-Id: {envelope}\n" if envelope else ""
    return (
        f"From: {sender}\nTo: {MAIRIE}\nSubject: Undelivered Mail Returned to Sender\nAuto-Submitted: auto-replied\n"
        f'MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nThis is the mail system at host relais.example.\n\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; relais.example\n{about}\n"
        f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {words}\n\n{original}--b--\n"
    ).encode()


def qmail(of: str) -> bytes:
    """What qmail has always written: words, and the headers of the mail below them."""
    return (
        f"Return-Path: <>\nFrom: MAILER-DAEMON@habitants.example\nTo: {MAIRIE}\nSubject: failure notice\n\n"
        f"Hi. This is the qmail-send program at habitants.example.\nI'm afraid I wasn't able to deliver your message.\n\n"
        f"<{JEANNE}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n"
        f"Return-Path: <{MAIRIE}>\nMessage-ID: <{of}>\nSubject: Accus\n"
    ).encode()


def exim(reason: str = "mailbox is full: retry timeout exceeded") -> bytes:
    """Words and one header that names the recipient; nothing of the mail itself."""
    return (
        f"Return-path: <>\nX-Failed-Recipients: {JEANNE}\nAuto-Submitted: auto-replied\nFrom: {DAEMON}\nTo: {MAIRIE}\n"
        f"Subject: Mail delivery failed: returning message to sender\n\nA message that you sent could not be delivered.\n\n"
        f"  {JEANNE}\n    {reason}\n"
    ).encode()


def exchange(of: str) -> bytes:
    """A report in French, from nobody, with the whole mail."""
    return report(of=of, sender="Microsoft Outlook <postmaster@habitants.example>", status="5.1.10").replace(
        b"Undelivered Mail Returned to Sender", "Non remis : Accusé".encode()
    )


@dataclass(frozen=True, slots=True)
class Case:
    """A report, the address its server sent it to, and how the delivery stands after it, with the code."""

    raw: Callable[[Asked], bytes]
    to: Callable[[Asked], str]
    state: str = "permanent-failure"
    code: str = "5.1.1"
    alarm: str | None = "notice_failed"


def _id(asked: Asked) -> str:
    return str(asked.ack.mail["Message-ID"]).strip("<>")


def _plain(_: Asked) -> str:
    return MAIRIE


def _back(asked: Asked) -> str:
    return asked.ack.mail_from


FOUND: dict[str, Case] = {
    "a report to the return path, with the headers": Case(lambda a: report(of=_id(a)), _back),
    "a report to the plain address, with the headers": Case(lambda a: report(of=_id(a)), _plain),
    "a report to the return path that names the recipient alone": Case(lambda a: report(), _back),
    "a report to the return path in capitals": Case(lambda a: report(), lambda a: _back(a).upper()),
    "a report to the return path whose recipient a forward has changed": Case(lambda a: report(of=_id(a), to="j@autre.example"), _back),
    "words of qmail, with the headers": Case(lambda a: qmail(_id(a)), _plain),
    "words of Exim to the return path": Case(lambda a: exim("550 5.2.2 mailbox full"), _back, code="5.2.2"),
    "a report of Exchange in French": Case(lambda a: exchange(_id(a)), _plain, code="5.1.10"),
    "a mail that is late": Case(
        lambda a: report(of=_id(a), action="delayed", status="4.4.1", words="smtp; 421 try later"), _back, "sent", "4.4.1", None
    ),
    "a mail that is late, by its code alone": Case(lambda a: report(of=_id(a), action="", status="4.2.2"), _back, "sent", "4.2.2", None),
    "a mail given up after days of 4.x.x": Case(lambda a: report(of=_id(a), status="4.4.7"), _back, code="4.4.7"),
    "a mail that arrived": Case(
        lambda a: report(of=_id(a), action="delivered", status="2.0.0", words="smtp; 250 ok"), _back, "delivered", "2.0.0", None
    ),
}


@pytest.fixture
async def asked(house: House, relay: Relay) -> Asked:
    return await ask(house, relay)


@pytest.mark.parametrize("case", FOUND.values(), ids=FOUND.keys())
async def test_a_report_is_found_back_to_the_very_delivery(asked: Asked, case: Case) -> None:
    became = await came(asked.house, case.raw(asked), case.to(asked), mail_from="")
    assert (became["outcome"], became["ticket"]) == ("appended", asked.reference), became
    stands = await asked.delivery()
    assert stands["state"] == case.state
    assert case.code in (await asked.attempts())[-1][1], "the evidence has the code"
    assert (await asked.ticket())["alarm"] == case.alarm
    assert await send_all(asked.house) == [], "nothing leaves twice, and nobody answers a server"
    assert (await asked.messages())[-1]["audience"] == "machine", "and whoever asked does not read it"


async def test_it_is_found_by_the_name_the_relay_was_given(asked: Asked) -> None:
    number = (await asked.delivery())["id"]
    await came(asked.house, report(envelope=f"grc.{number}", to="j@ailleurs.example"), _back(asked), mail_from="")
    assert (await asked.delivery())["state"] == "permanent-failure"


NOTHING: dict[str, Callable[[Asked], tuple[bytes, str]]] = {
    "a mail we never sent": lambda a: (report(of="inconnu@ailleurs.example"), MAIRIE),
    "a Message-ID with a forged mark": lambda a: (report(of=Signer(b"autre").mail_id(a.reference, "sainte-mer.example")), MAIRIE),
    "a return path with a forged mark": lambda a: (report(), Signer(b"autre").reply_address(MAIRIE, a.reference)),
    "the reference in its subject": lambda a: (report().replace(b"Undelivered Mail", a.reference.encode()), MAIRIE),
    "the name of the delivery alone": lambda a: (report(envelope="grc.1"), MAIRIE),
    "her own Message-ID": lambda a: (report(of="question-de-jeanne@habitants.example"), MAIRIE),
    "words alone": lambda a: (exim(), MAIRIE),
    "a complaint about a mail we never sent": lambda a: (complaint("inconnu@ailleurs.example"), MAIRIE),
}


async def test_a_report_that_proves_nothing_changes_nothing(asked: Asked) -> None:
    for what, case in NOTHING.items():
        raw, to = case(asked)
        became = await came(asked.house, raw, to, mail_from="")
        assert became["outcome"] == "filtered", (what, became)
        assert (await asked.delivery())["state"] == "sent", what
        assert (await asked.ticket())["alarm"] is None, what
        assert len(await rows(asked.house, "select from ticket")) == 1, what
        assert await rows(asked.house, "select from muted_address") == [], what


async def test_a_report_that_a_person_forwards_is_his_mail(asked: Asked) -> None:
    inner = report(of=_id(asked))
    raw = mail("Vos courriels me reviennent, que faire ?", sender="pierre@habitants.example", files=[("avis.eml", "message/rfc822", b"")])
    raw = raw.replace(b"Content-Type: message/rfc822", b"Content-Type: message/rfc822\n\n" + inner, 1)
    became = await came(asked.house, raw)
    assert became["outcome"] == "opened", became
    assert (await asked.delivery())["state"] == "sent"


async def test_an_answer_of_an_agent_that_comes_back_is_told_and_the_acknowledgement_stays_sent(asked: Asked, world: World) -> None:
    async with world.acting("claire") as (tx, agent):
        await reply(tx, agent, asked.key, "C’est réparé.", [], clock.now())
    await send_all(asked.house)
    ours = asked.relay.mails[-1].mail["Message-ID"].strip("<>")
    await came(asked.house, report(of=ours), _back(asked), mail_from="")
    assert ((await asked.delivery("message"))["state"], (await asked.delivery())["state"]) == ("permanent-failure", "sent")
    assert (await asked.ticket())["alarm"] == "delivery_failed"
    assert "delivery_failed" in await asked.events()


def complaint(of: str) -> bytes:
    """What a provider sends where somebody says that a mail is unwanted (RFC 5965): the recipient is often blacked out."""
    return (
        f"From: <staff@hotmail.example>\nTo: {MAIRIE}\nSubject: complaint about message\nMIME-Version: 1.0\n"
        f'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n\n--b\nContent-Type: message/feedback-report\n\n"
        f"Feedback-Type: abuse\nUser-Agent: X/1\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <{of}>\nTo: <blacked-out>\n"
        f"Subject: x\n\nx\n--b--\n"
    ).encode()


async def test_a_complaint_stops_what_the_service_writes_by_itself_until_an_agent_lifts_it(asked: Asked, world: World) -> None:
    house = asked.house
    became = await came(house, complaint(_id(asked)))
    assert (became["outcome"], became["ticket"]) == ("appended", asked.reference), became
    assert (await row(house, "select address from muted_address"))["address"] == JEANNE
    assert (await asked.ticket())["alarm"] == "complained"

    key = await opened(house, letter(mail("Autre chose.", subject="Autre")))
    assert await send_all(house) == [], "no acknowledgement"
    stands = await row(house, "select alarm, alarm_text from ticket where id = $1", key.id)
    assert stands["alarm"] == "ack_held"
    assert "indésirable" in stands["alarm_text"], "and the agent reads why"
    async with world.acting("claire") as (tx, agent):
        await reply(tx, agent, asked.key, "C’est réparé.", [], clock.now())
        await release(tx, agent, key, clock.now())
    assert await send_all(house) == ["sent", "sent"], "what an agent writes or decides leaves"

    async with world.acting("claire") as (tx, agent):
        await unmute(tx, agent, asked.key, clock.now())
    assert "unmuted" in await asked.events()
    async with world.acting("claire") as (tx, agent):
        with pytest.raises(Conflict):
            await unmute(tx, agent, asked.key, clock.now())
    third = await came(house, mail("Encore autre chose.", subject="Encore"))
    assert await send_all(house) == ["sent"]
    assert (await row(house, "select alarm from ticket where id = $1", (await key_of(house, third["ticket"])).id))["alarm"] is None


async def test_whoever_asked_cannot_complain_in_the_name_of_a_third_party(asked: Asked, world: World) -> None:
    editor = "support@editeur.example"
    async with world.acting("claire") as (tx, agent):
        await escalate(tx, agent, asked.key, editor, "Pouvez-vous regarder ?", [], clock.now())
    assert await send_all(asked.house) == ["sent"]
    named = complaint("").replace(b"Version: 1", f"Version: 1\nOriginal-Rcpt-To: {editor}".encode())
    await came(asked.house, named, _back(asked))
    assert await rows(asked.house, "select from muted_address") == []
    await came(asked.house, named, asked.relay.mails[-1].mail_from)
    assert (await row(asked.house, "select address from muted_address"))["address"] == editor, "its own return path is his proof"
