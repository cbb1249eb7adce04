"""A request that was sent to the wrong body: it goes to the competent one whole, the first keeps a trace, and nothing is lost on the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import asyncpg
import pytest

from grc import clock
from grc.actions import deliver, errands
from grc.actions.carry import Actor
from grc.actions.house import House
from grc.actions.legal_act import Signer
from grc.actions.note import note
from grc.actions.pass_on import Order
from grc.actions.reply import reply
from grc.actions.transfer import refuse, transfer
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, NotFound
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.web.citizen import request as citizen
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.tickets import run_errands
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World

SIGNER = Signer("Paul Dubos", "Agent du service Accueil")
ROAD = "Le chemin des Pins est une voie de Boisvert."
BACK = "Ce chemin est à Sainte-Mer depuis le remembrement."


async def pass_on(house: House, world: World, key: TicketKey, to: int = BOISVERT, by: str = "paul", service: str = "") -> TicketKey:
    """An agent transmits it and the worker does it; its ticket there."""
    async with world.acting(by) as (tx, agent):
        await transfer(tx, agent, key, Order(to, ROAD, SIGNER, service), clock.now())
    assert "failed" not in await run_errands(house.db)
    return TicketKey(to, key.id)


async def pass_back(house: House, world: World, key: TicketKey, by: str = "bea") -> None:
    """An agent of the other body refuses it."""
    async with world.acting(by) as (tx, agent):
        await refuse(tx, agent, key, BACK, clock.now())
    assert "failed" not in await run_errands(house.db)


@pytest.fixture
async def key(house: House, world: World) -> TicketKey:
    photo = ("photo.jpg", "image/jpeg", b"\xff\xd8\xff un nid de poule")
    raw = mail("Un nid de poule sur le chemin des Pins.", subject="Nid de poule", files=[photo], mail_id="<premier@habitants.example>")
    found = await opened(house, letter(raw))
    await send_all(house)
    return found


async def test_it_goes_whole_with_its_reference_its_link_and_its_files(house: House, world: World, key: TicketKey) -> None:
    before = await ticket(house, key)
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous : c’est encore lui.", (), clock.now())
    there = await pass_on(house, world, key)
    after = await ticket(house, there)
    for column in ("reference", "tracking_token", "subject", "requester_name", "answer_addr", "fields", "opened_at", "type"):
        assert after[column] == before[column], column
    kinds = [m["kind"] for m in await rows(house, "select kind from message where collectivity_id = $1 order by id", BOISVERT)]
    assert kinds == ["message", "ack", "transmission", "ack"], "what was said, what was acknowledged, that it goes, and the new receipt"
    async with world.acting("bea") as (tx, _):
        data = await tx.conn.fetchval("select b.data from attachment a join blob b using (collectivity_id, digest) where a.name = 'photo.jpg'")
        assert data == b"\xff\xd8\xff un nid de poule"
        assert await tx.conn.fetchval("select count(*) from message where direction = 'note'") == 0
    trace = await ticket(house, key)
    assert (trace["reference"], trace["subject"], trace["passed_to"], trace["phase"]) == (before["reference"], "Nid de poule", BOISVERT, "closed")
    assert (await told(house, there))[0] == "transferred_here"
    assert (await told(house, key))[-2:] == ["transfer_asked", "transferred"]


async def test_the_first_body_reads_none_of_it_any_more(house: House, world: World, key: TicketKey) -> None:
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous.", (), clock.now())
        await reply(tx, agent, key, "Nous regardons.", (), clock.now())
        digest = await tx.conn.fetchval("select digest from attachment")
    await pass_on(house, world, key)
    async with world.acting("claire") as (tx, _):  # who leads all the services of the first body
        fetch, value = tx.conn.fetch, tx.conn.fetchval
        assert [m["body_text"] for m in await fetch("select body_text from message")] == ["Entre nous."]
        for table in ("attachment", "outgoing", "delivery_attempt", "person", "identity"):
            assert await value(f"select count(*) from {table}") == 0, table
        assert await value("select count(*) from blob where digest = $1", digest) == 0, "a digest that somebody remembers opens nothing"
        whole = ""
        for table in ("ticket", "event", "deadline", "legal_event", "transfer", "errand", "link", "inbox_row", "appointment_row"):
            whole += "".join(str(dict(line)) for line in await fetch(f"select * from {table}"))
        assert "Nid de poule" in whole, "what the trace keeps"
        for of_his in ("jeanne", "Jeanne", "habitants.example", "nid de poule sur le chemin", "Nous regardons"):
            assert of_his not in whole, of_his
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await fetch("select * from passed_mail")


@pytest.mark.parametrize(
    "attack",
    [
        "update ticket set passed_to = null, passed_at = null where id = {id}",
        "update ticket set subject = 'à nous' where id = {id}",
        "update message set collectivity_id = 2 where ticket_id = {id}",
    ],
)
async def test_the_first_body_cannot_take_it_back_by_itself(house: House, world: World, key: TicketKey, attack: str) -> None:
    there = await pass_on(house, world, key)
    before = dict(await ticket(house, key)), dict(await ticket(house, there))
    try:
        async with world.acting("claire") as (tx, _):
            await tx.conn.execute(attack.format(id=key.id))
    except asyncpg.InsufficientPrivilegeError:
        pass
    assert (dict(await ticket(house, key)), dict(await ticket(house, there))) == before


async def test_no_agent_seals_or_steals_a_request_past_the_act(house: House, world: World, key: TicketKey) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with world.acting("claire") as (tx, _):
            await tx.conn.execute("update ticket set passed_to = 3, passed_at = now(), requester_id = null where id = $1", key.id)
    with pytest.raises((NotFound, asyncpg.InsufficientPrivilegeError)):
        async with world.acting("bea") as (tx, agent):
            await transfer(tx, agent, key, Order(AGENCY, ROAD, SIGNER), clock.now())
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            await transfer(tx, agent, key, Order(AGENCY, ROAD, SIGNER), clock.now())


async def test_nobody_acts_on_a_trace_and_whoever_wrote_meanwhile_is_told_why(house: House, world: World, key: TicketKey) -> None:
    await pass_on(house, world, key)
    with pytest.raises(Conflict, match="Mairie de Boisvert la suit"):
        async with world.acting("paul") as (tx, agent):
            await reply(tx, agent, key, "Bonjour.", (), clock.now())


async def test_the_competent_body_acknowledges_with_its_own_name_and_the_first_one_told_in_its_own(
    house: House, world: World, key: TicketKey, relay: Relay
) -> None:
    await pass_on(house, world, key)
    await send_all(house)
    gone = await relay.caught(lambda caught: "transmise" in caught.mail["Subject"])
    assert "mairie@sainte-mer.example" in gone.mail["From"]
    words = gone.text
    for part in ("Mairie de Boisvert", "3 place de la Mairie", "Paul Dubos", "L114-2", "L114-4"):
        assert part in words, part
    receipt = await relay.caught(lambda caught: "mairie@boisvert.example" in caught.mail["From"])
    assert "05 58 00 00 03" in receipt.text
    assert "Nid de poule" in receipt.text
    references = gone.mail["References"].split()
    assert "<premier@habitants.example>" in references, "it stands in the same conversation"
