"""What an agent does to a ticket, in his own transaction, on a real database with row-level security."""

from __future__ import annotations

import pytest

from grc import clock
from grc.actions.assign import assign
from grc.actions.house import House
from grc.actions.look import look
from grc.actions.move import move
from grc.actions.note import note
from grc.actions.prioritise import prioritise
from grc.actions.reply import reply
from grc.actions.transition import transition
from grc.actions.write import write
from grc.errors import BadInput, Conflict, Forbidden, NotFound
from grc.messages.model import Attachment
from grc.web.citizen import request as citizen
from tests.support.arrivals import form, opened, row, rows, send_all, ticket, told
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

PLAN = Attachment("plan.pdf", "application/pdf", b"%PDF-1.7 un plan")


async def test_an_answer_reaches_the_citizen_with_its_file_and_the_ticket_is_taken_by_who_answers(
    house: House, world: World, relay: Relay
) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await reply(tx, agent, key, "Nous passons jeudi.", [PLAN], clock.now())
    assert set(await send_all(house)) == {"sent"}

    got = await relay.caught(lambda caught: "Nous passons jeudi." in caught.text)
    assert got.rcpt_to == "jeanne@habitants.example"
    assert [(part.get_filename(), part.get_content()) for part in got.mail.iter_attachments()] == [("plan.pdf", PLAN.content)]
    stands = await ticket(house, key)
    assert (stands["state"], stands["assignee_id"], stands["unread"]) == ("in_progress", world.agents["paul"], False)
    answer = await row(house, "select met_at from deadline where ticket_id = $1 and kind = 'answer'", key.id)
    assert answer["met_at"] is not None, "the service's own aim is met by an answer"


async def test_a_note_is_for_colleagues_and_never_leaves(house: House, world: World, relay: Relay) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous : elle téléphone chaque lundi.", [PLAN], clock.now())
    await send_all(house)

    assert not [caught for caught in relay.mails if "chaque lundi" in caught.text]
    async with house.db.transaction(citizen.scope(key)) as tx:
        seen = await citizen.read(tx, key)
        assert await tx.conn.fetchval("select count(*) from message where direction = 'note'") == 0
        assert await tx.conn.fetchval("select count(*) from attachment") == 0, "nor the file of the note"
    assert all("chaque lundi" not in said.text for said in seen.said)
    assert (await ticket(house, key))["unread"], "a note is no answer: the citizen's message still waits"


async def test_a_ticket_is_given_only_to_somebody_who_can_see_it(house: House, world: World) -> None:
    key = await opened(house, form({"service": "voirie"}))
    async with world.acting("claire") as (tx, agent):
        await assign(tx, agent, key, world.agents["luc"], clock.now())
    assert (await ticket(house, key))["assignee_id"] == world.agents["luc"]

    for stranger in ("paul", "bea"):  # another service, another town
        with pytest.raises(BadInput) as refused:
            async with world.acting("claire") as (tx, agent):
                await assign(tx, agent, key, world.agents[stranger], clock.now())
        assert refused.value.field == "assignee"
    async with world.acting("claire") as (tx, agent):
        await assign(tx, agent, key, None, clock.now())
    assert (await ticket(house, key))["assignee_id"] is None
    assert [what for what in await told(house, key) if "assigned" in what] == ["assigned", "unassigned"]


async def test_an_agent_moves_a_ticket_out_of_his_own_reach_and_no_longer_sees_it(house: House, world: World) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await assign(tx, agent, key, agent.id, clock.now())
        await move(tx, agent, key, world.services[SAINTE_MER, "voirie"], clock.now())

    stands = await ticket(house, key)
    assert stands["service_id"] == world.services[SAINTE_MER, "voirie"]
    assert stands["assignee_id"] is None, "who does not see the ticket cannot have it"
    with pytest.raises(NotFound):
        async with world.acting("paul") as (tx, agent):
            await note(tx, agent, key, "Encore un mot.", (), clock.now())
    async with world.acting("luc") as (tx, agent):
        await note(tx, agent, key, "Bien reçu.", (), clock.now())


