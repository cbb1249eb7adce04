"""Records as Asterisk, FreeSWITCH and others write them, imported, followed, posted: each call once."""

from __future__ import annotations

import argparse
import base64
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import orjson
import pytest

from channels.phone import asterisk, freeswitch, ingest, table
from channels.phone.follow import Follower
from channels.phone.heard import NOTHING, Call, added, call
from channels.phone.settings import line_of
from grc import clock
from grc.actions.house import House
from grc.errors import BadInput
from grc.settings import Settings
from tests.makers.switchboard import CITIZEN, OTHER, PARIS, TOWN, Switchboard, leg, line, master, taken_in, written
from tests.support.arrivals import rows

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
MAPPING = "id=Réf; start=Début; from=Appelant; to=Appelé; talk=Durée; duration=Total; user=Agent; status=Issue"


def of(row: list[str]) -> Call:
    return call(added(NOTHING, asterisk.heard(row, PARIS, "ligne")), [TOWN])


def test_a_line_of_asterisk_is_a_call() -> None:
    found = of(master(AT))
    assert (found.direction, found.other, found.outcome, found.waited, found.talked) == ("in", CITIZEN, "answered", 8, 40)
    assert (found.lines, found.rang_at, found.recorded) == (("214",), AT, True)


@pytest.mark.parametrize("disposition", ["NO ANSWER", "BUSY", "FAILED", "CONGESTION"])
def test_what_asterisk_calls_otherwise_is_missed(disposition: str) -> None:
    assert of(master(AT, disposition=disposition)).outcome == "missed"


@pytest.mark.parametrize(("lastapp", "desk"), [("VoiceMail", ""), ("Playback", "214"), ("Dial", "")])
def test_a_mailbox_or_a_voice_that_answers_is_nobody(lastapp: str, desk: str) -> None:
    assert of(master(AT, lastapp=lastapp, desk=desk)).outcome == "missed"


def test_the_hour_that_comes_twice_is_told_apart_by_the_number_of_the_call() -> None:
    for hours in range(3):
        at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hours)  # 2:30, 2:30 again, 3:30
        assert of(master(at)).rang_at == at
        assert of(master(at, zone=UTC)[:16]).rang_at.tzinfo is UTC


def test_more_columns_are_those_of_cdr_conf() -> None:
    row = master(AT, uniqueid="1764000000.7")
    for more in ([], ["champ"]):
        (ring, *_) = asterisk.heard([*row, *more, "", "1763999999.1", "3"], PARIS, "ligne")
        assert ring.call_id == "1763999999.1", "linkedid is what holds the legs together"
    assert asterisk.heard([*row, "champ"], PARIS, "ligne")[0].call_id == "1764000000.7"
    assert asterisk.heard(row[:16], PARIS, "ligne")[0].call_id == "ligne"


@pytest.mark.parametrize("encode", ["true", "base64", "false", "values"])
def test_a_record_of_freeswitch_is_a_call_however_it_is_encoded(encode: str) -> None:
    record = leg(AT, caller="+33639980011" if encode == "values" else "%2B33639980011")
    raw = orjson.dumps(record)
    body = {"true": b"cdr=" + quote_plus(raw).encode(), "base64": b"cdr=" + base64.b64encode(raw)}.get(encode, raw)
    found = call(added(NOTHING, freeswitch.heard(freeswitch.document(body))), [TOWN])
    assert (found.direction, found.other, found.outcome, found.waited, found.talked) == ("in", CITIZEN, "answered", 8, 40)
    assert (found.lines, found.rang_at) == (("214",), AT)


def test_a_second_leg_says_nothing_more() -> None:
    record = leg(AT)
    record["callflow"][0]["caller_profile"]["originator"] = {}
    assert freeswitch.heard(record) == ()


def test_a_table_is_read_by_the_mapping_of_its_line() -> None:
    named = table.mapping(MAPPING)
    head = ["Réf", "Début", "Appelant", "Appelé", "Total", "Durée", "Agent", "Issue"]
    row = ["A1", "24/11/2026 10:30:00", "06 39 98 00 11", "05.36.49.00.01", "00:00:48", "0:40", "214", "Répondu"]
    found = call(added(NOTHING, table.heard(head, row, named, PARIS, "x")), [TOWN])
    assert (found.other, found.outcome, found.rang_at, found.talked, found.lines) == (CITIZEN, "answered", AT, 40, ("214",))
    with pytest.raises(ValueError, match="sorte"):
        table.mapping("début=Début")


