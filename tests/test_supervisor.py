"""`grc serve`: one command that keeps all of it running, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from time import perf_counter

import pytest

from tests.support.installation import Installation, children, ended
from tests.support.processes import answers, until


@pytest.fixture
async def installation(tmp_path: Path) -> AsyncIterator[Installation]:
    installed = Installation(tmp_path / "data")
    yield installed
    if installed.log.exists():
        await installed.stop()


async def test_it_serves_and_a_told_stop_ends_everything_with_status_zero(installation: Installation) -> None:
    installation.serve()
    await installation.ready()
    running = installation.processes()
    assert set(running) == {"web", "worker", "postgres"}
    assert await installation.stop() == 0
    for pid in running.values():
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_killed_outright_it_leaves_no_process_and_starts_again(installation: Installation) -> None:
    installation.serve()
    await installation.ready()
    left = [pid for child in installation.processes().values() for pid in (child, *children(child))]
    assert len(left) > 5
    await installation.kill()
    installation.serve()  # at once, while the others are still ending
    for pid in left:
        await ended(pid)
    await installation.ready()


@pytest.mark.parametrize("part", ["web", "worker", "postgres"])
async def test_a_part_that_is_killed_is_started_again(installation: Installation, part: str) -> None:
    installation.serve()
    await installation.ready()
    before = installation.processes()[part]
    os.kill(before, signal.SIGKILL)

    async def again() -> bool | None:
        return installation.processes().get(part, before) != before or None

    await until(again, 20, lambda: f"{part} runs again")
    await installation.ready()
    assert await installation.stop() == 0


async def test_a_second_one_on_the_same_data_is_refused_in_one_line(installation: Installation) -> None:
    installation.serve()
    await installation.ready()
    status, out, err = await installation.command("serve")
    assert (status, out) == (1, "")
    assert err.startswith("grc serve : grc tourne déjà")
    assert err.count("\n") == 1


async def test_a_port_that_another_program_has_is_told_in_one_line(installation: Installation) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", installation.port))
        other.listen()
        installation.serve()
        assert await installation.exit_status() == 1
    assert installation.said().startswith(f"grc serve : GRC_PORT : 127.0.0.1:{installation.port} ")
    assert installation.said().count("\n") == 1


async def test_a_stop_before_it_is_ready_is_a_stop(installation: Installation) -> None:
    installation.serve()

    async def began() -> bool | None:
        return (installation.data_dir / "postgres.log").exists() or None

    await until(began, 20, lambda: "the server begins to start")
    assert await asyncio.wait_for(installation.stop(), 20) == 0


async def test_commands_beside_it_use_its_database(installation: Installation) -> None:
    installation.serve()
    await installation.ready()
    status, out, _ = await installation.command("migrate")
    assert status == 0
    assert out.startswith("schéma 0")
    status, out, err = await installation.command("ledger")
    assert (status, err) == (0, "")
    assert '"received":0' in out


@pytest.mark.alone
async def test_the_demonstration_starts_a_second_time_in_less_than_three_seconds(installation: Installation) -> None:
    installation.serve("--demo")
    await installation.ready()
    said = installation.said()
    assert "/agent" in said
    assert await answers(installation.url + "/agent/connexion") == 200
    assert await installation.stop() == 0
    began = perf_counter()
    installation.serve("--demo")
    await installation.ready()
    assert perf_counter() - began < 3.0
