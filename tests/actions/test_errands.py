"""What a ticket has others do: a linked ticket elsewhere, its closing told back, tickets below told together; and what cannot be done."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from grc import clock
from grc.actions import errands
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.tickets.model import TicketKey
from tests.makers.types import document, publish
from tests.support.arrivals import row, rows, send_all, ticket, told
from tests.support.relay import Relay
from tests.support.tickets import begun, lived, run_errands
from tests.support.world import AGENCY, BOISVERT, SAINTE_MER, World

HEAD = "name: {name}\nversion: 1\ntitle: {title}\nsummary: Pour les essais.\ncategory: Essais\n"
ASKING = (
    HEAD.format(name="asking", title="Demande à plusieurs")
    + "fields:\n  - {name: mairie, kind: collectivity, label: Mairie, required: false}\n"
)
BELOW = HEAD.format(name="reported", title="Panne signalée")
ABOVE = HEAD.format(name="outage", title="Panne commune")
PASS_ON = """
  - name: pass_on
    label: Confier
    from: [received, doing]
    to: doing
    who: [agent]
    effects:
      - {{do: create, type: {type}, where: {where}, subject: "Suite de {{{{ reference }}}}", wait: true, fields: {{}}}}
"""
TOLD = "  - {on: linked_closed, from: [doing], effects: [{do: alarm, word: linked_done}]}\n"
SOLVE = """
  - name: solve
    label: Résoudre
    from: [received, doing]
    to: closed
    who: [agent]
    text: {label: Ce que chacun doit savoir}
    effects: [{do: tell_linked, transition: close, message: true}]
