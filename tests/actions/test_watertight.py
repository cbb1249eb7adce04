"""What nobody may reach: another town's tickets, another service's, a note by its citizen, a written line of the timeline."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from grc import clock
from grc.actions import remap
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
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World

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


# What is everybody's: who the town halls are, how they go about a request, what they write to all.
_PUBLIC = {"collectivity", "service", "commune", "request_type", "type_setting", "notice_text", "caught_mail"}


async def _of_all_kinds(house: House, world: World) -> TicketKey:
    """A ticket of Sainte-Mer, asked on behalf of Boisvert, with a row in every table that tells of it."""
    key = await opened(house, form())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            f"""
            insert into record (collectivity_id, register, key, title, folded, search, made_at, changed_at)
            values (2, 'r', 'k', 'T', 't', ''::tsvector, now(), now());
            insert into record_change (collectivity_id, record_id, at, who, what) select 2, id, now(), 'x', 'added' from record;
            insert into work_time (collectivity_id, ticket_id, agent_id, day, minutes, kind, made_at)
            values (2, {key.id}, {world.agents["paul"]}, now(), 5, 'desk', now());
            insert into appointment (collectivity_id, ticket_id, agent_id, kind, starts_at, ends_at, made_at)
            values (2, {key.id}, {world.agents["paul"]}, 'visit', now(), now() + interval '1 hour', now());
            insert into errand (collectivity_id, ticket_id, kind, due, made_at) values (2, {key.id}, 'closed', now(), now());
            insert into link (collectivity_id, ticket_id, kind, other_collectivity_id, other_ticket_id, other_reference, other_title,
                              other_place, made_at)
            values (2, {key.id}, 'beside', 2, {key.id}, 'x', 'x', 'x', now());
            insert into legal_event (collectivity_id, ticket_id, kind, at, who, made_at)
            values (2, {key.id}, 'withdrawn', now(), 'x', now());
            insert into request_type (collectivity_id, name, version, document, state, written_at)
            values (2, 'c40902_x', 0, 'x', 'draft', now());
            insert into calendar_feed (agent_id, digest, made_at) values ({world.agents["paul"]}, 'x', now());
            insert into delivery_attempt (collectivity_id, outgoing_id, at, state)
            select collectivity_id, id, now(), 'sent' from outgoing limit 1
            """
        )
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous.", (), clock.now())
    return key


async def _tables(house: House) -> list[str]:
    found = await rows(
        house, "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relrowsecurity"
    )
    return sorted(line["relname"] for line in found)


async def _reached(house: House, scope: Scope, table: str, verb: str) -> int:
    """How many rows of a table this scope reads, takes away or writes over; none where it has no right to."""
    try:
        async with house.db.transaction(scope) as tx:
            if verb == "update":
                columns = await tx.conn.fetch(
                    "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped "
                    "and attidentity = '' and has_column_privilege($1::regclass, attname, 'update')",
                    table,
                )
                return max(
                    [int((await tx.conn.execute(f'update {table} set "{c[0]}" = "{c[0]}"')).split()[-1]) for c in columns[:1]] or [0]
                )
            told = await tx.conn.execute(f"delete from {table}" if verb == "delete" else f"select 1 from {table}")
            return int(told.split()[-1])
    except (asyncpg.InsufficientPrivilegeError, asyncpg.ForeignKeyViolationError):
        return 0


async def test_no_role_reaches_a_row_of_others_in_any_table(house: House, world: World) -> None:
    """By SQL alone, with a scope of one's own: an agent of another town, of another service, a citizen of another request, a member."""
    key = await _of_all_kinds(house, world)
    road = world.services[SAINTE_MER, "voirie"]
    strangers = {
        "another town": Scope("grc_web", collectivities=(AGENCY,), services=(world.services[AGENCY, "accueil"],)),
        "the citizen of another request": Scope("grc_citizen", collectivities=(SAINTE_MER,), ticket=key.id + 1),
        "another member": Scope("grc_member", collectivities=(BOISVERT,)),
        "the way in": INTAKE,
    }
    ours = {"address", "membership", "agent", "account"}  # a town's own, or of colleagues
    of_all = {("another town", t) for t in ours} | {("the citizen of another request", "blob")}
    of_all |= {("the way in", t) for t in ("received", "blob", "address", "kept_file", "form_sent")}
    seen = {
        (who, table, verb)
        for table in await _tables(house)
        for who, scope in strangers.items()
        for verb in ("select", "update", "delete")
        if await _reached(house, scope, table, verb)
    }
    assert {(who, table, verb) for who, table, verb in seen if verb != "select"} == set()
    assert {(who, table) for who, table, _ in seen if table not in _PUBLIC} <= of_all
    parts = {
        "ticket",
        "message",
        "event",
        "deadline",
        "outgoing",
        "attachment",
        "link",
        "errand",
        "work_time",
        "appointment",
        "legal_event",
    }
    service = Scope("grc_web", collectivities=(SAINTE_MER,), services=(road,))
    assert {t for t in parts for verb in ("select", "update", "delete") if await _reached(house, service, t, verb)} == set()
    there = {table for table in parts if await _reached(house, WORKER, table, "select")}
    assert there >= parts - {"attachment"}, "there was something to reach"