async def test_a_ticket_cannot_be_moved_to_another_town(house: House, world: World) -> None:
    key = await opened(house, form())
    with pytest.raises(BadInput):
        async with world.acting("claire") as (tx, agent):
            await move(tx, agent, key, world.services[BOISVERT, "accueil"], clock.now())
    assert (await ticket(house, key))["service_id"] == world.services[SAINTE_MER, "accueil"]


async def test_a_priority_is_one_of_those_that_exist(house: House, world: World) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await prioritise(tx, agent, key, 1, clock.now())
    assert (await ticket(house, key))["priority"] == 1
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            await prioritise(tx, agent, key, 9, clock.now())


async def test_a_closed_ticket_can_be_opened_again_and_closing_twice_is_a_conflict(house: House, world: World) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await reply(tx, agent, key, "C’est réparé.", (), clock.now(), close=True)
    closed = await ticket(house, key)
    assert (closed["phase"], closed["closed_at"] is not None) == ("closed", True)

    with pytest.raises(Conflict):
        async with world.acting("paul") as (tx, agent):
            await transition(tx, agent, key, "close", clock.now())
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, key, "reopen", clock.now(), text="Il s’est éteint de nouveau.")
    again = await ticket(house, key)
    assert (again["phase"], again["closed_at"]) == ("open", None)


async def test_closing_without_an_answer_leaves_the_silence_its_effect(house: House, world: World) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, key, "close_without_answer", clock.now(), text="Message publicitaire.")
    unmet = await rows(house, "select kind from deadline where ticket_id = $1 and met_at is null and reminds is null order by kind", key.id)
    assert [line["kind"] for line in unmet] == ["are", "implicit_decision"]


async def test_an_agent_writes_first_and_the_answer_finds_its_ticket(house: House, world: World, relay: Relay) -> None:
    async with world.acting("paul") as (tx, agent):
        service = world.services[SAINTE_MER, "accueil"]
        key = await write(
            tx, agent, SAINTE_MER, service, " Marc@Habitants.example ", "Marc Vives", "Votre carte", "Elle est prête.", [PLAN], clock.now()
        )
    assert await send_all(house) == ["sent"], "one letter, and no acknowledgement of our own words"

    got = await relay.caught(lambda caught: caught.rcpt_to == "marc@habitants.example")
    assert "Auto-Submitted" not in got.mail
    stands = await ticket(house, key)
    assert (stands["assignee_id"], stands["state"], stands["unread"]) == (world.agents["paul"], "waiting", False)
    assert stands["reference"] in got.mail["Subject"]
    assert house.signer.ticket_of_address(got.mail["Reply-To"].addresses[0].addr_spec) == stands["reference"]


async def test_an_agent_writes_only_in_the_name_of_his_own_services(house: House, world: World) -> None:
    with pytest.raises(Forbidden):
        async with world.acting("paul") as (tx, agent):
            voirie = world.services[SAINTE_MER, "voirie"]
            await write(tx, agent, SAINTE_MER, voirie, "marc@habitants.example", "", "Travaux", "Demain.", (), clock.now())
    assert await rows(house, "select from ticket") == []


@pytest.mark.parametrize(
    "address", ["marc", "marc@", "@habitants.example", "marc@exa mple.fr", "a@b@c.fr", "marc@habitants.example\r\nBcc: x@y.fr"]
)
async def test_a_letter_to_no_address_is_refused_at_its_field(house: House, world: World, address: str) -> None:
    with pytest.raises(BadInput) as refused:
        async with world.acting("paul") as (tx, agent):
            accueil = world.services[SAINTE_MER, "accueil"]
            await write(tx, agent, SAINTE_MER, accueil, address, "", "Objet", "Texte", (), clock.now())
    assert refused.value.field == "to_addr"


async def test_a_ticket_that_was_looked_at_is_no_longer_new(house: House, world: World) -> None:
    key = await opened(house, form())
    assert (await ticket(house, key))["unread"]
    async with world.acting("paul") as (tx, agent):
        await look(tx, agent, key, clock.now())
    assert not (await ticket(house, key))["unread"]


async def test_an_empty_answer_is_refused_and_nothing_leaves(house: House, world: World) -> None:
    key = await opened(house, form())
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            await reply(tx, agent, key, " \r\n \x00 ", [PLAN], clock.now())
    assert await rows(house, "select from message where ticket_id = $1 and kind = 'message' and direction = 'out'", key.id) == []