"""


async def publish_asking(world: World, where: str = "agency", kind: str = "general") -> None:
    life = document(ASKING).replace("transitions:\n", "transitions:" + PASS_ON.format(where=where, type=kind), 1)
    await publish(world.db, AGENCY, life.replace("reactions:\n", "reactions:\n" + TOLD, 1))


async def links(house: House, key: TicketKey) -> list[Any]:
    query = "select * from link where collectivity_id = $1 and ticket_id = $2 order by other_ticket_id"
    return await rows(house, query, key.collectivity_id, key.id)


def other(link: Any) -> TicketKey:
    return TicketKey(link["other_collectivity_id"], link["other_ticket_id"])


async def test_a_request_is_passed_on_to_the_agency_and_its_closing_is_told_back(house: House, world: World) -> None:
    await publish_asking(world)
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:pass_on")
    assert await links(house, key) == [], "the commit of an act waits for nobody else"
    assert await run_errands(house.db) == ["done"]

    (down,) = await links(house, key)
    assert (down["kind"], down["waits"], down["closed"], down["other_place"]) == ("below", True, False, "Agence d’essai")
    made = await ticket(house, other(down))
    assert (made["type"], made["subject"], made["on_behalf_of"]) == (
        "general",
        f"Suite de {(await ticket(house, key))['reference']}",
        SAINTE_MER,
    )
    assert (made["requester_name"], made["answer_addr"]) == ("Mairie de Sainte-Mer", "mairie@sainte-mer.example")
    (up,) = await links(house, other(down))
    assert (up["kind"], other(up), up["waits"]) == ("above", key, False)
    assert "linked" in await told(house, key)

    await lived(house.db, other(down), "transition:close", answered=True)
    assert (await ticket(house, key))["alarm"] is None
    assert await run_errands(house.db) == ["done"]
    assert (await ticket(house, key))["alarm"] == "linked_done"
    assert (await links(house, key))[0]["closed"]
    assert (await told(house, key))[-1] == "linked_closed"


async def test_a_request_that_waits_for_two_is_told_once_by_the_last_even_when_both_close_at_once(house: House, world: World) -> None:
    await publish_asking(world)
    key = await begun(house.db, SAINTE_MER, "asking")
    for _ in range(2):
        await lived(house.db, key, "transition:pass_on")
    await run_errands(house.db)
    for link in await links(house, key):
        await lived(house.db, other(link), "transition:close", answered=True)

    claimed = await errands.claim(house.db, clock.now(), 10)
    assert set(await asyncio.gather(*(errands.run(house.db, errand, clock.now) for errand in claimed))) == {"done"}
    assert (await ticket(house, key))["alarm"] == "linked_done"
    assert (await told(house, key)).count("linked_closed") == 2, "each closing is a line of the timeline"


async def test_what_was_reopened_before_its_closing_was_told_is_waited_for_all_the_same(house: House, world: World) -> None:
    await publish_asking(world)
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:pass_on")
    await run_errands(house.db)
    (link,) = await links(house, key)
    await lived(house.db, other(link), "transition:close", answered=True)
    await lived(house.db, other(link), "transition:reopen")
    closing, opening = sorted(await errands.claim(house.db, clock.now(), 10), key=lambda errand: errand.kind)
    assert (closing.kind, opening.kind) == ("closed", "reopened")
    for errand in (opening, closing):  # the later one was quicker
        assert await errands.run(house.db, errand, clock.now) == "done"
    assert not (await links(house, key))[0]["closed"]
    assert (await ticket(house, key))["alarm"] is None


@pytest.mark.parametrize(
    ("fields", "place"),
    [({"mairie": {"id": BOISVERT, "name": "Boisvert"}}, BOISVERT), ({}, None), ({"mairie": {"id": 999, "name": "?"}}, None)],
)
async def test_it_opens_where_a_field_says_and_where_that_is_nowhere_the_ticket_says_so(
    house: House, world: World, fields: dict[str, Any], place: int | None
) -> None:
    await publish_asking(world, where="fields.mairie")
    key = await begun(house.db, SAINTE_MER, "asking", fields)
    await lived(house.db, key, "transition:pass_on")
    assert await run_errands(house.db) == (["done"] if place else ["failed"])
    assert [link["other_collectivity_id"] for link in await links(house, key)] == ([place] if place else [])
    if place is None:
        assert (await ticket(house, key))["alarm"] == "errand_failed"
        assert (await told(house, key))[-1] == "errand_failed"


async def test_a_town_s_own_type_gives_no_work_to_another_town(house: House, world: World) -> None:
    life = document(ASKING.replace("asking", "c40902_asking")).replace(
        "transitions:\n", "transitions:" + PASS_ON.format(where="fields.mairie", type="general"), 1
    )
    await publish(world.db, SAINTE_MER, life)
    key = await begun(house.db, SAINTE_MER, "c40902_asking", {"mairie": {"id": BOISVERT, "name": "Boisvert"}})
    await lived(house.db, key, "transition:pass_on")
    assert await run_errands(house.db) == ["failed"]
    assert await links(house, key) == []


async def test_a_type_that_does_not_exist_is_told_on_the_ticket_that_asked_for_it(house: House, world: World) -> None:
    await publish_asking(world, kind="vanished")
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:pass_on")
    assert await run_errands(house.db) == ["failed"]
    why = await row(house, "select why from event where what = 'errand_failed'")
    assert "« vanished »" in why["why"]


async def outage(house: House, world: World, count: int) -> tuple[TicketKey, Sequence[TicketKey]]:
    """A problem of the agency with so many reports of members below it."""
    await publish(world.db, AGENCY, document(ABOVE).replace("transitions:\n", "transitions:" + SOLVE, 1))
    await publish(world.db, AGENCY, document(BELOW))
    above = await begun(house.db, AGENCY, "outage")
    below = [await begun(house.db, AGENCY, "reported", address=f"mairie{n}@membres.example") for n in range(count)]
    async with house.db.transaction(WORKER) as tx:
        for key in below:
            await tx.conn.execute(
                "insert into link (collectivity_id, ticket_id, kind, other_collectivity_id, other_ticket_id, other_reference, other_title, "
                "other_place, made_at) values ($1, $2, 'below', $3, $4, '', '', '', now())",
                above.collectivity_id, above.id, key.collectivity_id, key.id,
            )  # fmt: skip
    return above, below


async def test_thirty_reports_are_closed_and_told_together_and_one_that_fails_keeps_none_of_the_others(
    house: House, world: World, relay: Relay
) -> None:
    above, below = await outage(house, world, 30)
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set version = 99 where id = $1", below[11].id)
    await lived(house.db, above, "transition:solve", text="La messagerie est rétablie.")

    became = await run_errands(house.db)
    assert (became.count("later"), became.count("failed")) == (1, 0), "the one that fails is tried again"
    closed = await rows(house, "select id from ticket where type = 'reported' and phase = 'closed'")
    assert {line["id"] for line in closed} == {key.id for key in below} - {below[11].id}
    await send_all(house)
    assert {caught.rcpt_to for caught in relay.mails if "rétablie" in caught.text} == {
        f"mairie{n}@membres.example" for n in range(30) if n != 11
    }

    assert await run_errands(house.db, clock.now() + timedelta(hours=49)) == ["failed"]
    assert (await ticket(house, above))["alarm"] == "errand_failed", "whoever solved it is told that one was not"


async def test_a_report_that_is_closed_already_is_told_nothing(house: House, world: World, relay: Relay) -> None:
    above, below = await outage(house, world, 2)
    await lived(house.db, below[0], "transition:close")
    await lived(house.db, above, "transition:solve", text="C’est rétabli.")
    await run_errands(house.db)
    await send_all(house)
    assert [caught.rcpt_to for caught in relay.mails if "rétabli" in caught.text] == ["mairie1@membres.example"]


async def test_a_report_of_a_type_that_cannot_do_it_is_told_and_left_as_it_is(house: House, world: World, relay: Relay) -> None:
    above, (below,) = await outage(house, world, 1)
    await publish(world.db, AGENCY, document(BELOW.replace("version: 1", "version: 2")).replace("{name: close,", "{name: finish,"))
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set version = 2 where id = $1", below.id)
    await lived(house.db, above, "transition:solve", text="C’est rétabli.")
    assert set(await run_errands(house.db)) == {"done"}
    await send_all(house)
    assert [caught.rcpt_to for caught in relay.mails if "rétabli" in caught.text] == ["mairie0@membres.example"]
    assert (await ticket(house, below))["phase"] == "open"


async def test_a_worker_that_dies_with_an_errand_leaves_it_to_another_and_it_is_done_once(house: House, world: World) -> None:
    await publish_asking(world)
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:pass_on")
    (dead,) = await errands.claim(house.db, clock.now(), 10)
    assert await errands.claim(house.db, clock.now(), 10) == [], "it is leased"

    later = clock.now() + errands.LEASE + timedelta(seconds=1)
    assert await run_errands(house.db, later) == ["done"]
    assert await errands.run(house.db, dead, clock.now) == "overtaken", "it was only asleep"
    assert len(await links(house, key)) == 1
    assert len(await rows(house, "select from ticket where type = 'general'")) == 1


async def test_an_errand_that_fails_is_tried_again_for_two_days_then_given_up_and_told(house: House, world: World) -> None:
    await publish_asking(world)
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:pass_on")
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set version = 99 where id = $1", key.id)
    began, now, became = clock.now(), clock.now(), list[str]()
    while "failed" not in became:
        became += await run_errands(house.db, now)
        due = await rows(house, "select due, tries from errand where done_at is null")
        now = due[0]["due"] if due else now
        assert len(became) < 100
    assert became.count("later") > 5
    assert timedelta(hours=48) <= now - began < timedelta(hours=53)
    assert (await ticket(house, key))["alarm"] == "errand_failed"
    assert (await row(house, "select failed from errand where done_at is not null"))["failed"].startswith("UnknownType")


async def test_a_call_to_a_program_that_nobody_set_is_told(house: House, world: World) -> None:
    life = document(ASKING).replace("who: [agent, chief, admin]}", "who: [agent], effects: [{do: call, hook: logiciel-metier}]}", 1)
    await publish(world.db, AGENCY, life)
    key = await begun(house.db, SAINTE_MER, "asking")
    await lived(house.db, key, "transition:take")
    assert await run_errands(house.db) == ["failed"]
    assert "« logiciel-metier »" in (await row(house, "select why from event where what = 'errand_failed'"))["why"]
