"""docs/inbound.md is true: its files exist, and a real mail crosses them in the order of its table."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from grc import clock, worker
from grc.actions import law
from grc.actions.transition import transition
from grc.app import compose
from grc.settings import Settings
from tests.architecture.places import ROOT
from tests.support.arrivals import key_of, rows
from tests.support.mails import mail, post
from tests.support.processes import free_ports, greeted, until
from tests.support.relay import Relay
from tests.support.stories import relay, world
from tests.support.world import World

__all__ = ["relay", "world"]

DOC = ROOT / "docs" / "inbound.md"
_ROW = re.compile(r"^\| (?P<number>\d+) \| `(?P<file>[^`]+)` \| (?P<told>.+) \|$", re.MULTILINE)
_PATH = re.compile(r"`((?:grc|channels|routing|workflows|modules|tests|docs)/[^`]+)`")

WAY = [
    "channels/email/receive.py",
    "grc/actions/accept.py",
    "grc/actions/receive.py",
    "channels/email/parse.py",
    "routing/decide.py",
    "grc/types/store.py",
    "grc/actions/opening.py",
    "workflows/engine.py",
    "workflows/legal_clock.py",
    "grc/actions/effects.py",
    "grc/tickets/store.py",
    "grc/actions/deliver.py",
    "channels/email/send.py",
]
IMAP, DOOR, STORE = "channels/email/receive.py", "channels/email/door.py", "grc/tickets/store.py"
OF_A_NEW_REQUEST = ("grc/actions/opening.py", "workflows/legal_clock.py")


def steps() -> list[str]:
    """The files of the table, in its order; its first row by the door, which a test without a mail server can use."""
    files = [row["file"] for row in _ROW.finditer(DOC.read_text())]
    return [DOOR if file == IMAP else file for file in files]


def test_the_table_counts_its_steps_and_says_something_of_each() -> None:
    rows = list(_ROW.finditer(DOC.read_text()))
    assert [int(row["number"]) for row in rows] == list(range(1, len(rows) + 1))
    assert len(rows) >= 11
    assert all(len(row["told"].split()) >= 4 for row in rows)


def test_the_steps_are_those_of_the_design_and_each_file_says_what_it_does() -> None:
    assert [DOOR if file == IMAP else file for file in WAY] == steps()
    for file in WAY:
        first = (ROOT / file).read_text().split("\n", 1)[0]
        assert first.startswith('"""'), file
        assert len(first) > 40, file


def test_every_path_it_names_exists() -> None:
    named = _PATH.findall(DOC.read_text())
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_door_is_named_as_the_other_first_step() -> None:
    first = next(_ROW.finditer(DOC.read_text()))
    assert (first["file"], f"`{DOOR}`" in first["told"]) == (IMAP, True)


async def test_a_mail_crosses_the_files_in_the_order_of_the_table(settings: Settings, world: World, relay: Relay) -> None:
    (port,) = free_ports(1)
    given = {"relay": f"smtp://127.0.0.1:{relay.port}", "lmtp_port": port, "smtp_port": 0}
    async with compose(Settings.model_validate(settings.model_dump() | given)) as composed:
        stop = asyncio.Event()
        working = asyncio.create_task(worker.run(composed.house, composed.wake, stop))
        try:
            await until(lambda: _greeted(port), 10, lambda: "the door is open")
            await composed.wake.listening()

            law.reckoned.cache_clear()  # else another request of the day may have spared this one the legal clock
            with entered() as order:
                assert (await post(port, mail("Une question.")))[0] == 250
                ours = await relay.caught(lambda caught: caught.mail["Auto-Submitted"] == "auto-replied")
            assert order == steps(), "a mail that opens a ticket"

            (line,) = await rows(composed.house, "select reference from ticket")
            async with world.acting("paul") as (tx, agent):
                await transition(tx, agent, await key_of(composed.house, line["reference"]), "wait_citizen", clock.now())
            law.reckoned.cache_clear()
            with entered() as order:
                assert (await post(port, mail("Une précision.", answers=ours.mail)))[0] == 250
                await until(lambda: _decided(composed.house, 2), 10, lambda: "the answer is in its ticket")
            goes_on = [step for step in steps()[:10] if step not in OF_A_NEW_REQUEST]
            assert order == [*goes_on[:5], STORE, *goes_on[5:]], "an answer: the ticket is held before it is decided what follows"
        finally:
            stop.set()
            await working


async def _greeted(port: int) -> bool | None:
    return await greeted(port) or None


async def _decided(house: Any, count: int) -> bool | None:
    decided = await rows(house, "select from received where outcome <> 'pending'")
    return len(decided) == count or None


@contextmanager
def entered() -> Iterator[list[str]]:
    """The files of the table, in the order in which each first gave something back to its caller."""
    wanted = {str(ROOT / step): step for step in steps()}
    order: list[str] = []

    def look(frame: FrameType, event: str, _argument: Any) -> None:
        # that a worker asks whether there is something to send is no step of a message: it does so all day
        step = wanted.get(frame.f_code.co_filename) if event == "return" and frame.f_code.co_qualname.partition(".")[0] != "claim" else None
        if step is not None and step not in order:
            order.append(step)

    sys.setprofile(look)
    try:
        yield order
    finally:
        sys.setprofile(None)
