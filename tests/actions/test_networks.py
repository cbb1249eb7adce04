"""A conversation on a network: one request, decided and answered in order; what its provider reports, and what its writer changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions import deliver, intake
from grc.actions.accept import accept
from grc.actions.extend import extend
from grc.actions.house import House
from grc.actions.reply import reply
from grc.db.transaction import WORKER
from grc.messages import prompts
from grc.messages.model import Accepted, Arrival, Attachment, Sent
from grc.tickets.model import TicketKey
from tests.support.arrivals import arrive, opened, row, rows, send_all, ticket, told
from tests.support.network import NET, Network, chat, joined, reported
from tests.support.world import SAINTE_MER, World

LATER = timedelta(minutes=1)


@pytest.fixture
def network() -> Network:
    """The network of this test."""
    return Network()


@pytest.fixture
def house(house: House, network: Network) -> House:
    """The house, with the network."""
    return joined(house, network)


async def answered(house: House, world: World, key: TicketKey, text: str = "Une équipe passe demain.") -> None:
    """Claire answers, and it waits to leave."""
    async with world.acting("claire") as (tx, claire):
        await reply(tx, claire, key, text, (), clock.now())


async def delivery(house: House) -> Any:
    """The delivery of the answer."""
    return await row(house, "select o.* from outgoing o join message m on m.id = o.message_id where m.author_id is not null")


async def reports(house: House, state: str) -> list[Any]:
    return await rows(house, "select state, detail from delivery_attempt where state = $1", state)


async def taken(house: House, arrival: Arrival) -> int:
    """Its number in the ledger; nobody decides on it yet."""
    found = await accept(house.db, arrival, clock.now())
    assert isinstance(found, Accepted)
    return found.received_id


async def test_whoever_writes_again_goes_on_with_his_open_request_and_another_account_is_another_conversation(house: House) -> None:
    key = await opened(house, chat("1", "Le lampadaire est éteint."))
    assert (await arrive(house, chat("2", "Devant le numéro 8.")))["outcome"] == "appended"
    assert (await arrive(house, chat("3", "Autre chose.", account="autre")))["outcome"] == "opened"
    assert (await arrive(house, chat("4", "Moi aussi.", sender="net:8")))["outcome"] == "opened"
    stands = await ticket(house, key)
    assert (stands["answer_channel"], stands["answer_account"], stands["answer_addr"]) == (NET, "page", "net:7")


async def test_a_conversation_is_decided_in_order_and_waits_for_no_elder_that_a_person_must_look_at(house: House) -> None:
    numbers = [await taken(house, chat(name, f"Message {name}.")) for name in ("1", "2", "3")]
    other = await taken(house, chat("4", "Moi aussi.", sender="net:8"))
    first = await intake.claim(house, clock.now(), 10)
    assert [one.received.id for one in first] == [numbers[0], other], "of each conversation the eldest"
    for one in first:
        assert await intake.take_in(house, one, clock.now) == "opened"
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update received set outcome = 'quarantined', decided_at = now() where id = $1", numbers[1])
    (last,) = await intake.claim(house, clock.now(), 10)
    assert last.received.id == numbers[2]
    assert await intake.take_in(house, last, clock.now) == "appended"


async def test_a_report_is_noted_once_on_the_very_delivery(house: House, world: World) -> None:
    key = await opened(house, chat("1", "Bonjour."))
    await answered(house, world, key)
    await send_all(house)
    (said,) = (await delivery(house))["provider_ids"]
    became = [await arrive(house, reported(f"r{n}", said, "delivered")) for n in (1, 2)]
    assert {one["outcome"] for one in became} == {"filtered"}
    assert became[0]["ticket"] == (await ticket(house, key))["reference"], "the ledger leads to its request"
    await arrive(house, reported("r3", said, "read"))
    assert (await delivery(house))["state"] == "delivered"
    assert [len(await reports(house, what)) for what in ("delivered", "read")] == [1, 1]
    assert (await ticket(house, key))["alarm"] is None


async def test_a_failure_that_is_reported_is_an_alarm_and_no_later_report_takes_it_back(house: House, world: World) -> None:
    key = await opened(house, chat("1", "Bonjour."))
    await answered(house, world, key)
    await send_all(house)
    (said,) = (await delivery(house))["provider_ids"]
    for number, what in enumerate(("failed", "failed", "delivered")):
        await arrive(house, reported(f"r{number}", said, what, "user is unreachable" if what == "failed" else ""))
    stands = await delivery(house)
    assert stands["state"] == "permanent-failure"
    assert stands["answer"]
    assert (await ticket(house, key))["alarm"] == "delivery_failed"
    assert (await told(house, key)).count("delivery_failed") == 1


async def test_a_report_that_is_faster_than_our_own_note_waits_for_it(house: House, world: World) -> None:
    key = await opened(house, chat("1", "Bonjour."))
    await send_all(house)
    await answered(house, world, key)
    (leaving,) = await deliver.claim(house, clock.now(), 1)
    await taken(house, reported("r1", "tôt", "delivered"))
    (early,) = await intake.claim(house, clock.now(), 1)
    assert await intake.take_in(house, early, clock.now) == "pending"
    await deliver.record(house, leaving, Sent("sent", "pris", provider_ids=("tôt",)), clock.now())
    (again,) = await intake.claim(house, clock.now() + LATER, 1)
    assert await intake.take_in(house, again, clock.now) == "filtered"
    assert (await delivery(house))["state"] == "delivered"


async def test_a_report_by_another_account_is_of_no_message_of_ours(house: House, world: World) -> None:
    key = await opened(house, chat("1", "Bonjour."))
    await answered(house, world, key)
    await send_all(house)
    (said,) = (await delivery(house))["provider_ids"]
    await taken(house, reported("r1", said, "failed", account="autre"))
    (claimed,) = await intake.claim(house, clock.now(), 1)
    assert await intake.take_in(house, claimed, lambda: clock.now() + LATER) == "filtered"
    assert (await delivery(house))["state"] == "sent"


async def test_a_message_that_its_writer_changes_keeps_its_first_text(house: House) -> None:
    key = await opened(house, chat("1", "Rue des Pins."))
    for number, text in (("2", "Rue des Chênes."), ("3", "Rue des Aulnes.")):
        assert (await arrive(house, chat(number, text, edits="1")))["outcome"] == "appended"
    message = await row(house, "select body_text, first_text, edited_at from message where direction = 'in'")
    assert (message["body_text"], message["first_text"]) == ("Rue des Aulnes.", "Rue des Pins.")
    assert message["edited_at"] is not None
    assert (await told(house, key)).count("message_edited") == 2


async def test_nobody_else_changes_a_message(house: House) -> None:
    await opened(house, chat("1", "Rue des Pins."))
    for arrival in (chat("2", "Rien.", sender="net:8", edits="1"), chat("3", "Rien.", account="autre", edits="1")):
        assert (await arrive(house, arrival))["outcome"] == "filtered"
    assert (await row(house, "select body_text from message where direction = 'in'"))["body_text"] == "Rue des Pins."


async def test_more_pictures_of_an_album_join_their_message(house: House) -> None:
    key = await opened(house, chat("1", "Trois photos."))
    message = await row(house, "select id from message where direction = 'in'")
    for name in ("une.jpg", "deux.jpg"):
        async with house.db.transaction(WORKER) as tx:
            await extend(tx, key, message["id"], [Attachment(name, "image/jpeg", b"jpeg " + name.encode())], clock.now())
    found = await rows(house, "select name from attachment where message_id = $1 order by position", message["id"])
    assert [line["name"] for line in found] == ["une.jpg", "deux.jpg"]


async def asked(house: House, text: str, to: str = "net:7", account: str = "page") -> None:
    async with house.db.transaction(WORKER) as tx:
        await prompts.say(tx, SAINTE_MER, NET, account, to, text, clock.now())


async def test_what_a_dialogue_says_leaves_in_its_order_and_keeps_no_other_waiting(house: House, network: Network) -> None:
    network.ends.append(Sent("temporary-failure", "429"))
    for text in ("Quelle commune ?", "Laquelle ?"):
        await asked(house, text)
    await asked(house, "Bonjour.", to="net:8")
    await asked(house, "Par une autre page.", account="autre")
    await send_all(house)
    assert [message.said or message.body_text for message in network.sent] == ["Quelle commune ?", "Bonjour.", "Par une autre page."]
    for leaving in await deliver.claim(house, clock.now() + timedelta(minutes=30), 10):
        await deliver.deliver(house, leaving, lambda: clock.now() + timedelta(minutes=30))
    await send_all(house)
    assert [message.said or message.body_text for message in network.sent][-2:] == ["Quelle commune ?", "Laquelle ?"]


async def test_what_cannot_leave_for_days_keeps_what_follows_an_hour_at_most(house: House, network: Network) -> None:
    network.ends.append(Sent("temporary-failure", "le fichier n’est pas là"))
    await asked(house, "Avec un fichier.")
    await send_all(house)
    await asked(house, "Sans.")
    assert await deliver.claim(house, clock.now(), 10) == []
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update outgoing set created_at = created_at - interval '2 hours' where state = 'temporary-failure'")
    (leaving,) = await deliver.claim(house, clock.now(), 10)
    assert leaving.message.body_text == "Sans."
