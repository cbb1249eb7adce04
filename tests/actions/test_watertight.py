"""What nobody may reach: another town's tickets, another service's, a note by its citizen, a written line of the timeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
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
from grc.db.transaction import INTAKE, WORKER, Scope, Transaction
from grc.errors import NotFound
from grc.people.agents import SignedIn
from grc.tickets import store
from grc.tickets.model import TicketKey
from grc.web.citizen import request as citizen
from tests.support.arrivals import form, opened, rows, ticket, told
from tests.support.world import BOISVERT, SAINTE_MER, World

Act = Callable[[Transaction, SignedIn, TicketKey], Awaitable[object]]
ACTS: dict[str, Act] = {
    "reply": lambda tx, agent, key: reply(tx, agent, key, "Bonjour.", (), clock.now()),
    "note": lambda tx, agent, key: note(tx, agent, key, "Bonjour.", (), clock.now()),
    "assign": lambda tx, agent, key: assign(tx, agent, key, agent.id, clock.now()),
    "move": lambda tx, agent, key: move(tx, agent, key, agent.services[0], clock.now()),
    "prioritise": lambda tx, agent, key: prioritise(tx, agent, key, 1, clock.now()),
    "transition": lambda tx, agent, key: transition(tx, agent, key, "close", clock.now()),
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("stranger", ["bea", "luc"])  # of another town; of another service of the same town
async def test_the_ticket_of_others_does_not_exist(house: House, world: World, act: str, stranger: str) -> None:
    key = await opened(house, form())
    before, lines = dict(await ticket(house, key)), await told(house, key)
    with pytest.raises(NotFound):
        async with world.acting(stranger) as (tx, agent):
            await ACTS[act](tx, agent, key)
    assert dict(await ticket(house, key)) == before
    assert await told(house, key) == lines


async def test_a_guessed_number_with_ones_own_collectivity_does_not_exist_either(house: House, world: World) -> None:
    key = await opened(house, form())
    with pytest.raises(NotFound):
        async with world.acting("bea") as (tx, agent):
            await reply(tx, agent, TicketKey(BOISVERT, key.id), "Bonjour.", (), clock.now())


async def test_looking_at_the_ticket_of_others_leaves_it_new(house: House, world: World) -> None:
    key = await opened(house, form())
    async with world.acting("bea") as (tx, agent):
        await look(tx, agent, key, clock.now())
    assert (await ticket(house, key))["unread"]


async def test_a_forgotten_where_returns_only_ones_own(house: House, world: World) -> None:
    await opened(house, form())
    async with world.acting("bea") as (tx, _):
        for table in ("ticket", "message", "event", "deadline", "outgoing", "person", "identity", "blob", "attachment"):
            assert await tx.conn.fetchval(f"select count(*) from {table}") == 0, table
    async with world.acting("paul") as (tx, _):
        assert await tx.conn.fetchval("select count(*) from ticket") == 1, "the same query sees what is his"


async def test_the_link_of_one_request_opens_no_other(house: House, world: World) -> None:
    mine, other = await opened(house, form()), await opened(house, form({"courriel": "marc@habitants.example"}))
    async with house.db.transaction(citizen.scope(mine)) as tx:
        assert [line["id"] for line in await tx.conn.fetch("select id from ticket")] == [mine.id]
        assert {line["ticket_id"] for line in await tx.conn.fetch("select ticket_id from message")} == {mine.id}
        with pytest.raises(NotFound):
            await store.find(tx, (await ticket(house, other))["reference"])


@pytest.mark.parametrize("table", ["note", "event", "person", "identity", "outgoing", "session", "agent"])
async def test_a_citizen_reads_neither_notes_nor_what_is_internal(house: House, world: World, table: str) -> None:
    key = await opened(house, form())
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous.", (), clock.now())
    query = "select from message where direction = 'note'" if table == "note" else f"select from {table}"
    async with house.db.transaction(citizen.scope(key)) as tx:
        try:
            seen = await tx.conn.fetch(query)
        except asyncpg.InsufficientPrivilegeError:
            return
        assert seen == []


async def test_the_way_in_can_write_bytes_and_read_nobodys(house: House, world: World) -> None:
    await opened(house, form())
    for query in (
        "select raw from received", "select meta from received", "select digest from received", "select data from blob",
        "select from message", "select from ticket", "select from person", "select from event", "select from outgoing",
    ):  # fmt: skip
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with house.db.transaction(INTAKE) as tx:
                await tx.conn.fetch(query)
    async with house.db.transaction(INTAKE) as tx:
        assert len(await tx.conn.fetch("select id, outcome from received")) == 1, "what became of it is all that it may learn"


@pytest.mark.parametrize("table", ["event", "delivery_attempt"])
@pytest.mark.parametrize("verb", ["update {0} set at = now()", "delete from {0}"])
@pytest.mark.parametrize("role", ["worker", "owner"])
async def test_what_was_written_down_stays(house: House, world: World, table: str, verb: str, role: str) -> None:
    key = await opened(house, form())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into delivery_attempt (collectivity_id, outgoing_id, at, state) select collectivity_id, id, now(), 'sent' from outgoing"
        )
    before = await rows(house, f"select * from {table}")
    assert before
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        if role == "worker":
            async with house.db.transaction(WORKER) as tx:
                await tx.conn.execute(verb.format(table))
        else:  # who owns the tables, with row-level security out of the way
            async with house.db.pool.acquire() as conn, conn.transaction():
                await conn.execute(f"alter table {table} no force row level security")
                await conn.execute(verb.format(table))
    assert await rows(house, f"select * from {table}") == before
    assert key


async def test_an_agent_of_one_service_does_not_read_the_other_through_a_person_they_share(house: House, world: World) -> None:
    await opened(house, form({"service": "voirie", "message": "Affaire de voirie."}))
    await opened(house, form({"service": "accueil"}))
    async with world.acting("paul") as (tx, _):
        texts = [line["body_text"] for line in await tx.conn.fetch("select body_text from message where direction = 'in'")]
        counted = await tx.conn.fetchval("select count(*) from ticket where collectivity_id = $1", SAINTE_MER)
    assert counted == 1
    assert "Affaire de voirie." not in texts


async def test_a_scope_of_nothing_sees_nothing(house: House, world: World) -> None:
    await opened(house, form())
    async with house.db.transaction(Scope("grc_web")) as tx:
        assert await tx.conn.fetchval("select count(*) from ticket") == 0
