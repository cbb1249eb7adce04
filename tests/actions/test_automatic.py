"""Automatic mail: what is owed leaves, no machine is answered, and no address is flooded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from grc.actions import fire
from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay


async def test_the_acknowledgement_leaves_with_all_that_finds_its_way_back(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Le lampadaire est éteint.", mail_id="<une-question@habitants.example>")))
    assert await send_all(house) == ["sent"]

    got = relay.to("jeanne@habitants.example")[0]
    stands = await ticket(house, key)
    assert got.mail["Auto-Submitted"] == "auto-replied"
    assert got.mail["In-Reply-To"] == got.mail["References"] == "<une-question@habitants.example>"
    assert house.signer.ticket_of_address(got.mail["Reply-To"].addresses[0].addr_spec) == stands["reference"]
    assert house.signer.ticket_of_mail_id(got.mail["Message-ID"].strip("<>")) == stands["reference"]
    assert f"/suivi/{stands['tracking_token']}" in got.text
    owed = await row(house, "select met_at from deadline where ticket_id = $1 and kind = 'are' and reminds is null", key.id)
    assert owed["met_at"] is not None


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-generated"},
        {"Precedence": "bulk"},
        {"List-Id": "<annonces.habitants.example>"},
        {"X-Auto-Response-Suppress": "All"},
        {"Return-Path": "<>", "Auto-Submitted": "auto-replied"},
    ],
    ids=lambda headers: ",".join(headers),
)
async def test_a_machine_gets_a_ticket_and_no_acknowledgement(house: House, relay: Relay, headers: dict[str, str]) -> None:
    key = await opened(house, letter(mail("Je suis absent.", headers=headers)))
    assert await send_all(house) == []
    assert relay.mails == []
    assert await rows(house, "select from message where ticket_id = $1 and kind = 'ack'", key.id) == []
    assert await rows(house, "select from deadline where ticket_id = $1 and kind = 'are'", key.id) == [], "nothing is owed to a machine"


async def test_the_forty_first_acknowledgement_of_a_day_waits_for_an_agent_and_is_never_dropped(house: House, relay: Relay) -> None:
    for number in range(house.daily_cap):
        await opened(house, form({"objet": f"Demande {number}"}))
    over = await opened(house, form({"objet": "Une de plus"}))
    assert await send_all(house) == ["sent"] * house.daily_cap

    assert len(relay.mails) == house.daily_cap
    held = await row(house, "select o.*, m.body_text from outgoing o join message m on m.id = o.message_id where o.ticket_id = $1", over.id)
    assert held["state"] == "held"
    assert (await ticket(house, over))["reference"] in held["body_text"], "its exact words are kept"
    assert (await ticket(house, over))["alarm"] == "ack_held"
    assert "ack_held" in await told(house, over)
    owed = await row(house, "select met_at, due_at from deadline where ticket_id = $1 and kind = 'are' and reminds is null", over.id)
    assert owed["met_at"] is None, "it is still owed"

    await fire.fire(house.db, owed["due_at"] + timedelta(seconds=1))
    assert (await ticket(house, over))["alarm"] == "ack_late", "and when it becomes late, it is said"
    assert (await row(house, "select state from outgoing where ticket_id = $1", over.id))["state"] == "held"


async def test_the_cap_is_of_one_address_and_of_one_day(house: House, relay: Relay) -> None:
    for number in range(house.daily_cap):
        await opened(house, form({"objet": f"Demande {number}"}))
    await opened(house, form({"courriel": "marc@habitants.example"}))
    await send_all(house)
    assert len(relay.to("marc@habitants.example")) == 1, "a neighbour is answered"

    async with house.db.transaction(WORKER) as tx:  # the next day
        await tx.conn.execute("update outgoing set created_at = created_at - interval '1 day'")
    await opened(house, form({"objet": "Le lendemain"}))
    assert await send_all(house) == ["sent"]


async def test_the_cap_counts_where_the_answer_goes_whoever_claims_to_write(house: House, relay: Relay) -> None:
    victim = "victime@ailleurs.example"
    for number in range(house.daily_cap + 2):
        sender = f"robot{number}@ailleurs.example"
        await arrive(house, letter(mail(f"Message {number}", sender=sender, subject=f"Sujet {number}", headers={"Reply-To": victim})))
    await send_all(house)
    assert len(relay.to(victim)) <= house.daily_cap


async def test_our_own_automatic_mail_that_comes_back_is_filtered_and_kept(house: House, relay: Relay) -> None:
    await opened(house, letter(mail("Une question.")))
    await send_all(house)
    back = relay.mails[0].mail.as_bytes()
    became = await arrive(house, letter(back))
    assert became["outcome"] in ("filtered", "appended"), became
    assert await send_all(house) == [], "and is not answered: two machines would write to each other for ever"
    assert len(await rows(house, "select from received")) == 2, "its bytes stay in the ledger"


async def test_an_absence_notice_joins_the_ticket_it_answers_and_wakes_nobody_up(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Une question.")))
    await send_all(house)
    notice = mail("Je suis absent.", answers=relay.mails[0].mail, headers={"Auto-Submitted": "auto-replied"})
    became = await arrive(house, letter(notice))
    assert (became["outcome"], await key_of(house, became["ticket"])) == ("appended", key)
    assert await send_all(house) == []
    assert len(relay.mails) == 1
