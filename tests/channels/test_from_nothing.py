"""A channel written from nothing by `grc new-channel`: it keeps the contract of all, with no file of the core changed."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import channels
from grc import registry
from grc import settings as setting
from grc.db.transaction import Database
from grc.messages.channel import HasAccounts, Room, Says
from grc.messages.model import Accepted, Arrival, InboundMessage
from grc.settings import Settings
from grc.web.route import Route
from tests.architecture.places import ROOT
from tests.architecture.test_rooms import awkward, received

NAME = "fumee"


def grc(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grc.cli.main", *words]
    return subprocess.run(command, env=setting.for_child(), capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A folder with the new channel and its test; this process reads it for the length of a test."""
    made = grc("new-channel", NAME, "--in", str(tmp_path))
    assert made.returncode == 0, made.stderr
    channels.__path__.append(str(tmp_path / "channels"))
    yield tmp_path
    channels.__path__.remove(str(tmp_path / "channels"))
    for known in [one for one in sys.modules if one.startswith(f"channels.{NAME}")]:
        del sys.modules[known]


async def test_it_keeps_the_contract_of_every_channel(root: Path, settings: Settings, db: Database) -> None:
    async def take(arrival: Arrival) -> Accepted:
        raise AssertionError(arrival)

    channel = registry.channels(Room(settings, db, take))[NAME]
    files = {path.name for path in (root / "channels" / NAME).iterdir()}
    assert {"__init__.py", "README.md", "parse.py", "receive.py", "send.py", "settings.py"} <= files
    assert (channel.name, channel.answers_by, tuple(getattr(channel, "kinds", ()))) == (NAME, NAME, (NAME,))
    assert all(isinstance(route, Route) for route in channel.routes())
    assert isinstance(channel, HasAccounts)
    assert isinstance(channel, Says)
    assert all(inspect.iscoroutinefunction(getattr(channel, verb)) for verb in ("check", "listen", "send"))
    assert await channel.check() == []
    await asyncio.wait_for(channel.listen(asyncio.Event()), 20)
    for raw in awkward():
        assert isinstance(channel.parse(received(NAME, raw)), InboundMessage), raw[:40]


def test_its_own_test_passes(root: Path) -> None:
    """In a process of its own, as who wrote it runs it."""
    program = f"import sys, channels, pytest; channels.__path__.append({str(root / 'channels')!r}); sys.exit(pytest.main(sys.argv[1:]))"
    rules = ["-q", "-p", "no:cacheprovider", "-n", "0", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), "-p", "tests.conftest"]
    command = [sys.executable, "-c", program, *rules, str(root / "tests" / "channels" / NAME)]
    done = subprocess.run(command, cwd=ROOT, env=setting.for_child(), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


def test_no_file_of_the_program_knows_it_and_no_name_is_taken_twice(tmp_path: Path) -> None:
    found = subprocess.run(["git", "grep", "-l", NAME, "--", "grc", "channels", "routing", "workflows"], cwd=ROOT, capture_output=True)
    assert found.stdout == b""
    for name in ("email", "suivi", "Fumée", "../x", "a"):
        refused = grc("new-channel", name, "--in", str(tmp_path))
        assert (refused.returncode, refused.stdout) == (1, ""), name
