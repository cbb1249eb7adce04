"""The demonstration's world in a real database: whole, consistent, made once, seen by each agent as far as he may."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from grc import demo, registry
from grc.actions.fire import fire
from grc.collectivities import legal_pages
from grc.collectivities.legal_pages import missing
from grc.db.transaction import WORKER, Database, Role, Scope
from grc.demo.load import ensure
from grc.messages.channel import Room
from grc.messages.model import Accepted, Arrival, Received
from grc.people import passwords
from grc.settings import Settings
from grc.tickets import reference
from tests.demo.conftest import NOW
from workflows.catalogue import catalogue


async def rows(db: Database, query: str, *values: Any, scope: Scope = WORKER) -> list[Any]:
    async with db.transaction(scope) as tx:
        return list(await tx.conn.fetch(query, *values))


async def value(db: Database, query: str, *values: Any, scope: Scope = WORKER) -> Any:
    return (await rows(db, query, *values, scope=scope))[0][0]


async def test_it_is_made_once_however_often_the_service_starts(world: Database, settings: Settings) -> None:
    counted = "select (select count(*) from ticket), (select count(*) from collectivity), (select count(*) from received)"
    before = await rows(world, counted)
    assert not await ensure(world, settings, NOW + timedelta(days=1))
    assert await rows(world, counted) == before


async def test_most_collectivities_have_written_their_legal_pages_and_some_are_still_to(world: Database) -> None:
    written = await value(world, "select count(*) from legal_page where current")
    left = await rows(world, "select name from collectivity where active and id not in (select collectivity_id from legal_page)")
    assert written >= 15
    assert "Sabres" in {row["name"] for row in left}
    async with world.transaction(WORKER) as tx:
        for id, kind in [(row["id"], row["kind"]) for row in await tx.conn.fetch("select id, kind from collectivity where active")]:
            found = await legal_pages.current(tx, id)
            assert found is None or missing(found[0], hosts=kind == "agency") == ()


async def test_all_communes_and_epci_are_there_and_some_twenty_use_the_service(world: Database) -> None:
    counts = {r["kind"]: (r["n"], r["active"]) for r in await rows(
        world, "select kind, count(*) as n, count(*) filter (where active) as active from collectivity group by kind")}  # fmt: skip
    assert {kind: n for kind, (n, _) in counts.items()} == {"agency": 1, "commune": 327, "epci": 18, "syndicate": 1}
    assert 18 <= sum(active for _, active in counts.values()) <= 25
    assert await value(world, "select count(*) from commune c join collectivity x on x.id = c.collectivity_id and x.insee = c.insee") == 327
    assert await value(world, "select count(*) from address where address = 'mairie@40192.example'") == 1


async def test_more_than_four_hundred_requests_in_every_state_of_the_general_one_and_in_many_of_other_types(world: Database) -> None:
    found = await rows(world, "select type, version, state, phase, closed_at from ticket where passed_to is null")
    general = Counter(row["state"] for row in found if row["type"] == "general")
    assert set(general) == set(catalogue().get("general").states)
    assert min(general.values()) >= 5
    assert 400 <= len(found) <= 500
    for row in found:
        assert row["phase"] == catalogue().get(row["type"], row["version"]).states[row["state"]].phase
        assert (row["phase"] == "closed") == (row["closed_at"] is not None)


async def test_nothing_happens_after_now_or_before_half_a_year_ago(world: Database) -> None:
    first, last = (await rows(world, "select min(at), max(at) from (select at from message union all select at from event) x"))[0]
    assert NOW - timedelta(days=190) < first < last <= NOW + timedelta(minutes=1)


async def test_timelines_and_conversations_are_in_the_order_of_time(world: Database) -> None:
    for table in ("event", "message"):
        wrong = f"select count(*) from (select at < lag(at) over (partition by ticket_id order by id) as back from {table}) x where back"
        assert await value(world, wrong) == 0


async def test_the_ledger_holds_what_arrived_and_its_sums_agree(world: Database) -> None:
    outcomes = {r["outcome"]: r["n"] for r in await rows(world, "select outcome, count(*) as n from received group by outcome")}
    assert "pending" not in outcomes
    by_mail_or_form = "channel in ('email', 'form')"
    whole = f"passed_to is null and {by_mail_or_form}"  # not the trace of one that was transmitted
    begun = f"select count(*) from ticket where {whole} and id in (select ticket_id from event where what = 'opened')"
    assert outcomes["opened"] == await value(world, begun)
    came = f"select count(*) from message where direction = 'in' and {by_mail_or_form}"
    assert outcomes["opened"] + outcomes["appended"] == await value(world, came)
    assert {"duplicate", "filtered", "quarantined"} <= set(outcomes)
    assert await value(world, f"{came} and received_id is null") == 0


async def test_the_bytes_of_the_ledger_say_what_the_ticket_shows(world: Database, settings: Settings) -> None:
    async def take(arrival: Arrival) -> Accepted:
        raise AssertionError("nothing arrives here")

    channels = registry.channels(Room(settings, world, take))
    read = await rows(world, """
        select distinct on (r.channel, m.in_reply) r.*, m.body_text, m.from_addr from received r
        join (select received_id, body_text, from_addr, cardinality(mail_references) > 0 as in_reply from message) m on m.received_id = r.id
        order by r.channel, m.in_reply, r.id
    """)  # fmt: skip
    assert {row["channel"] for row in read} == {"email", "form"}
    for row in read:
        assert hashlib.sha256(row["raw"]).digest() == row["digest"]
        message = channels[row["channel"]].parse(
            Received(row["id"], row["collectivity_id"], row["channel"], row["account"], row["source_id"], row["raw"], row["meta"], NOW)
        )
        assert message.from_addr == row["from_addr"]
        assert message.reply_text.split() == row["body_text"].split()
        assert not message.defects


async def test_every_request_was_acknowledged_and_late_ones_are_known_as_late(world: Database) -> None:
    unacknowledged = "select count(*) from deadline where kind = 'are' and met_at is null"
    assert await value(world, unacknowledged) == 0
    late = "select count(*) from ticket where phase = 'open' and due_at < $1"
    assert await value(world, late, NOW) >= 8
    due = """
        select count(*) from ticket t where t.due_at is distinct from
        (select min(d.due_at) from deadline d where d.collectivity_id = t.collectivity_id and d.ticket_id = t.id
         and d.met_at is null and d.reminds is null
         and d.paused_at is null and d.shown <> 'nobody' and d.kind not in ('implicit_decision', 'complete', 'appeal'))
    """
    assert await value(world, due) == 0
    assert await fire(world, NOW) < 10, "what passed in the lives of modules follows when the worker starts, the rest has followed"
    assert await value(world, "select count(*) from deadline where due_at < $1 and met_at is null and fired_at is null", NOW) == 0


async def test_references_hold_and_each_delivery_has_its_evidence(world: Database) -> None:
    assert all(reference.read(row["reference"]) == row["reference"] for row in await rows(world, "select reference from ticket"))
    bare = """
        select count(*) from outgoing o where not exists
        (select from delivery_attempt d where d.outgoing_id = o.id and d.state = o.state)
    """
    assert await value(world, bare) == 0
    assert await value(world, "select count(*) from outgoing where state in ('created', 'sending', 'temporary-failure')") == 0


async def test_persons_come_back_and_nobody_is_real(world: Database) -> None:
    assert await value(world, "select count(*) from (select from ticket group by requester_id having count(*) > 1) x") >= 30
    assert await value(world, "select count(*) from identity where kind = 'email' and value not like '%.example'") == 0
    assert await value(world, "select count(*) from identity where kind = 'tel' and value !~ '^\\+33(639 ?98|53649)'") == 0
    assert await value(world, "select count(*) from agent where email not like '%.example'") == 0


async def test_what_agents_write_is_set_in_french_typography(world: Database) -> None:
    written = "select count(*) from message where author_id > 0 and (body_text ~ ' [;!?:»]' or body_text ~ '« ' or body_text ~ '\\w''\\w')"
    assert await value(world, written) == 0
    assert await value(world, "select count(*) from message where body_text ~ '[{}]|\\[[^]]*\\|'") == 0


async def test_no_two_requests_of_a_collectivity_say_the_same(world: Database) -> None:
    same = """
        select count(*) from (
            select from message m join received r on r.id = m.received_id and r.outcome = 'opened'
            group by m.collectivity_id, m.body_text having count(*) > 1) x
    """
    assert await value(world, same) == 0


async def test_search_finds_a_request_without_accents(world: Database) -> None:
    async with world.transaction(WORKER) as tx:
        found = await tx.conn.fetchval(
            "select count(distinct m.ticket_id) from message m where m.search @@ to_tsquery('french', 'lampadaire')"
        )
    assert found >= 5


async def test_each_login_signs_in_and_reaches_his_services_and_no_other(world: Database) -> None:
    assert len(demo.logins()) >= 4
    reached = {}
    for login in demo.logins():
        agent = (await rows(world, "select id, password_hash from agent where email = $1", login.email))[0]
        assert passwords.is_password(login.password, agent["password_hash"])
        digest = hashlib.sha256(login.email.encode()).digest()
        async with world.transaction(Scope("grc_gate")) as tx:
            await tx.conn.execute(
                "insert into session (digest, agent_id, csrf, created_at, seen_at, expires_at) values ($1, $2, 'x', $3, $3, $4)",
                digest, agent["id"], NOW, datetime(2100, 1, 1, tzinfo=UTC),
            )  # fmt: skip
        web: Role = "grc_web"
        async with world.transaction(Scope(web)) as tx:
            await tx.conn.fetchrow("select * from enter($1, $2)", digest, NOW)
            reached[login.email] = {(r[0], r[1]) for r in await tx.conn.fetch("select collectivity_id, id from ticket")}
    assert all(reached.values())
    voirie, chief, admin = (reached[f"{name}@40192.example"] for name in ("aurore.lapinede", "basile.courlis", "maite.desbruyeres"))
    assert voirie < chief < admin
    assert not admin & reached["noemie.lagemme@40088.example"]
    assert len(admin) == await value(world, "select count(*) from ticket where collectivity_id = 40192")


async def test_one_request_was_transmitted_and_one_came_back(world: Database) -> None:
    ways = await rows(world, "select kind from transfer order by id")
    assert [way["kind"] for way in ways] == ["passed", "passed", "refused"]
    assert await value(world, "select count(*) from ticket where passed_to is not null") == 2


async def test_letters_of_each_kind_lie_there(world: Database) -> None:
    waiting = await rows(
        world, "select proposed, text, array_length(pages, 1) as pages from scan_letter where state = 'waiting' order by id"
    )
    assert [(row["proposed"]["name"], row["pages"]) for row in waiting] == [("Honorine Sauveterre", 2), ("Anselme Castetcrabe", 1)]
    assert await value(world, "select count(*) from scan_page") == 3
    leaving = await rows(world, "select l.state, o.state as delivery from letter l join outgoing o on o.id = l.outgoing_id order by 1")
    assert {(row["state"], row["delivery"]) for row in leaving} == {
        ("to-print", "to-print"), ("printed", "sent"), ("returned", "permanent-failure")}  # fmt: skip