async def brought(house: House, settings: Settings, *paths: Path) -> list[dict[str, Any]]:
    return [one async for one in ingest.ingest(argparse.Namespace(paths=list(paths), line=None), house, settings)]


async def test_a_file_imported_twice_is_each_call_once(house: House, settings: Settings, tmp_path: Path) -> None:
    await line(house, settings)
    now = clock.now()
    same = master(now - timedelta(hours=2), uniqueid=None, disposition="NO ANSWER", src=OTHER)
    calls = [master(now - timedelta(hours=3, minutes=n), disposition="NO ANSWER" if n % 2 else "ANSWERED") for n in range(10)]
    file = tmp_path / "Master.csv"
    file.write_bytes(written([*calls, same, same]) + b'"trop","court"\n')
    (first,) = await brought(house, settings, file)
    assert first | {"rejected": []} == {
        "file": str(file), "format": "asterisk", "lines": 13, "calls": 12, "new": 12, "duplicates": 0, "rejected": [], "callbacks": 1
    }  # fmt: skip
    assert [one["line"] for one in first["rejected"]] == [13]
    (again,) = await brought(house, settings, file)
    assert (again["new"], again["duplicates"], again["callbacks"]) == (0, 12, 0)
    file.write_bytes(written([*calls[5:], same, same, master(now)]))  # cut otherwise: other pieces, the same calls
    (cut,) = await brought(house, settings, file)
    assert (cut["calls"], cut["new"]) == (8, 1)
    counted = await rows(house, "select outcome, count(*)::int as n from received group by outcome")
    assert sum(row["n"] for row in counted) == 2, "one arrival a piece, and each has its outcome"
    assert [row["fields"]["appels"] for row in await rows(house, "select fields from ticket")] == [2]


async def test_whoever_has_been_spoken_with_since_is_not_called_back(house: House, settings: Settings, tmp_path: Path) -> None:
    await line(house, settings)
    now = clock.now()
    missed = master(now - timedelta(hours=3), disposition="NO ANSWER")
    back = master(now - timedelta(hours=1), src="214", dst="0639980011", desk="trunk")
    old = master(now - timedelta(days=40), disposition="NO ANSWER", src=OTHER)
    (tmp_path / "Master.csv").write_bytes(written([back, missed, old]))
    (found,) = await brought(house, settings, tmp_path / "Master.csv")
    assert (found["new"], found["callbacks"]) == (3, 0)


async def test_a_call_told_as_it_happened_and_its_record_are_one(
    switchboard: Switchboard, house: House, settings: Settings, tmp_path: Path
) -> None:
    call_id = switchboard.call()
    for event, fields in (("newCall", {}), ("answer", {"answeringNumber": "214"}), ("hangup", {"cause": "normalClearing"})):
        await switchboard.tell(event, call_id, as_json=False, **fields)
    await taken_in(house)
    (tmp_path / "Master.csv").write_bytes(written([master(clock.now() - timedelta(seconds=4))]))
    for new in (0, 0):
        (found,) = await brought(house, settings, tmp_path / "Master.csv")
        assert found["new"] == new
    ((outcome, recorded, record_id),) = [tuple(r.values()) for r in await rows(house, "select outcome, recorded, record_id from call")]
    assert (outcome, recorded) == ("answered", True)
    assert record_id


async def test_a_posted_record_is_noted_and_a_file_of_them_as_well(
    switchboard: Switchboard, house: House, settings: Settings, tmp_path: Path
) -> None:
    record = orjson.dumps(leg(clock.now() - timedelta(hours=1)))
    body = b"cdr=" + quote_plus(record).encode()
    async with switchboard.client.post(f"{switchboard.url}?uuid=a_5f1e", data=body) as answer:
        assert answer.status == 200
    (tmp_path / "fiches.json").write_bytes(record)
    (found,) = await brought(house, settings, tmp_path / "fiches.json")
    assert (found["format"], found["calls"]) == ("freeswitch", 1)
    assert [row["outcome"] for row in await rows(house, "select outcome from call")] == ["answered"]


