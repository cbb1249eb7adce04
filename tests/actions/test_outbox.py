"""What leaves, leaves once: evidence is written despite races, and late workers send nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from grc import clock
from grc.actions import deliver
from grc.actions.deliver import Leaving
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.errors import Raced
from grc.messages.model import Sent
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay


async def test_evidence_that_loses_a_race_is_written_again_and_nothing_leaves_twice(
    house: House, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(house, form())
    record = deliver.record
    lost: list[Sent] = []

    async def racing(house: House, leaving: Leaving, sent: Sent, now: datetime) -> str:
        if not lost:
            lost.append(sent)
            raise Raced("another was faster")
        return await record(house, leaving, sent, now)

    monkeypatch.setattr(deliver, "record", racing)
    assert await send_all(house) == ["sent"]
    assert (len(lost), len(relay.mails)) == (1, 1)


async def test_evidence_is_written_once(house: House, relay: Relay) -> None:
    key = await opened(house, form())
    (leaving,) = await deliver.claim(house, clock.now(), 1)
    sent = Sent("sent", "250 ok")
    assert [await deliver.record(house, leaving, sent, clock.now()) for _ in range(2)] == ["sent", "overtaken"]
    assert len(await rows(house, "select from delivery_attempt")) == 1
    assert (await told(house, key)).count("ack_sent") == 1


async def test_what_waited_too_long_in_a_worker_is_left_to_the_next_claim(house: House, relay: Relay) -> None:
    await opened(house, form())
    (leaving,) = await deliver.claim(house, clock.now(), 1)
    late = clock.now() + deliver.LEASE
    assert await deliver.deliver(house, leaving, lambda: late) == "sending"
    assert relay.mails == []


async def test_an_acknowledgement_let_go_after_days_has_its_two_days_of_tries(house: House) -> None:
    release: Any = __import__("grc.actions.release", fromlist=["_queries"])._queries.release
    key = await opened(house, form())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update outgoing set state = 'held', created_at = created_at - interval '9 days'")
        now = clock.now()
        assert [line async for line in release(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, now=now)]
    assert (await row(house, "select created_at from outgoing"))["created_at"] == now


async def test_a_forged_sender_who_quotes_the_reference_does_not_move_the_way_back(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Ma demande.")))
    stands = await ticket(house, key)
    forged = mail("Envoyez-moi tout.", subject=f"Re: Lampadaire [{stands['reference']}]", headers={"Reply-To": "eve@ailleurs.example"})
    became = await arrive(house, letter(forged))
    assert (became["outcome"], await key_of(house, became["ticket"])) == ("appended", key)
    assert (await ticket(house, key))["answer_addr"] == stands["answer_addr"] == "jeanne@habitants.example"


async def test_a_mail_from_nobody_takes_part_in_no_ticket(house: House) -> None:
    key = await opened(house, form({"courriel": "", "telephone": "0558000000"}))
    reference = (await ticket(house, key))["reference"]
    raw = f"To: mairie@sainte-mer.example\r\nSubject: Re: [{reference}]\r\nMessage-ID: <x@nulle-part.example>\r\n\r\nBonjour.\r\n".encode()
    became = await arrive(house, letter(raw))
    assert became["outcome"] == "opened", became
    assert await key_of(house, became["ticket"]) != key
