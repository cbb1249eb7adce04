"""The PostgreSQL that comes with us: private, never orphaned, and clear about why it cannot run."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from grc.db import embedded
from grc.db.drop import find_drop
from grc.db.embedded import Server
from grc.db.reach import Lock, address, take_for_service
from grc.errors import Misconfigured, Unavailable
from grc.settings import Settings, make_data_dir
from tests.support.installation import ended


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """One cluster for the tests of this file: making it costs half a second."""
    with tempfile.TemporaryDirectory(prefix="grc-embedded-") as folder:
        Path(folder).chmod(0o711)
        yield make_data_dir(Settings(data_dir=Path(folder) / "data"))


@pytest.fixture
async def server(data_dir: Path) -> AsyncIterator[Server]:
    running = await embedded.start(data_dir)
    yield running
    await running.stop()


async def one(url: str, query: str) -> object:
    conn = await asyncpg.connect(url)
    try:
        return await conn.fetchval(query)
    finally:
        await conn.close()


async def test_it_serves_a_role_that_is_no_superuser_but_may_make_roles(server: Server) -> None:
    assert (
        await one(server.url, "select rolname::text || rolsuper || rolcreaterole from pg_roles where rolname = current_user")
        == "grcfalsetrue"
    )
    assert await one(server.url, "select to_tsvector('french', 'les lampadaires éteints')::text") is not None
    assert await one(server.url, "show listen_addresses") == ""
    assert await one(server.url, "show fsync") == "on"


async def test_its_socket_is_in_a_folder_of_its_own_that_others_cannot_enter(server: Server, data_dir: Path) -> None:
    folder = embedded.socket_dir(data_dir)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((data_dir / "postgres").stat().st_mode) == 0o700


async def test_what_was_written_is_there_after_a_restart(data_dir: Path) -> None:
    first = await embedded.start(data_dir)
    await one(first.url, "create table if not exists kept as select 42 as answer")
    await first.stop()
    second = await embedded.start(data_dir)
    assert await one(second.url, "select answer from kept") == 42
    await second.stop()


async def test_a_folder_opened_to_others_is_refused(tmp_path: Path) -> None:
    data = make_data_dir(Settings(data_dir=tmp_path / "data"))
    (data / "run").mkdir(mode=0o777)
    (data / "run").chmod(0o777)
    with pytest.raises(Misconfigured, match="n’être ouvert qu’à lui"):
        await embedded.start(data)


async def test_a_cluster_of_another_version_is_refused_in_words(data_dir: Path) -> None:
    version = data_dir / "postgres/PG_VERSION"
    kept = version.read_text()
    version.write_text("9\n")
    try:
        with pytest.raises(Misconfigured, match="PostgreSQL 9"):
            await embedded.start(data_dir)
    finally:
        version.write_text(kept)


async def test_a_server_that_does_not_come_up_says_why_and_leaves_nothing_running(data_dir: Path) -> None:
    with pytest.raises(Unavailable, match=r"postgres\.log.*no_such_setting"):
        await embedded.start(data_dir, {"no_such_setting": "1"})


async def test_a_killed_making_of_the_cluster_is_made_again(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    data = make_data_dir(Settings(data_dir=tmp_path / "data"))
    (data / "postgres.new").mkdir()
    (data / "postgres.new/half").write_text("made")
    running = await embedded.start(data)
    await running.stop()
    assert not (data / "postgres.new").exists()


def test_a_path_too_long_for_a_socket_gets_a_short_one() -> None:
    long = Path("/srv") / ("a" * 100) / "data"
    assert len(os.fsencode(embedded.socket_dir(long) / ".s.PGSQL.5432.lock")) < 108
    assert embedded.socket_dir(long) != embedded.socket_dir(long.with_name("other"))
    assert embedded.socket_dir(Path("/srv/grc/data")) == Path("/srv/grc/data/run")


async def test_it_ends_when_its_parent_is_killed_outright_and_starts_again_at_once(data_dir: Path) -> None:
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from grc.db import embedded\n"
        "async def main():\n"
        "    server = await embedded.start(Path(sys.argv[1]))\n"
        "    print(server.child.pid, flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, data_dir, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    postgres = int(await parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    await parent.wait()
    running = await embedded.start(data_dir)  # while the other is still closing
    assert await one(running.url, "select 1") == 1
    await running.stop()
    await ended(postgres)


async def test_a_command_alone_starts_the_server_and_stops_it(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    async with address(settings) as url:
        assert await one(url, "select 1") == 1
    with pytest.raises((ConnectionError, FileNotFoundError)):
        await one(url, "select 1")


async def test_a_command_beside_the_service_uses_its_server(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    lock = await take_for_service(data_dir)
    running = await embedded.start(data_dir)
    try:
        async with address(settings) as url:
            assert await one(url, "select pg_backend_pid()") is not None
        assert await one(running.url, "select 1") == 1  # it did not stop what is not its own
    finally:
        await running.stop()
        lock.close()


async def test_a_command_waits_for_the_one_before_it(data_dir: Path) -> None:
    settings = Settings(data_dir=data_dir)
    order: list[str] = []

    async def command(name: str) -> None:
        async with address(settings) as url:
            order.append(f"{name} in")
            await one(url, "select 1")
            order.append(f"{name} out")

    await asyncio.gather(command("a"), command("b"))
    assert order in (["a in", "a out", "b in", "b out"], ["b in", "b out", "a in", "a out"])


async def test_a_second_service_on_the_same_folder_is_refused(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grc.db.reach.RESTART_SECONDS", 0.2)
    first = await take_for_service(data_dir)
    with pytest.raises(Misconfigured, match=rf"tourne déjà.*{os.getpid()}"):
        await take_for_service(data_dir)
    first.close()
    (await take_for_service(data_dir)).close()


def test_a_lock_is_let_go_of_by_the_death_of_its_holder(data_dir: Path) -> None:
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from grc.db.reach import Lock\n"
        "assert Lock(Path(sys.argv[1])).take('serve')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, data_dir]).returncode == -signal.SIGKILL
    lock = Lock(data_dir)
    assert lock.take("command")
    lock.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="does not apply: root is who must become another user")
class TestAsRoot:
    async def test_the_server_runs_as_another_user(self, server: Server) -> None:
        assert Path(f"/proc/{server.child.pid}").stat().st_uid != 0

    async def test_a_folder_closed_on_the_way_is_passed_and_stays_closed(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        running = await embedded.start(make_data_dir(Settings(data_dir=closed / "data")))
        assert await one(running.url, "select 1") == 1
        assert Path(f"/proc/{running.child.pid}").stat().st_uid != 0
        status = Path(f"/proc/{running.child.pid}/status").read_text()
        await running.stop()
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        rights = int(next(line for line in status.splitlines() if line.startswith("CapEff")).split()[1], 16)
        assert rights in (0, 1 << 2)  # CAP_DAC_READ_SEARCH and nothing else

    def test_where_nobody_can_run_it_the_operator_is_told_what_to_do(self, tmp_path: Path) -> None:
        (tmp_path / "initdb").write_text("#!/bin/sh\n")
        (tmp_path / "initdb").chmod(0o600)
        with pytest.raises(Misconfigured, match=r"aucun autre compte n’atteint.*GRC_DATABASE_URL"):
            find_drop(tmp_path, tmp_path)
