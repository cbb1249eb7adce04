"""Every channel and every module has the same face, whoever added it: one contract for all that the registry finds."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import web
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grc.messages.address import address, kind_of
from grc.messages.channel import Channel, Fetches, Health, Says, Weighs
from grc.messages.model import InboundMessage, Received
from grc.web.module import HasPanels
from grc.web.parts import CHANNELS, MODULES
from grc.web.route import Route, Who
from tests.architecture.places import ROOT, channel_rooms, name
from workflows import shelves
from workflows.catalogue import catalogue
from workflows.check import check
from workflows.texts import names

CHANNELS_DIRS, MODULES_DIRS = channel_rooms(), shelves.folders(shelves.MODULES)
# What a module may hold; `workflows/shelves.py` says what each is.
OF_A_MODULE = {"README.md", "definition.yaml", "types", "registers", "texts", "templates", "demo.yaml"}
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def received(channel: str, raw: bytes) -> Received:
    return Received(1, 40001, channel, "mairie@40001.example", "essai", raw, {}, AT)


def awkward() -> Iterator[bytes]:
    """What no channel expects, and every channel is sent one day."""
    yield from (
        b"",
        b"\0" * 100,
        b"{}",
        b"[]",
        b"null",
        b'{"text": 1}',
        b"From:\r\n\r\n",
        b"\xff\xfe" * 50,
        b"[" * 100_000,
        b"=?utf-8?q?" * 1000,
    )
    yield b'{"fields": {"message": null}, "files": [null]}'


@pytest.mark.parametrize("room", CHANNELS_DIRS, ids=name)
def test_a_channel_holds_the_same_few_files(room: Path) -> None:
    missing = [file for file in ("__init__.py", "README.md", "parse.py", "receive.py", "settings.py") if not (room / file).is_file()]
    assert not missing


@pytest.mark.parametrize("room", MODULES_DIRS, ids=name)
def test_a_module_holds_types_or_registers_that_are_sound_and_a_word_about_them(room: Path) -> None:
    assert (room / "README.md").read_text().startswith("# ")
    documents, registers = shelves.documents(room), shelves.registers(room)
    assert documents or registers
    found = [entry for entry in catalogue().entries.values() if entry.folder == room]
    assert len(found) == len(documents), "each is in the catalogue, under the name of its place"
    assert {path.stem for path in registers} <= catalogue().registers.keys()
    for entry in found:
        assert not check(entry.definition, names(room / "texts")), entry.definition.name


@pytest.mark.parametrize("room", MODULES_DIRS, ids=name)
def test_a_module_holds_nothing_that_nobody_reads(room: Path) -> None:
    older = {path.name for path in room.glob("definition.*.yaml")}
    code = {path.name for path in room.glob("*") if path.suffix in (".py", ".sql") or path.name == "__pycache__"}
    assert {path.name for path in room.iterdir()} <= OF_A_MODULE | older | code
    assert all(path.suffix == ".yaml" for folder in ("types", "registers") for path in (room / folder).glob("*"))
    assert not any(".py" in file for file in code) or (room / "__init__.py").is_file(), "code begins in __init__.py"


async def test_every_module_that_has_code_keeps_the_contract(app: web.Application) -> None:
    for found, module in app[MODULES].items():
        assert module.name == found
        assert module.title
        assert found in {room.name for room in MODULES_DIRS}
        assert all(isinstance(route, Route) for route in module.routes())
        served = {route.path for route in module.routes() if route.method == "GET"}
        for way in module.ways():
            assert way.path in served, "a way leads to a page of the module"
            assert way.label
            assert (ROOT / "node_modules/lucide-static/icons" / f"{way.icon}.svg").is_file()
        assert not isinstance(module, HasPanels) or inspect.iscoroutinefunction(module.panels)


async def test_no_two_rooms_have_one_name(app: web.Application) -> None:
    """Their templates are addressed by it."""
    assert not app[CHANNELS].keys() & app[MODULES].keys()


async def test_the_registry_finds_every_room_under_the_name_of_its_folder(app: web.Application) -> None:
    assert sorted(app[CHANNELS].keys()) == [room.name for room in CHANNELS_DIRS]
    for found, channel in app[CHANNELS].items():
        assert channel.name == found
        assert channel.answers_by in app[CHANNELS]
        assert app[CHANNELS][channel.answers_by].answers_by == channel.answers_by, "an answer leaves by a channel that sends"
        assert channel.label
        assert (ROOT / "node_modules/lucide-static/icons" / f"{channel.icon}.svg").is_file()


async def test_every_channel_keeps_the_contract(app: web.Application) -> None:
    for channel in app[CHANNELS].values():
        assert _asynchronous(channel)
        assert all(isinstance(route, Route) for route in channel.routes())
        health = await asyncio.wait_for(channel.check(), 30)
        assert all(isinstance(line, Health) and line.what and (line.ok or line.todo) for line in health), "what is wrong says what to do"


async def test_every_channel_keeps_what_it_says_it_has_besides(app: web.Application) -> None:
    for channel in app[CHANNELS].values():
        kinds = getattr(channel, "kinds", ("email",))
        assert all(kind_of(address(kind, "x")) == kind for kind in kinds), "its addresses say their kind"
        assert not isinstance(channel, Weighs) or inspect.iscoroutinefunction(channel.weigh)
        assert not isinstance(channel, Fetches) or inspect.iscoroutinefunction(channel.fetch)
        if isinstance(channel, Says):
            for kind in kinds:
                assert channel.way(address(kind, "x"), {}, None, AT).label
        hooks = [route for route in channel.routes() if route.path.startswith("/hooks/")]
        assert all(route.who is Who.LINK for route in hooks), "other programs call: the token is what lets them in"


async def test_a_channel_stops_listening_when_told(app: web.Application) -> None:
    stop = asyncio.Event()
    listening = [asyncio.create_task(channel.listen(stop)) for channel in app[CHANNELS].values()]
    stop.set()
    await asyncio.wait_for(asyncio.gather(*listening), 20)


async def test_no_channel_raises_on_bytes_it_cannot_read(app: web.Application) -> None:
    for found, channel in app[CHANNELS].items():
        for raw in awkward():
            message = channel.parse(received(found, raw))
            assert isinstance(message, InboundMessage), (found, raw[:40])


async def test_no_channel_raises_on_any_bytes(app: web.Application) -> None:
    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(raw=st.binary(max_size=2000))
    def any_bytes(raw: bytes) -> None:
        for found, channel in app[CHANNELS].items():
            assert isinstance(channel.parse(received(found, raw)), InboundMessage)

    any_bytes()


def _asynchronous(channel: Channel) -> bool:
    return all(inspect.iscoroutinefunction(getattr(channel, verb)) for verb in ("check", "listen", "send"))
