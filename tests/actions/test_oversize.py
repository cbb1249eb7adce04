"""A mail too large to be taken is a request all the same, and whoever sent it is told, once."""

from __future__ import annotations

from dataclasses import replace

from channels.email.stand_in import stand_in
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.messages.model import Arrival
from tests.support.arrivals import arrive, letter, opened, row, rows, send_all, told
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.world import SAINTE_MER

SIZE, MOST = 40 * 1024 * 1024, 25 * 1024 * 1024


def large(raw: bytes) -> Arrival:
    """As the collection of mail hands in what it left in the mailbox."""
    headers = raw.partition(b"\n\n")[0] + b"\n"
    arrival = letter(stand_in(headers, "too_large", SIZE, MOST, "la boîte mairie@40902.example, dossier INBOX"))
    return replace(arrival, meta={**arrival.meta, "left": "too_large", "size": SIZE, "most": MOST})


async def test_its_sender_is_told_how_to_send_it_again_beside_the_acknowledgement(house: House, relay: Relay) -> None:
    key = await opened(house, large(mail("Voici cent photos.", subject="Photos du chantier", mail_id="<p1@habitants.example>")))
    assert await send_all(house) == ["sent", "sent"]
    (told_so,) = [got for got in relay.to("jeanne@habitants.example") if "volumineux" in str(got.mail["Subject"])]
    assert "40\u00a0Mo" in told_so.text
    assert "25\u00a0Mo au plus" in told_so.text
    assert told_so.mail["Auto-Submitted"] == "auto-replied"
    assert "oversize" in await told(house, key)

    again = await arrive(house, large(mail("Voici cent photos.", subject="Photos du chantier", mail_id="<p1@habitants.example>")))
    assert again["outcome"] == "duplicate"
    assert await send_all(house) == [], "once"


async def test_one_that_continues_a_request_is_answered_too(house: House, relay: Relay) -> None:
    key = await opened(house, letter(mail("Une question.", mail_id="<q1@habitants.example>")))
    await send_all(house)
    answer = mail(
        "Les plans.", subject="Re: Une question", mail_id="<q2@habitants.example>", headers={"In-Reply-To": "<q1@habitants.example>"}
    )
    assert (await arrive(house, large(answer)))["outcome"] == "appended"
    assert await send_all(house) == ["sent"]
    assert "volumineux" in str(relay.to("jeanne@habitants.example")[-1].mail["Subject"])
    assert "oversize" in await told(house, key)


async def test_a_machine_is_told_nothing_and_no_address_is_told_for_ever(house: House, relay: Relay) -> None:
    key = await opened(house, large(mail("Rapport.", headers={"Auto-Submitted": "auto-generated"})))
    assert await send_all(house) == []
    assert "oversize" in await told(house, key)
    for number in range(house.daily_cap + 3):
        await opened(house, large(mail("Encore.", subject=f"Envoi {number}", mail_id=f"<n{number}@habitants.example>")))
    notices = await rows(
        house, "select from message where kind = 'notice' and direction = 'out' and subject like 'Message trop volumineux%'"
    )
    assert len(notices) <= house.daily_cap
    await send_all(house)
    assert len(relay.to("jeanne@habitants.example")) <= house.daily_cap + 1


async def test_an_address_that_complained_is_told_nothing_and_the_agent_reads_why(house: House, relay: Relay) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into muted_address (collectivity_id, address, at, ticket_id) values ($1, 'jeanne@habitants.example', now(), 1)",
            SAINTE_MER,
        )
    key = await opened(house, large(mail("Voici cent photos.", subject="Photos du chantier")))
    assert await send_all(house) == []
    why = (await row(house, "select why from event where ticket_id = $1 and what = 'oversize'", key.id))["why"]
    assert "indésirable" in why
    assert "nombre maximal" not in why


async def test_whoever_writes_our_own_header_himself_is_believed_nothing(house: House, relay: Relay) -> None:
    await opened(house, letter(mail("Bonjour.", headers={"X-GRC-Left": "too_large; size=99999999"})))
    assert await send_all(house) == ["sent"]
    assert not [got for got in relay.mails if "volumineux" in str(got.mail["Subject"])]
