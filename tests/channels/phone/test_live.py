"""Calls told as they happen: the book, the card of whoever took one, and what is to be called back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from itertools import permutations
from typing import Any

from grc.actions.house import House
from tests.makers.agents import Browser, Door
from tests.makers.switchboard import CITIZEN, OTHER, Switchboard, has_line, taken_in
from tests.support.arrivals import rows
from tests.support.world import World

OUT: Sequence[tuple[str, dict[str, Any]]] = (("newCall", {}), ("answer", {"user": "214"}), ("hangup", {"cause": "normalClearing"}))
OPEN = "select from ticket where phase = 'open'"
CALLS = "select call_id, outcome, other, agent_id, ticket_id, waited from call order by id"


async def outcomes(house: House) -> list[str]:
    await taken_in(house)
    return [row["outcome"] for row in await rows(house, CALLS)]


async def test_a_call_in_any_order_and_said_twice_is_one_call_in_the_book(switchboard: Switchboard, house: House) -> None:
    said = (("newCall", {"queue": "accueil"}), ("answer", {"answeringNumber": "214"}), ("hangup", {"cause": "normalClearing"}))
    for order in permutations(said):
        call = switchboard.call()
        for event, fields in (*order, *reversed(order)):
            assert await switchboard.tell(event, call, as_json=event == "answer", **fields) == 200
    assert await outcomes(house) == ["answered"] * 6
    came = await rows(house, "select outcome from received")
    assert len(came) == 18, "one arrival an event; what is said twice is the same arrival"
    assert all(row["outcome"] in ("filtered", "opened", "appended") for row in came)
    assert not await rows(house, OPEN), "one whose end came long before the rest, since a machine was slow, was not missed after all"


async def test_missed_calls_from_one_number_are_one_call_back_that_a_call_of_ours_closes(switchboard: Switchboard, house: House) -> None:
    await switchboard.missed()
    await taken_in(house)
    await switchboard.missed()
    await switchboard.missed(OTHER)
    await taken_in(house)
    tickets = await rows(house, "select type, state, subject, fields, due_at from ticket order by id")
    assert [(t["type"], t["subject"], t["fields"]["appels"]) for t in tickets] == [
        ("call_back", "Rappeler 06 39 98 00 11", 2), ("call_back", "Rappeler 06 39 98 00 22", 1)
    ]  # fmt: skip
    assert all(t["due_at"] for t in tickets), "a delay in hours of opening"
    back = switchboard.call()
    for event, fields in OUT:
        await switchboard.tell(event, back, caller="214", to=CITIZEN, direction="out", **fields)
    await taken_in(house)
    states = await rows(house, "select state, phase from ticket order by id")
    assert [(s["state"], s["phase"]) for s in states] == [("reached", "closed"), ("to_call", "open")]


async def test_two_calls_of_one_number_that_end_at_one_moment_are_one_to_call_back(switchboard: Switchboard, house: House) -> None:
    calls = [switchboard.call() for _ in range(6)]
    await asyncio.gather(*(switchboard.tell("hangup", call, cause="noAnswer") for call in calls))
    assert await outcomes(house) == ["missed"] * 6
    tickets = await rows(house, "select fields from ticket")
    assert [t["fields"]["appels"] for t in tickets] == [6]


async def test_a_call_taken_is_not_missed_though_its_end_is_told_first(switchboard: Switchboard, house: House) -> None:
    call = switchboard.call()
    await switchboard.tell("hangup", call)
    await switchboard.tell("answer", call, user="Paul Dubos")
    assert await outcomes(house) == ["answered"]
    assert not await rows(house, OPEN)


async def test_hidden_numbers_and_calls_between_desks_are_in_the_book_alone(switchboard: Switchboard, house: House) -> None:
    await switchboard.missed("anonymous")
    await switchboard.missed("215", to="214")
    assert await outcomes(house) == ["missed", "missed"]
    assert not await rows(house, "select from ticket")


async def test_what_cannot_be_read_is_kept_and_said(switchboard: Switchboard, house: House) -> None:
    for body in (b"", b"{", b"event=dance&callId=1", b"event=newCall", b"[]", b"\xff\xfe", b'{"event": {"a": 1}, "callId": [[]]}'):
        async with switchboard.client.post(switchboard.url, data=body) as answer:
            assert answer.status == 200, body
    await taken_in(house)
    assert {r["outcome"] for r in await rows(house, "select outcome from received")} == {"filtered"}
    assert not await rows(house, "select from call")


async def test_a_wrong_token_opens_nothing(switchboard: Switchboard, house: House) -> None:
    async with switchboard.client.post(switchboard.url[:-3] + "aaa", data={"event": "newCall", "callId": "1"}) as answer:
        assert answer.status == 404
    account = switchboard.url.rsplit("/", 1)[0]
    for password, status in (("faux-mot-de-passe", 404), (switchboard.url.rsplit("/", 1)[1], 200)):
        said = {"Authorization": "Basic " + base64.b64encode(f"pbx:{password}".encode()).decode()}
        async with switchboard.client.post(account, data={"event": "newCall", "callId": "1"}, headers=said) as answer:
            assert answer.status == status
    async with switchboard.client.post(account, data={}) as answer:
        assert answer.status == 404


async def test_the_card_is_with_whoever_took_the_call_and_moves_with_it(
    switchboard: Switchboard, house: House, world: World, door: Door, claire: Browser
) -> None:
    await has_line(house, world.agents["paul"], "214")
    await has_line(house, world.agents["claire"], "claire lartigue")
    paul, call = await door("paul"), switchboard.call()
    await switchboard.tell("newCall", call)
    await switchboard.tell("answer", call, answeringNumber="214")
    await taken_in(house)
    assert "06 39 98 00 11" in (await paul.get("/agent/appels/miens")).text
    assert "06 39 98 00 11" not in (await claire.get("/agent/appels/miens")).text
    await switchboard.tell("answer", call, user="Claire Lartigue")
    await taken_in(house)
    assert "06 39 98 00 11" not in (await paul.get("/agent/appels/miens")).text
    assert "Appel en cours" in (await claire.get("/agent/appels/miens")).text


async def test_a_sheet_opens_a_request_or_joins_one_and_the_card_goes(
    switchboard: Switchboard, house: House, world: World, door: Door
) -> None:
    await has_line(house, world.agents["paul"], "214")
    paul = await door("paul")
    for number in range(2):
        call = switchboard.call()
        await switchboard.tell("answer", call, answeringNumber="214")
        await taken_in(house)
        (row,) = await rows(house, "select id from call where call_id = $1", call)
        path = f"/agent/appels/2/{row['id']}/fiche"
        service = str(world.services[2, "accueil"])
        assert (await paul.post(path, objet="", texte="", service=service)).status == 422
        known = await rows(house, "select reference from ticket")
        fields = {"vers": known[0]["reference"]} if number else {"objet": "Acte de naissance", "nom": "Léa Dune", "service": service}
        answer = await paul.post(path, texte="Elle voudrait une copie.", **fields)
        assert answer.status == 303, answer.text
        assert "06 39 98" not in (await paul.get("/agent/appels/miens")).text
    tickets = await rows(house, "select subject, requester_name, channel, assignee_id, type from ticket")
    assert [tuple(t.values()) for t in tickets] == [("Acte de naissance", "Léa Dune", "phone", world.agents["paul"], "general")]
    said = await rows(house, "select channel, direction, from_addr from message")
    assert [tuple(m.values()) for m in said] == [("phone", "in", f"tel:{CITIZEN}")] * 2
    assert (await paul.get("/agent/appels")).text.count("Léa Dune") == 2


async def test_another_town_sees_nothing_of_these_calls(switchboard: Switchboard, house: House, door: Door) -> None:
    await switchboard.missed()
    await taken_in(house)
    bea = await door("bea")
    (row,) = await rows(house, "select id from call")
    assert "06 39 98" not in (await bea.get("/agent/appels")).text
    for path in (f"/agent/appels/2/{row['id']}", f"/agent/appels/3/{row['id']}", f"/agent/appels/2/{row['id']}/enregistrement"):
        assert (await bea.get(path)).status == 404
    assert (await bea.post(f"/agent/appels/2/{row['id']}/ranger")).status == 404


async def test_an_extension_is_one_agents_and_is_said_on_his_own_page(house: House, world: World, door: Door, claire: Browser) -> None:
    said = {"theme": "", "vue": "tous", "touches": "1", "rappels": "1"}
    assert (await claire.post("/agent/moi/preferences", postes="2 14, Claire  Lartigue", **said)).status == 303
    assert 'value="214, claire lartigue"' in (await claire.get("/agent/moi")).text
    paul = await door("paul")
    refused = await paul.post("/agent/moi/preferences", postes="214", **said)
    assert (refused.status, "Claire Lartigue" in refused.text) == (422, True)
    assert "/agent/appels/miens" in (await claire.get("/agent")).text
    assert "/agent/appels/miens" not in (await paul.get("/agent")).text
