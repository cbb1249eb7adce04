"""A request made twice is followed once: the duplicate closes, later mails go to the one that is kept, and all of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from grc import clock
from grc.actions.escalate import escalate
from grc.actions.house import House
from grc.actions.merge import merge
from grc.actions.transition import transition
from grc.actions.unmerge import unmerge
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, NotFound
from grc.messages.envelope import seal
from grc.messages.model import Arrival
from grc.tickets import links
from grc.tickets.model import TicketKey
from grc.web.citizen import request as citizen
from tests.makers.majors import becomes
from tests.makers.types import document, publish
from tests.support.arrivals import arrive, form, key_of, letter, opened, row, rows, send_all, ticket, told
from tests.support.mails import mail
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

OTHER = {"nom": "Marc Vives", "courriel": "marc@habitants.example"}


@pytest.fixture
async def pair(house: House) -> tuple[TicketKey, TicketKey]:
    """The same person wrote twice: the older and the newer request."""
    return await opened(house, form({"objet": "Un lampadaire"})), await opened(house, letter(mail("Je vous ai écrit.")))


async def one(world: World, duplicate: TicketKey, kept: TicketKey, *, tell: bool = False, who: str = "paul") -> None:
    async with world.acting(who) as (tx, agent):
        await merge(tx, agent, duplicate, kept, clock.now(), tell=tell)


async def inbound(house: House, key: TicketKey) -> list[str]:
    query = "select body_text from message where ticket_id = $1 and direction = 'in' order by id"
    return [line["body_text"] for line in await rows(house, query, key.id)]


async def deadlines(house: House, key: TicketKey) -> Sequence[Any]:
    query = "select kind, due_at, met_at is not null as met from deadline where ticket_id = $1 order by kind, due_at"
    return [tuple(line) for line in await rows(house, query, key.id)]


async def test_a_duplicate_closes_keeps_its_messages_and_presses_nobody(
    house: House, world: World, pair: tuple[TicketKey, TicketKey]
) -> None:
    kept, duplicate = pair
    await one(world, duplicate, kept)
    stands = await ticket(house, duplicate)
    assert (stands["phase"], stands["merged_into"], stands["due_at"]) == ("closed", kept.id, None)
    assert await inbound(house, duplicate) == ["Je vous ai écrit."]
    assert all(met for _, _, met in await deadlines(house, duplicate))
    assert (await ticket(house, kept))["phase"] == "open"
    assert (await told(house, duplicate))[-1] == "merged"
    assert (await told(house, kept))[-1] == "merged_here"
    async with world.acting("paul") as (tx, _agent):
        assert [(d.kept, d.reference) for d in await links.duplicates(tx, duplicate)] == [(True, (await ticket(house, kept))["reference"])]
        assert [d.kept for d in await links.duplicates(tx, kept)] == [False]


async def test_whoever_asked_is_told_only_where_the_agent_says_so(
    house: House, world: World, relay: Relay, pair: tuple[TicketKey, TicketKey]
) -> None:
    kept, duplicate = pair
    third = await opened(house, form({"objet": "Encore"}))
    await send_all(house)
    before = len(relay.mails)
    await one(world, duplicate, kept)
    await send_all(house)
    assert len(relay.mails) == before
    await one(world, third, kept, tell=True)
    await send_all(house)
    got = relay.mails[-1]
    assert got.rcpt_to == "jeanne@habitants.example"
    stands = await ticket(house, kept)
    assert stands["reference"] in got.text
    assert f"/suivi/{stands['tracking_token']}" in got.text


async def test_what_comes_for_the_duplicate_goes_to_the_one_that_is_kept_by_every_way(
    house: House, world: World, relay: Relay, pair: tuple[TicketKey, TicketKey]
) -> None:
    kept, duplicate = pair
    await send_all(house)
    reference = (await ticket(house, duplicate))["reference"]
    ack = await relay.caught(lambda caught: reference in str(caught.mail["Subject"]))
    await one(world, duplicate, kept)
    back = str(ack.mail["Reply-To"].addresses[0].addr_spec)
    by_address = await arrive(house, letter(mail("Par l’adresse.", sender="Jeanne <autre@habitants.example>", to=back), to=back))
    await arrive(house, letter(mail("Par le fil.", answers=ack.mail)))
    await arrive(house, letter(mail("Par la référence.", subject=f"Re: {reference}")))
    token = (await ticket(house, duplicate))["tracking_token"]
    known = await citizen.tracked(house.db, token)
    assert known == duplicate
    envelope = {"message": "Par la page.", "ticket": duplicate.id}
    await arrive(house, Arrival("suivi", token, "une-page", seal(envelope, ()), SAINTE_MER))
    assert await inbound(house, duplicate) == ["Je vous ai écrit."]
    assert (await inbound(house, kept))[1:] == ["Par l’adresse.", "Par le fil.", "Par la référence.", "Par la page."]
    assert any("réunie" in reason for reason in by_address["reasons"])
    assert (await ticket(house, duplicate))["phase"] == "closed"


async def test_duplicates_of_duplicates_lead_to_the_last_one_kept(house: House, world: World) -> None:
    first, second, third = [await opened(house, form({"objet": f"{n}"})) for n in range(3)]
    await one(world, third, second)
    await one(world, second, first)
    await arrive(house, letter(mail("Suite.", subject=f"Re: {(await ticket(house, third))['reference']}")))
    assert (await inbound(house, first))[-1] == "Suite."


async def test_an_editor_asked_about_the_duplicate_answers_into_the_one_that_is_kept_unseen(
    house: House, world: World, relay: Relay, pair: tuple[TicketKey, TicketKey]
) -> None:
    kept, duplicate = pair
    async with world.acting("paul") as (tx, agent):
        await escalate(tx, agent, duplicate, "support@editeur.example", "Une question.", (), clock.now())
    await send_all(house)
    got = await relay.caught(lambda caught: caught.rcpt_to == "support@editeur.example")
    await one(world, duplicate, kept)
    back = str(got.mail["Reply-To"].addresses[0].addr_spec)
    await arrive(house, letter(mail("Une réponse.", sender="support@editeur.example", to=back), to=back))
    came = await row(house, "select audience from message where ticket_id = $1 and body_text = 'Une réponse.'", kept.id)
    assert came["audience"] == "third"


async def test_a_merge_is_undone_as_if_it_had_not_been(house: House, world: World, pair: tuple[TicketKey, TicketKey]) -> None:
    kept, duplicate = pair
    before, due = await ticket(house, duplicate), await deadlines(house, duplicate)
    await one(world, duplicate, kept)
    async with world.acting("paul") as (tx, agent):
        await unmerge(tx, agent, duplicate, clock.now())
    after = await ticket(house, duplicate)
    for column in ("state", "phase", "due_at", "legal_due_at", "closed_at", "merged_into"):
        assert after[column] == before[column], column
    assert await deadlines(house, duplicate) == due
    await arrive(house, letter(mail("Suite.", subject=f"Re: {after['reference']}")))
    assert (await inbound(house, duplicate))[-1] == "Suite."
    with pytest.raises(Conflict):
        async with world.acting("paul") as (tx, agent):
            await unmerge(tx, agent, duplicate, clock.now())
    await one(world, duplicate, kept)


async def test_what_two_people_asked_is_never_made_one(house: House, world: World, pair: tuple[TicketKey, TicketKey]) -> None:
    kept, _ = pair
    stranger = await opened(house, form(OTHER))
    with pytest.raises(BadInput):
        await one(world, stranger, kept)
    async with house.db.transaction(WORKER) as tx:  # two agents of one member, at the agency
        await tx.conn.execute("update ticket set on_behalf_of = $1", BOISVERT)
    await one(world, stranger, kept)


async def test_the_older_one_is_kept_whichever_is_named_first_and_must_be_open(
    house: House, world: World, pair: tuple[TicketKey, TicketKey]
) -> None:
    kept, duplicate = pair
    with pytest.raises(BadInput):
        await one(world, kept, kept)
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, kept, "close", clock.now())
    with pytest.raises(Conflict):
        await one(world, duplicate, kept)
    async with world.acting("paul") as (tx, agent):
        await transition(tx, agent, kept, "reopen", clock.now())
    await one(world, kept, duplicate)
    assert (await ticket(house, duplicate))["merged_into"] == kept.id


async def test_a_duplicate_is_one_once(house: House, world: World, pair: tuple[TicketKey, TicketKey]) -> None:
    kept, duplicate = pair
    third = await opened(house, form({"objet": "Encore"}))
    await one(world, duplicate, kept)
    for again in ((duplicate, kept), (third, duplicate)):
        with pytest.raises(Conflict):
            await one(world, *again)


@pytest.mark.parametrize("stranger", ["luc", "bea"])
async def test_nobody_merges_what_he_cannot_see(house: House, world: World, pair: tuple[TicketKey, TicketKey], stranger: str) -> None:
    kept, duplicate = pair
    with pytest.raises(NotFound):
        await one(world, duplicate, kept, who=stranger)
    assert (await ticket(house, duplicate))["merged_into"] is None


async def test_a_type_whose_closings_all_speak_or_ask_closes_straight(house: House, world: World) -> None:
    text = document("name: essai_bavard\nversion: 1\ntitle: Bavard\nsummary: Pour les essais.\nfields: []\n").replace(
        "to: closed, who: [agent, chief, admin]}", "to: closed, who: [agent, chief, admin], text: {label: Pourquoi}}"
    )
    await publish(house.db, SAINTE_MER, text)
    await becomes(house.db, SAINTE_MER, {"lampadaire": "essai_bavard"})
    kept = await opened(house, form())
    duplicate = await key_of(house, (await arrive(house, form()))["ticket"])
    await one(world, duplicate, kept)
    stands = await ticket(house, duplicate)
    assert (stands["state"], stands["phase"], stands["closed_at"] is not None) == ("closed", "closed", True)