async def test_a_file_is_followed_through_half_lines_and_rotation(house: House, settings: Settings, tmp_path: Path) -> None:
    await line(house, settings)
    (account,) = await rows(house, "select * from account")
    file, now = tmp_path / "Master.csv", clock.now()
    here = line_of(account["collectivity_id"], account["id"], account["name"], account["settings"], {})
    lines = [written([master(now - timedelta(hours=5, minutes=n))]) for n in range(6)]
    accept = house.channels["phone"].accept  # type: ignore[attr-defined]

    async def looked(follower: Follower, expected: int) -> None:
        assert await follower.step(house.db, accept) == expected

    follower = Follower(here, file)
    file.write_bytes(lines[0] + lines[1][:30])
    await looked(follower, 1)
    with file.open("ab") as growing:
        growing.write(lines[1][30:] + lines[2])
    await looked(follower, 2)
    await looked(Follower(here, file), 0)  # started again
    with file.open("ab") as growing:
        growing.write(lines[3])
    file.rename(tmp_path / "Master.csv.1")
    file.write_bytes(lines[4])
    await looked(follower, 2)
    file.write_bytes(lines[5])  # cut off in its place
    await looked(follower, 1)
    await taken_in(house)
    assert len(await rows(house, "select from call")) == 6


async def _many(house: House, settings: Settings, tmp_path: Path, count: int) -> float:
    """Imports so many lines twice; the lines of a second the first time."""
    await line(house, settings)
    begins = datetime(2025, 1, 1, tzinfo=UTC)
    callers = [f"+336399{n:05}" for n in range(80_000, 83_000)]
    made = [
        master(
            begins + timedelta(minutes=5 * n), src=callers[n % 3000], uniqueid=f"17{n:08}.{n}",
            disposition="NO ANSWER" if n % 5 == 0 else "ANSWERED",
        )
        for n in range(count)
    ]  # fmt: skip
    file = tmp_path / "Master.csv"
    file.write_bytes(written(made))
    began = time.perf_counter()
    (first,) = await brought(house, settings, file)
    pace = count / (time.perf_counter() - began)
    (again,) = await brought(house, settings, file)
    print(f"{count} lignes : {pace:.0f} par seconde")
    assert (first["calls"], first["new"], first["rejected"]) == (count, count, [])
    assert (again["calls"], again["new"], again["duplicates"]) == (count, 0, count)
    assert len(await rows(house, "select from call")) == count
    return pace


async def test_two_thousand_lines_imported_twice_are_each_call_once(house: House, settings: Settings, tmp_path: Path) -> None:
    await _many(house, settings, tmp_path, 2_000)


@pytest.mark.long
@pytest.mark.alone
async def test_a_hundred_thousand_lines_imported_twice_are_each_call_once(house: House, settings: Settings, tmp_path: Path) -> None:
    assert await _many(house, settings, tmp_path, 100_000) > 100, "a thousand and more on a quiet machine; a hundred on any"


async def test_of_several_lines_it_is_the_one_that_the_file_names(house: House, settings: Settings, tmp_path: Path) -> None:
    await line(house, settings)
    await line(house, settings, "40903", number="0536490077")
    (tmp_path / "ici.csv").write_bytes(written([master(AT, dst="0536490077")]))
    (tmp_path / "sans.csv").write_bytes(written([master(AT, dst="300")]))
    here, unknown = await brought(house, settings, tmp_path / "ici.csv", tmp_path / "sans.csv")
    assert here["new"] == 1
    assert "--line" in unknown["error"]
    assert [row["collectivity_id"] for row in await rows(house, "select collectivity_id from call")] == [3]


async def test_whose_calls_they_are_must_be_said(house: House, settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        await brought(house, settings, tmp_path / "Master.csv")
    await line(house, settings)
    (tmp_path / "rien.txt").write_text("bonjour\n")
    (found, missing) = await brought(house, settings, tmp_path / "rien.txt", tmp_path / "absent.csv")
    assert "format inconnu" in found["error"]
    assert "lecture impossible" in missing["error"]