async def test_a_member_reads_of_his_request_what_whoever_asked_reads_and_writes_nothing(house: House, world: World) -> None:
    key = await _of_all_kinds(house, world)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set on_behalf_of = $1 where id = $2", BOISVERT, key.id)
    member = Scope("grc_member", collectivities=(BOISVERT,))
    tables = [table for table in await _tables(house) if table not in _PUBLIC]
    seen = {table for table in tables if await _reached(house, member, table, "select")}
    assert seen - {"attachment", "blob"} == {"ticket", "message", "deadline"}
    assert not {table for table in await _tables(house) for verb in ("update", "delete") if await _reached(house, member, table, verb)}
    async with house.db.transaction(member) as tx:
        assert await tx.conn.fetchval("select count(*) from message where direction = 'note' or audience <> 'public'") == 0


async def test_an_administrator_of_a_town_who_also_works_at_the_agency_moves_the_requests_of_his_town_alone(
    house: House, world: World
) -> None:
    key = await opened(house, form())
    stands = await ticket(house, key)
    both = Scope("grc_web", collectivities=(AGENCY, BOISVERT))

    async def asked(homes: list[int]) -> int:
        async with house.db.transaction(both) as tx:
            return await remap.ask(tx, homes, stands["type"], stands["version"], 99, [stands["state"]], remap.KEEP, "x", clock.now())

    assert await asked([BOISVERT]) == 0
    assert await asked([AGENCY, BOISVERT]) == 1, "the agency's administrator asks it for everybody"


async def test_conversations_accounts_and_web_sites_are_those_of_ones_own_collectivity(house: House, world: World) -> None:
    key = await opened(house, form())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into conversation (collectivity_id, channel, account, address, ticket_collectivity_id, ticket_id)"
            " values ($1, 'telegram', 'bot', 'telegram:7', $1, $2)", key.collectivity_id, key.id
        )  # fmt: skip
        await tx.conn.execute("insert into account (collectivity_id, channel, name) values ($1, 'sms', '+33639982199')", SAINTE_MER)
        await tx.conn.execute("insert into web_site (collectivity_id, origin, made_at) values ($1, 'https://a.example', now())", SAINTE_MER)
    seen = {}
    for name in ("claire", "bea", "luc"):
        async with world.acting(name) as (tx, _):
            seen[name] = [await tx.conn.fetchval(f"select count(*) from {what}") for what in ("conversation", f"accounts_of({SAINTE_MER})")]
            assert await tx.conn.execute("delete from web_site where collectivity_id = $1", BOISVERT) == "DELETE 0"
    assert seen == {"claire": [1, 1], "bea": [0, 0], "luc": [0, 1]}, "luc is of another service"
    for query in (
        "insert into web_site (collectivity_id, origin, made_at) values (2, 'https://eve.example', now())",
        "insert into web_site (collectivity_id, origin, made_at) values (3, 'https://eve.example; script-src *', now())",
        "select from prompt",
        "select state from conversation",
        "select from hook_account(1)",
    ):
        with pytest.raises(asyncpg.PostgresError):
            async with world.acting("bea") as (tx, _):
                await tx.conn.execute(query)
    async with world.acting("bea") as (tx, _):
        await tx.conn.execute("delete from web_site")
    assert len(await rows(house, "select from web_site")) == 1
