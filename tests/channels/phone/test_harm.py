"""What a switchboard out of its mind, a stranger or another service may try: nothing breaks, nothing grows for ever, nothing is seen."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from channels.phone import ingest, receive
from channels.phone.event import fields, heard
from channels.phone.follow import Follower
from channels.phone.heard import MOST_PIECES, NOTHING, Heard, added, full
from channels.phone.journal import read as asked
from channels.phone.parse import IMPOSSIBLE
from channels.phone.parse import read as parsed
from channels.phone.pieces import LONGEST_LINE
from channels.phone.settings import line_of
from grc import clock
from grc.actions.house import House
from grc.messages.model import Received
from grc.settings import Settings
from tests.makers.agents import Door, Site
from tests.makers.switchboard import CITIZEN, TOWN, Switchboard, has_line, leg, line, master, taken_in, written
from tests.support.arrivals import rows
from tests.support.world import World

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
WAV = b"RIFF\x24\x00\x00\x00WAVEfmt " + bytes(28)
NOT_EVENTS = (b"a=1&" * 300, b'{"event":"newCall","callId":' + b"[" * 5_000, b"cdr=%FF", b"\x00", "événement".encode("utf-16"))


def received(raw: bytes, form: str) -> Received:
    return Received(1, 2, "phone", TOWN, "s", raw, {"form": form}, AT)


async def test_what_no_switchboard_would_send_is_taken_refused_and_harms_nothing(switchboard: Switchboard, house: House) -> None:
    for body in NOT_EVENTS:
        async with switchboard.client.post(switchboard.url, data=body) as answer:
            assert answer.status == 200, body[:40]
    async with switchboard.client.post(switchboard.url, data=b"x" * (receive.MOST_BYTES + 1)) as answer:
        assert answer.status == 413
    assert await switchboard.tell("hangup", "a\0b", as_json=True, caller="06\x00 39", queue="\0" * 9) == 200
    assert await switchboard.tell("hangup", "é" * 5_000, cause="\U0001f600" * 900) == 200
    await taken_in(house)
    assert {row["outcome"] for row in await rows(house, "select outcome from received")} <= {"filtered", "opened"}
    assert {len(row["call_id"]) for row in await rows(house, "select call_id from call")} == {2, 250}


@pytest.mark.parametrize("year", [1, 1970, 2031, 9999])
def test_a_record_of_another_age_is_no_call_since_it_would_answer_all_those_that_are_missed(year: int) -> None:
    row = master(AT)
    row[9:13] = [f"{year:04}-12-31 23:59:59", "", "", "9999999"]
    found = parsed(received(written([row, master(AT)]), "asterisk"))
    assert ([why for _, why in found.rejected], len(found.heard)) == ([IMPOSSIBLE], 3)
    if 1970 <= year < 3000:
        record = orjson.dumps(leg(AT.replace(year=year)))
        assert [why for _, why in parsed(received(record, "freeswitch")).rejected] == [IMPOSSIBLE]


def test_a_record_that_names_its_call_at_length_is_refused_and_its_neighbours_are_not() -> None:
    found = parsed(received(written([master(AT, uniqueid="x" * 5_000 + "-1764000000.7"), master(AT)]), "asterisk"))
    assert (len(found.rejected), len(found.heard)) == (1, 3)


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400_000), timedelta(days=-3)])
def test_an_event_of_tomorrow_happened_when_it_came(ahead: timedelta) -> None:
    said = fields(orjson.dumps({"event": "newCall", "callId": "1", "timestamp": (AT + ahead).isoformat()}), "")
    assert heard(said, AT).at == AT


def test_one_call_does_not_grow_for_ever() -> None:
    state = NOTHING
    for desk in range(MOST_PIECES):
        if full(state):
            break
        state = added(state, [Heard("c", "answer", AT, lines=(str(desk),))])
    assert full(state)
    assert len(state) <= MOST_PIECES


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-14:00_1", "hier_1", "_", "2026-01-01_1"])
def test_an_address_of_the_log_that_nobody_gave_is_its_first_page(before: str) -> None:
    assert asked({"avant": before, "numero": "\0", "periode": "²"}, AT).before[0] == AT + timedelta(days=1)


async def test_a_call_of_another_service_is_seen_by_whoever_took_it_alone(
    house: House, settings: Settings, site: Site, world: World, door: Door, switchboard: Switchboard
) -> None:
    switchboard.url = str(site.make_url(await line(house, settings, service="accueil", recordings="yes")))
    await has_line(house, world.agents["luc"], "300")
    call, luc, paul = switchboard.call(), await door("luc"), await door("paul")
    await switchboard.tell("answer", call, answeringNumber="214")
    await taken_in(house)
    ((number,),) = [tuple(row.values()) for row in await rows(house, "select id from call")]
    page = f"/agent/appels/2/{number}"
    async with switchboard.client.post(
        f"{switchboard.url}/enregistrement?callId={call}", data=WAV, headers={"Content-Type": "audio/wav"}
    ) as a:
        assert a.status == 200
    assert [(await luc.get(path)).status for path in (page, f"{page}/enregistrement")] == [404, 404]
    assert (await luc.post(f"{page}/ranger")).status == 404
    assert "06 39 98" not in (await luc.get("/agent/appels")).text

    await switchboard.tell("answer", call, answeringNumber="300")  # it is passed on to Luc, of the roads
    await taken_in(house)
    assert "06 39 98 00 11" in (await luc.get("/agent/appels/miens")).text
    assert (await luc.get(page)).status == 200
    assert (await luc.get(f"{page}/enregistrement")).status == 404, "what was recorded stays with the service"
    assert "06 39 98" not in (await luc.get("/agent/appels")).text
    there = str(world.services[2, "accueil"])
    assert (await luc.post(f"{page}/fiche", objet="Nid-de-poule", texte="Rue des Pins.", service=there)).status == 403
    here = str(world.services[2, "voirie"])
    assert (await luc.post(f"{page}/fiche", objet="Nid-de-poule", texte="Rue des Pins.", service=here)).status == 303
    assert "06 39 98" not in (await luc.get("/agent/appels/miens")).text
    assert (await paul.get(f"{page}/enregistrement")).status == 200


async def test_recordings_come_with_the_token_of_the_line_and_are_sounds(
    house: House, settings: Settings, site: Site, switchboard: Switchboard
) -> None:
    switchboard.url = str(site.make_url(await line(house, settings, recordings="yes")))
    elsewhere = str(site.make_url(await line(house, settings, "40903", number="0536490077", recordings="yes")))
    call = switchboard.call()
    await switchboard.tell("answer", call)
    await taken_in(house)
    sound = {"Content-Type": "audio/wav"}
    for url, kind, status in (
        (switchboard.url[:-3] + "aaa", "audio/wav", 404), (elsewhere, "audio/wav", 404), (switchboard.url, "text/html", 403),
        (switchboard.url, "image/svg+xml", 403),
    ):  # fmt: skip
        async with switchboard.client.post(
            f"{url}/enregistrement?callId={call}", data=WAV, headers=sound | {"Content-Type": kind}
        ) as answer:
            assert answer.status == status, (url, kind)
    assert not await rows(house, "select from recording")


async def test_a_line_added_again_keeps_its_address_unless_it_got_out(house: House, settings: Settings) -> None:
    first = await line(house, settings)
    assert await line(house, settings, service="accueil") == first
    changed = await line(house, settings, hook="autre")
    assert changed != first
    assert await line(house, settings, hook="autre") == changed


async def test_only_files_are_followed_and_an_endless_line_holds_nothing_up(house: House, settings: Settings, tmp_path: Path) -> None:
    await line(house, settings)
    (account,) = await rows(house, "select * from account")
    here = line_of(account["collectivity_id"], account["id"], account["name"], account["settings"], {})
    accept = house.channels["phone"].accept  # type: ignore[attr-defined]
    os.mkfifo(tmp_path / "tube")
    for path in (tmp_path / "tube", tmp_path, Path("/dev/zero"), Path("/etc/passwd")):
        with pytest.raises(OSError, match=path.name):
            await Follower(here, path).step(house.db, accept)
    now, file = clock.now(), tmp_path / "Master.csv"
    calls = [written([master(now - timedelta(hours=n))]) for n in (3, 2, 1)]
    file.write_bytes(calls[0] + b"x" * (3 * LONGEST_LINE) + b"\n" + calls[1])
    follower = Follower(here, file)
    await follower.step(house.db, accept)
    with file.open("ab") as growing:
        growing.write(calls[2])
    await follower.step(house.db, accept)
    await taken_in(house)
    assert len(await rows(house, "select from call")) == 3
    found = [one async for one in ingest.ingest(argparse.Namespace(paths=[file], line=None), house, settings)]
    assert (found[0]["calls"], found[0]["new"]) == (3, 0)


async def test_a_number_in_no_spelling_is_looked_for_in_vain(switchboard: Switchboard, house: House, door: Door) -> None:
    await switchboard.tell("answer", switchboard.call(), caller=CITIZEN)
    await taken_in(house)
    claire = await door("claire")
    assert "06 39 98 00 11" in (await claire.get("/agent/appels?numero=0639980011")).text
    for typed in ("abc", "%00", "=1%2B1"):
        page = await claire.get(f"/agent/appels?numero={typed}")
        assert (page.status, "06 39 98 00 11" in page.text) == (200, False)
