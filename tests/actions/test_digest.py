"""What the law reminds of, by mail: to the agent in charge, then to the head of the service, in one mail a day, once."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta

import pytest

from grc.actions import deliver, digest, fire
from grc.actions.assign import assign
from grc.actions.digest import Line, worded
from grc.actions.house import House
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.tickets.model import TicketKey
from tests.makers.requests import request
from tests.support.arrivals import row, rows
from tests.support.relay import Caught, Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

PAUL, CLAIRE, LUC, BEA = "paul@sainte-mer.example", "claire@sainte-mer.example", "luc@sainte-mer.example", "bea@boisvert.example"


def at(day: str, hour: str = "08:15") -> datetime:
    """A moment in Paris."""
    return datetime.fromisoformat(f"{day}T{hour}").replace(tzinfo=PARIS)


RECEIVED = at("2026-03-02", "09:00")  # a Monday: the acknowledgement is due by Monday 16 March, the reminder comes on Thursday 12


async def waiting(house: House, count: int = 1, service: str = "accueil", town: int = SAINTE_MER) -> list[TicketKey]:
    """Requests whose acknowledgement is held, and nobody lets it go; the other one, due the next day, is no matter here."""
    async with house.db.transaction(WORKER) as tx:
        made = [await request(tx, RECEIVED, service=service, held=True, collectivity_id=town) for _ in range(count)]
        await tx.conn.execute("update deadline set met_at = $1 where kind = 'aee'", RECEIVED)
    return made


async def given(world: World, key: TicketKey, name: str) -> None:
    async with world.acting(name, RECEIVED) as (tx, agent):
        await assign(tx, agent, key, world.agents[name], RECEIVED)


async def morning(house: House, now: datetime) -> int:
    """The worker at that moment; how many mails of the day it wrote."""
    await fire.fire(house.db, now)
    written = await digest.write(house.db, now)
    while leaving := await deliver.claim(house, now, 50):
        for one in leaving:
            await deliver.deliver(house, one, lambda: now)
    return written


def told(relay: Relay, address: str) -> list[Caught]:
    return [caught for caught in relay.to(address) if caught.mail["Auto-Submitted"] == "auto-generated"]


def subject(caught: Caught) -> str:
    """The subject, its spaces as any reader of mail shows them."""
    return " ".join(str(caught.mail["Subject"]).split())


async def test_the_agent_is_reminded_before_and_after_and_then_the_head_of_the_service(house: House, world: World, relay: Relay) -> None:
    (key,) = await waiting(house)
    await given(world, key, "paul")
    known = (await row(house, "select reference from ticket where id = $1", key.id))["reference"]

    assert await morning(house, at("2026-03-12")) == 1
    (reminder,) = told(relay, PAUL)
    assert subject(reminder) == "Délais légaux : 1 échéance"
    assert "À faire avant l’échéance (1)" in reminder.text
    assert f"{known}, Autre demande (Accueil)\u00a0: accusé de réception, lundi 16\u00a0mars\u00a02026" in reminder.text
    assert f"{house.public_url}/agent/demandes/{known}" in reminder.text
    assert "Lampadaire" not in reminder.text, "nothing that the citizen wrote"
    assert "Duport" not in reminder.text, "nor his name"
    assert reminder.mail["Reply-To"] is None

    assert await morning(house, at("2026-03-17")) == 1
    _, late = told(relay, PAUL)
    assert "Échéance passée (1)" in late.text
    assert subject(late).endswith("dont 1 passée")
    assert told(relay, CLAIRE) == []

    assert await morning(house, at("2026-03-18")) == 1
    (above,) = told(relay, CLAIRE)
    assert "signalée aux responsables (1)" in above.text
    assert len(told(relay, PAUL)) == 2
    assert await morning(house, at("2026-03-19")) == 0


async def test_many_are_one_mail_and_what_nobody_has_in_hand_is_for_the_head(house: House, world: World, relay: Relay) -> None:
    keys = await waiting(house, 25)
    await given(world, keys[0], "paul")
    assert await morning(house, at("2026-03-12")) == 2
    (mine,), (hers,) = told(relay, PAUL), told(relay, CLAIRE)
    assert subject(mine) == "Délais légaux : 1 échéance"
    assert subject(hers) == "Délais légaux : 24 échéances"
    assert hers.text.count("/agent/demandes/") == 20
    assert "et 4\u00a0échéances de plus" in hers.text
    assert told(relay, LUC) == told(relay, BEA) == []


async def test_a_request_whose_type_was_taken_away_keeps_nobody_from_his_mail(house: House, world: World) -> None:
    gone, stays = await waiting(house, 2)
    await given(world, gone, "paul")
    await given(world, stays, "claire")
    await fire.fire(house.db, at("2026-03-12"))
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set type = 'gone' where id = $1", gone.id)
    assert await digest.write(house.db, at("2026-03-12")) == 2
    texts = "".join(line["body_text"] for line in await rows(house, "select body_text from digest"))
    assert texts.count(", Demande (Accueil)") == 1


async def test_each_collectivity_tells_its_own(house: House, world: World, relay: Relay) -> None:
    await waiting(house, 1, "voirie")
    await waiting(house, 1, town=BOISVERT)
    assert await morning(house, at("2026-03-12")) == 2
    (one,), (other,) = told(relay, CLAIRE), told(relay, BEA)
    assert "Sainte-Mer" in one.text
    assert "Boisvert" not in one.text
    assert "mairie@boisvert.example" in str(other.mail["From"])


async def test_what_was_done_meanwhile_reminds_of_nothing(house: House, world: World, relay: Relay) -> None:
    done, left = await waiting(house, 2)
    await fire.fire(house.db, at("2026-03-12", "08:01"))
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update deadline set met_at = $2 where ticket_id = $1 and kind = 'are'", done.id, at("2026-03-12", "08:05"))
    assert await morning(house, at("2026-03-12")) == 1
    (mail,) = told(relay, CLAIRE)
    found = await rows(house, "select id, reference from ticket")
    assert {r["id"] for r in found if r["reference"] in mail.text} == {left.id}


async def test_whoever_no_longer_sees_the_service_hears_nothing_of_it(house: House, world: World, relay: Relay) -> None:
    (key,) = await waiting(house)
    await given(world, key, "paul")
    await fire.fire(house.db, at("2026-03-12", "08:01"))
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("delete from membership where agent_id = $1", world.agents["paul"])
    assert await morning(house, at("2026-03-12")) == 0
    assert told(relay, PAUL) == []


async def test_whoever_wants_no_mail_gets_none(house: House, world: World, relay: Relay) -> None:
    await waiting(house)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set preferences = '{\"digest\": false}' where id = $1", world.agents["claire"])
    assert await morning(house, at("2026-03-12")) == 0
    assert told(relay, CLAIRE) == []
    assert (await row(house, "select alarm from ticket"))["alarm"], "it still stands on the screen"


@pytest.mark.parametrize("when", [at("2026-03-14"), at("2026-03-15", "12:00"), at("2026-03-16", "08:05"), at("2026-03-13", "20:00")])
async def test_it_is_written_on_the_morning_of_a_working_day(house: House, world: World, when: datetime) -> None:
    await waiting(house)
    await fire.fire(house.db, at("2026-03-12", "20:30"))
    assert await digest.write(house.db, when) == 0
    assert await digest.write(house.db, at("2026-03-16", "08:10")) == 1


async def test_one_a_day_though_more_comes(house: House, world: World, relay: Relay) -> None:
    await waiting(house)
    assert await morning(house, at("2026-03-12")) == 1
    await waiting(house)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "update deadline set due_at = $1 where reminds = 'are' and fired_at is null and due_at < $1", at("2026-03-12", "10:00")
        )
    assert await morning(house, at("2026-03-12", "11:00")) == 0
    assert await morning(house, at("2026-03-13")) == 1
    assert len(told(relay, CLAIRE)) == 2


async def test_workers_that_write_at_once_write_one(house: House, world: World, relay: Relay) -> None:
    await waiting(house, 3)
    now = at("2026-03-12")
    await fire.fire(house.db, now)
    written = await asyncio.gather(*(digest.write(house.db, now) for _ in range(6)))
    assert sum(written) == 1
    assert await morning(house, now) == 0
    assert len(told(relay, CLAIRE)) == 1


async def test_a_worker_killed_before_the_relay_took_it_leaves_it_to_the_next_with_the_same_name(
    house: House, world: World, relay: Relay
) -> None:
    await waiting(house)
    now = at("2026-03-12")
    await fire.fire(house.db, now)
    await digest.write(house.db, now)
    (dead,) = [one for one in await deliver.claim(house, now, 50) if one.kind == digest.KIND]
    assert await deliver.claim(house, now, 50) == [], "nobody else has it meanwhile"
    later = now + deliver.LEASE + timedelta(seconds=1)
    assert await morning(house, later) == 0
    (mail,) = told(relay, CLAIRE)
    assert mail.mail["Message-ID"] == f"<{dead.message.mail_id}>"
    evidence = await rows(
        house, "select a.state from delivery_attempt a join outgoing o on o.id = a.outgoing_id where o.digest_id is not null"
    )
    assert [one["state"] for one in evidence] == ["sent"]


async def test_an_address_that_takes_nothing_is_given_up_with_its_evidence_and_stops_nobody(
    house: House, world: World, relay: Relay
) -> None:
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set email = 'claire sans domaine' where id = $1", world.agents["claire"])
    await waiting(house)
    await waiting(house, 1, town=BOISVERT)
    assert await morning(house, at("2026-03-12")) == 2
    assert len(told(relay, BEA)) == 1
    states = {r["to_addr"]: r["state"] for r in await rows(house, "select to_addr, state from outgoing where digest_id is not null")}
    assert states == {"claire sans domaine": "permanent-failure", BEA: "sent"}


def test_every_heading_says_its_number() -> None:
    lines = [
        Line(what, kind, date(2026, 3, 1), "K7M4-QF9", "Demander un étal", "Accueil", count)
        for what, kind, count in (
            ("reminder", "notify", 1), ("late", "reasons", 40), ("above", "are", 2), ("implicit_decision", "implicit_decision", 3),
            ("items_missing", "complete", 1),
        )
    ]  # fmt: skip
    subject, text = worded("Claire Lartigue", "Mairie de Sainte-Mer", lines, "https://demandes.example")
    assert subject == "Délais légaux\u00a0: 47\u00a0échéances, dont 42 passées"
    for heading in (
        "À faire avant l’échéance (1)",
        "Échéance passée (40)",
        "responsables (2)",
        "Le silence a décidé (3)",
        "non reçues (1)",
    ):
        assert heading in text
    assert "et 39\u00a0échéances de plus" in text
    assert "dimanche 1er\u00a0mars\u00a02026" in text
    assert "https://demandes.example/agent/moi" in text
