"""A request sent to the wrong body goes to the competent one whole; the first keeps a trace, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

import asyncpg
import pytest

from grc import clock
from grc.actions import deliver
from grc.actions import pass_on as passing
from grc.actions.assign import assign
from grc.actions.carry import Actor
from grc.actions.fill import fill, mark
from grc.actions.house import House
from grc.actions.legal_act import Signer
from grc.actions.link import link
from grc.actions.merge import merge
from grc.actions.note import note
from grc.actions.pass_on import Order
from grc.actions.reply import reply
from grc.actions.send_outside import Outside, send_outside
from grc.actions.transfer import refuse, transfer
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, NotFound, Unavailable
from grc.messages.model import Sent
from grc.tickets import inbox, store, transfers
from grc.tickets.inbox import View
from grc.tickets.model import TicketKey
from grc.types import figures
from grc.types import store as types
from grc.types.figures import Asked
from grc.web.citizen import request as citizen
from tests.makers.requests import STALL, request
from tests.makers.types import publish
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.tickets import run_errands
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World, join
from workflows.parts.words import Figure

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
        data = await tx.conn.fetchval(
            "select b.data from attachment a join blob b using (collectivity_id, digest) where a.name = 'photo.jpg'"
        )
        assert data == b"\xff\xd8\xff un nid de poule"
        assert await tx.conn.fetchval("select count(*) from message where direction = 'note'") == 0
    trace = await ticket(house, key)
    assert (trace["reference"], trace["subject"], trace["passed_to"], trace["phase"]) == (
        before["reference"],
        "Nid de poule",
        BOISVERT,
        "closed",
    )
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


async def test_what_an_agent_filled_in_for_whoever_asked_goes_too(house: House, world: World) -> None:
    key = await opened(house, form({"type": "road_damage"}))
    async with world.acting("claire") as (tx, agent):
        seen = mark((await store.held(tx, [key]))[key].fields)
        await fill(tx, agent, key, {"transmis_a": "Jeanne Duport, 3 rue des Pins"}, ["transmis_a"], seen, clock.now())
    await pass_on(house, world, key, by="claire")
    async with world.acting("claire") as (tx, _):
        assert [line["what"] for line in await tx.conn.fetch("select what from event order by id")] == ["transfer_asked", "transferred"]


async def test_the_first_body_counts_it_nowhere_and_lists_it_only_as_a_trace(house: House, world: World, key: TicketKey) -> None:
    everywhere = Asked([SAINTE_MER, BOISVERT], clock.now() - timedelta(days=30), clock.now() + timedelta(days=1))

    async def seen(name: str) -> tuple[list[float | None], list[str], bool]:
        async with world.acting(name) as (tx, agent):
            definition = await types.definition(tx, "general", 1)
            bars = await figures.reckon(tx, definition, Figure(name="x", label="X"), everywhere)
            views = (View.MINE, View.UNASSIGNED, View.LATE, View.ALL)
            listed = [view.name for view in views if (await inbox.page(tx, agent, view, "", clock.now())).rows]
            found = await inbox.search(tx, agent, "jeanne@habitants.example", clock.now())
            return [bar.value for bar in bars], listed, bool(found.rows)

    assert await seen("paul") == ([1], ["UNASSIGNED", "ALL"], True)
    await pass_on(house, world, key)
    assert await seen("paul") == ([], [], False)
    assert await seen("bea") == ([1], ["UNASSIGNED", "ALL"], True)
    async with world.acting("paul") as (tx, agent):
        (trace,) = (await inbox.page(tx, agent, View.CLOSED, "", clock.now())).rows
        assert trace.passed_to is not None


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


async def facts(house: House, key: TicketKey) -> list[tuple[str, bool]]:
    query = "select kind, void from legal_event where collectivity_id = $1 and ticket_id = $2 order by id"
    return [(f["kind"], f["void"]) for f in await rows(house, query, key.collectivity_id, key.id)]


async def test_a_refusal_brings_it_back_as_it_stood_with_what_was_said_since(
    house: House, world: World, key: TicketKey, relay: Relay
) -> None:
    async with world.acting("paul") as (tx, agent):
        await note(tx, agent, key, "Entre nous.", (), clock.now())
    before = await ticket(house, key)
    there = await pass_on(house, world, key)
    async with world.acting("bea") as (tx, agent):
        await note(tx, agent, there, "Ce n’est pas à nous.", (), clock.now())
        await reply(tx, agent, there, "Nous regardons le cadastre.", (), clock.now())
    await send_all(house)
    await pass_back(house, world, there)
    after = await ticket(house, key)
    for column in ("reference", "tracking_token", "state", "requester_name", "answer_addr", "assignee_id", "fields", "type", "service_id"):
        assert after[column] == before[column], column
    assert (after["phase"], after["alarm"], after["unread"]) == ("open", "transfer_refused", True)
    assert after["due_at"] == before["due_at"]
    assert after["legal_due_at"] == before["legal_due_at"]
    assert sorted(await facts(house, key)) == [
        ("acknowledged", False), ("acknowledged", False), ("received", False), ("transferred", False), ("transferred", True),
    ]  # fmt: skip
    async with world.acting("paul") as (tx, _):
        said = [m["body_text"] for m in await tx.conn.fetch("select body_text from message order by id")]
        assert {"Entre nous.", "Nous regardons le cadastre."} <= set(said)
        assert "Ce n’est pas à nous." not in said
    async with world.acting("bea") as (tx, _):
        assert [m["body_text"] for m in await tx.conn.fetch("select body_text from message")] == ["Ce n’est pas à nous."]
    await send_all(house)
    back = [m for m in relay.mails if BACK in m.text]
    assert len(back) == 1, "told once"
    assert "mairie@boisvert.example" in back[0].mail["From"]


async def third_town(house: House, world: World) -> tuple[int, World]:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            """insert into collectivity (id, kind, insee, name, slug, active, email) values
               (4, 'commune', '40904', 'Trois-Pins', 'trois-pins', true, 'mairie@trois-pins.example');
               insert into service (collectivity_id, slug, name, is_default, position) values (4, 'accueil', 'Accueil', true, 0)"""
        )
    rita = await join(house.db, "rita@trois-pins.example", "Rita Lesca", "40904", "chief")
    return 4, replace(world, agents={**world.agents, "rita": rita})


async def test_a_chain_comes_back_one_step_at_a_time_and_all_of_them_see_its_way(house: House, world: World, key: TicketKey) -> None:
    third, world = await third_town(house, world)
    there = await pass_on(house, world, key)
    last = await pass_on(house, world, there, to=third, by="bea")
    with pytest.raises(Conflict):
        async with world.acting("bea") as (tx, agent):
            await refuse(tx, agent, there, BACK, clock.now())
    await pass_back(house, world, last, by="rita")
    assert (await ticket(house, there))["passed_to"] is None
    assert (await ticket(house, key))["passed_to"] == BOISVERT
    await pass_back(house, world, there)
    assert (await ticket(house, key))["passed_to"] is None
    for name in ("paul", "bea", "rita"):
        async with world.acting(name) as (tx, _):
            assert [(h.kind, h.body) for h in await transfers.way(tx, key.id)] == [
                ("passed", "Mairie de Boisvert"), ("passed", "Mairie de Trois-Pins"), ("refused", "Mairie de Boisvert"),
                ("refused", "Mairie de Sainte-Mer"),
            ]  # fmt: skip
    with pytest.raises(Conflict):
        async with world.acting("paul") as (tx, agent):
            await refuse(tx, agent, key, BACK, clock.now())


async def test_it_may_go_back_by_a_transfer_and_is_a_new_arrival_there(house: House, world: World, key: TicketKey) -> None:
    there = await pass_on(house, world, key)
    await send_all(house)
    assert await pass_on(house, world, there, to=SAINTE_MER, by="bea") == key
    after = await ticket(house, key)
    assert (after["passed_to"], after["phase"], after["requester_name"]) == (None, "open", "Jeanne Duport")
    assert len(await rows(house, "select from ticket where reference = $1", after["reference"])) == 2
    await send_all(house)
    kinds = [kind for kind, _ in await facts(house, key)]
    assert (kinds.count("transferred"), kinds.count("acknowledged")) == (2, 3), "each time it was received, and acknowledged"


async def test_answers_to_either_body_join_it_wherever_it_is(house: House, world: World, key: TicketKey, relay: Relay) -> None:
    first = await relay.caught(lambda caught: "mairie@sainte-mer.example" in caught.mail["From"])
    await pass_on(house, world, key)
    signed = mail("Voici une précision.", answers=first.mail)
    became = await arrive(house, letter(signed, to=parseaddr(str(first.mail["Reply-To"]))[1]))
    assert became["outcome"] == "appended", became
    assert "transmise à un autre organisme" in str(became["reasons"])
    own = mail("Et une photo.", headers={"In-Reply-To": "<premier@habitants.example>", "References": "<premier@habitants.example>"})
    assert (await arrive(house, letter(own)))["outcome"] == "appended"
    async with world.acting("bea") as (tx, _):
        said = [m["body_text"] for m in await tx.conn.fetch("select body_text from message where direction = 'in' order by id")]
    assert said == ["Un nid de poule sur le chemin des Pins.", "Voici une précision.", "Et une photo."]
    query = "select outcome, ticket_collectivity_id from received where ticket_id = $1 order by id"
    arrived = [tuple(r) for r in await rows(house, query, key.id)]
    assert arrived == [("opened", BOISVERT), ("appended", BOISVERT), ("appended", BOISVERT)], "whatever arrived leads to where it is"


async def test_the_same_mail_offered_again_to_the_first_body_is_a_duplicate(house: House, world: World, key: TicketKey) -> None:
    await pass_on(house, world, key)
    again = mail("Un nid de poule sur le chemin des Pins.", subject="Nid de poule", mail_id="<premier@habitants.example>")
    assert (await arrive(house, letter(again)))["outcome"] == "duplicate"


async def test_a_stranger_who_quotes_its_reference_to_the_first_body_does_not_join_it(house: House, world: World, key: TicketKey) -> None:
    reference = (await ticket(house, key))["reference"]
    await pass_on(house, world, key)
    raw = mail("Et moi alors ?", sender="marc@habitants.example", subject=f"Votre demande {reference}")
    became = await arrive(house, letter(raw))
    assert became["outcome"] == "opened"
    assert (await key_of(house, became["ticket"])).collectivity_id == SAINTE_MER


async def test_the_citizen_keeps_his_page_and_no_link_leads_to_the_trace(house: House, world: World, key: TicketKey) -> None:
    token = (await ticket(house, key))["tracking_token"]
    there = await pass_on(house, world, key)
    assert await citizen.tracked(house.db, token) == there
    async with house.db.transaction(citizen.scope(there)) as tx:
        assert await tx.conn.fetchval("select count(*) from message") == 4
    async with house.db.transaction(citizen.scope(key)) as tx:
        assert await tx.conn.fetchval("select count(*) from ticket") == 0


async def test_what_is_on_its_way_when_it_goes_is_recorded_where_it_went(house: House, world: World, key: TicketKey) -> None:
    async with world.acting("paul") as (tx, agent):
        await reply(tx, agent, key, "Nous regardons.", (), clock.now())
    (leaving,) = await deliver.claim(house, clock.now(), 10)
    there = await pass_on(house, world, key)
    assert await deliver.deliver(house, leaving, clock.now) == "sent"
    sent = await row(house, "select * from outgoing where id = $1", leaving.message.outgoing_id)
    assert (sent["collectivity_id"], sent["state"], sent["tries"]) == (there.collectivity_id, "sent", 1)
    assert await deliver.record(house, leaving, Sent("sent", ""), clock.now()) == "overtaken"


async def test_a_receipt_of_the_first_body_that_leaves_later_is_not_the_receipt_of_the_second(house: House, world: World) -> None:
    key = await opened(house, letter(mail("Bonjour.")))
    leaving = await deliver.claim(house, clock.now(), 10)
    there = await pass_on(house, world, key)
    for one in leaving:
        assert await deliver.deliver(house, one, clock.now) == "sent"
    assert "acknowledged" not in [kind for kind, _ in await facts(house, there)]
    await send_all(house)
    assert "acknowledged" in [kind for kind, _ in await facts(house, there)]


async def test_what_was_still_to_be_done_for_it_is_given_up_and_told(house: House, world: World, key: TicketKey) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into errand (collectivity_id, ticket_id, kind, data, due, made_at) values ($1, $2, 'call', '{}', $3, now())",
            key.collectivity_id, key.id, clock.now() + timedelta(hours=1),
        )  # fmt: skip
    await pass_on(house, world, key)
    assert "errands_given_up" in await told(house, key)
    assert await rows(house, "select from errand where done_at is null") == []


async def test_a_link_ends_on_both_sides(house: House, world: World, key: TicketKey) -> None:
    other = await opened(house, form())
    async with world.acting("claire") as (tx, agent):
        await link(tx, agent, key, other, clock.now())
    await pass_on(house, world, key)
    assert await rows(house, "select from link where ended_at is null") == []
    assert "unlinked" in await told(house, other)


async def test_a_duplicate_stays_and_what_comes_for_it_follows_the_request(house: House, world: World, key: TicketKey) -> None:
    duplicate = await opened(house, letter(mail("Toujours ce nid de poule.", mail_id="<second@habitants.example>")))
    async with world.acting("paul") as (tx, agent):
        await merge(tx, agent, key, duplicate, clock.now(), tell=False)
    with pytest.raises(Conflict):
        await pass_on(house, world, duplicate)
    await pass_on(house, world, key)
    raw = mail("Alors ?", headers={"In-Reply-To": "<second@habitants.example>", "References": "<second@habitants.example>"})
    assert (await arrive(house, letter(raw)))["outcome"] == "appended"
    assert (await row(house, "select collectivity_id from message where body_text = 'Alors ?'"))["collectivity_id"] == BOISVERT


async def test_a_planned_appointment_keeps_it_until_it_is_held_or_cancelled(house: House, world: World, key: TicketKey) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            """insert into appointment (collectivity_id, ticket_id, agent_id, kind, starts_at, ends_at, made_at)
               values ($1, $2, $3, 'visit', now() + interval '2 days', now() + interval '49 hours', now())""",
            key.collectivity_id, key.id, world.agents["paul"],
        )  # fmt: skip
    with pytest.raises(Conflict, match="rendez-vous"):
        await pass_on(house, world, key)


async def test_it_is_asked_for_once(house: House, world: World, key: TicketKey) -> None:
    order = Order(BOISVERT, ROAD, SIGNER)
    async with world.acting("paul") as (tx, agent):
        await transfer(tx, agent, key, order, clock.now())
    with pytest.raises(Conflict, match="part déjà"):
        async with world.acting("paul") as (tx, agent):
            await transfer(tx, agent, key, order, clock.now())


async def test_a_body_that_has_left_meanwhile_is_told_and_nothing_moved(house: House, world: World, key: TicketKey) -> None:
    async with world.acting("paul") as (tx, agent):
        await transfer(tx, agent, key, Order(BOISVERT, ROAD, SIGNER), clock.now())
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update collectivity set active = false where id = $1", BOISVERT)
    before = await rows(house, "select collectivity_id, id from message order by id")
    assert await run_errands(house.db) == ["failed"]
    assert await rows(house, "select collectivity_id, id from message order by id") == before
    assert (await ticket(house, key))["alarm"] == "errand_failed"


async def test_it_returns_to_no_body_that_has_left(house: House, world: World, key: TicketKey) -> None:
    there = await pass_on(house, world, key)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update collectivity set active = false where id = $1", SAINTE_MER)
    with pytest.raises(Conflict, match="Mairie de Sainte-Mer n’utilise plus le service"):
        await pass_back(house, world, there)


async def test_it_does_not_go_where_no_service_would_have_it(house: House, world: World, key: TicketKey) -> None:
    empty = "insert into collectivity (id, kind, insee, name, slug, active) values (9, 'commune', '40909', 'Landevide', 'landevide', true)"
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(empty)
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            assert await transfers.bodies(tx, "landevide", SAINTE_MER) == []
            await transfer(tx, agent, key, Order(9, ROAD, SIGNER), clock.now())


async def test_it_returns_into_the_hands_of_nobody_who_has_left(house: House, world: World, key: TicketKey) -> None:
    async with world.acting("paul") as (tx, agent):
        await assign(tx, agent, key, agent.id, clock.now())
    there = await pass_on(house, world, key)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set active = false where id = $1", world.agents["paul"])
    await pass_back(house, world, there)
    assert (await ticket(house, key))["assignee_id"] is None


@pytest.mark.parametrize("address", ["mairie@boisvert.example", "mairie+t@boisvert.example", "mairie+t@sainte-mer.example"])
async def test_no_mail_goes_to_a_body_of_the_service_where_it_would_open_a_second_request(
    house: House, world: World, key: TicketKey, address: str
) -> None:
    with pytest.raises(BadInput):
        async with world.acting("paul") as (tx, agent):
            await send_outside(tx, agent, key, Outside("Mairie de Boisvert", address), ROAD, SIGNER, clock.now())


async def due(house: House, key: TicketKey) -> dict[str, str]:
    """The deadlines of the law that stand there, each by its day in Paris."""
    query = """select kind, due_at from deadline where collectivity_id = $1 and ticket_id = $2 and met_at is null and reminds is null
               and kind in ('are', 'notify', 'implicit_decision')"""
    return {d["kind"]: d["due_at"].astimezone(PARIS).date().isoformat() for d in await rows(house, query, key.collectivity_id, key.id)}


async def test_silence_that_refuses_runs_from_the_first_receipt_and_silence_that_accepts_from_the_second(
    house: House, world: World
) -> None:
    await publish(world.db, AGENCY, STALL)
    received, passed = datetime(2026, 1, 10, 10, tzinfo=PARIS), datetime(2026, 1, 20, 10, tzinfo=PARIS)
    born = {}
    for kind in ("general", "etal_essai"):
        async with house.db.transaction(WORKER) as tx:
            key = await request(tx, received, kind)
        async with house.db.transaction(WORKER) as tx:
            there = await passing.pass_on(tx, key, Order(BOISVERT, ROAD, SIGNER), Actor("Paul Dubos"), passed)
        stands = await due(house, there)
        assert stands["are"] == "2026-02-03", "ten working days from the receipt by the competent body (L114-4)"
        born[kind] = stands["implicit_decision"]
        assert await due(house, key) == {}, "the first body owes nothing any more"
    assert born == {"general": "2026-03-11", "etal_essai": "2026-03-21"}, "L114-3"


async def test_a_worker_killed_in_the_midst_of_it_leaves_nothing_of_it(house: House, world: World, key: TicketKey) -> None:
    tables = ("ticket", "message", "attachment", "blob", "event", "legal_event", "outgoing", "deadline", "transfer", "identity", "person")

    async def everything() -> list[Any]:
        return [sorted(str(dict(line)) for line in await rows(house, f"select * from {table}")) for table in tables]

    before = await everything()
    with pytest.raises(Unavailable):
        async with house.db.transaction(WORKER) as tx:
            await passing.pass_on(tx, key, Order(BOISVERT, ROAD, SIGNER), Actor("Paul Dubos"), clock.now())
            tx.conn.terminate()  # what the database sees of a process that is killed: its connection is gone
    assert await everything() == before
    await pass_on(house, world, key)
