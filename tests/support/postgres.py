"""A PostgreSQL for the tests of one process: real, fast because nothing of it must survive, and of any version."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grc.child import Child
from grc.db.drop import Drop, find_drop

# No autovacuum: a worker of it inside a database of a test, owned by nobody we may end, would keep it from being dropped.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "listen_addresses": "",
}
# Nothing of a commit is lost when the server is killed outright; still without fsync, which only matters when the machine is.
DURABLE = {**FAST, "full_page_writes": "on", "synchronous_commit": "on"}
ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}

# A database is some four hundred files, made anew for each test: in memory that takes 20 ms of processor time, on a disk that others
# write to as well up to 400.
MEMORY = Path("/dev/shm")
ROOM = 4 << 30  # bytes free there without which the disk is better: containers are often given 64 MiB
PREFIX = "grc-test-"


@dataclass(slots=True)
class TestServer:
    """A running server whose role `grc` is what an operator is given: no superuser, but it may make databases and roles."""

    __test__ = False

    folder: Path
    child: Child
    drop: Drop
    binaries: Path
    options: Mapping[str, str]
    lock: int

    def url(self, database: str, role: str = "grc") -> str:
        """The address of one of its databases."""
        return f"postgresql://{role}@/{database}?host={self.folder / 'run'}"

    def stop(self) -> None:
        """Ends it and removes all of it."""
        self.end(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self.lock)

    def end(self, how: signal.Signals) -> None:
        """Ends it: SIGINT as an operator restarts it, SIGQUIT as a crash."""
        self.child.signal(how)
        while self.child.status() is None:
            time.sleep(0.01)

    def start(self) -> None:
        """Starts it again; returns once it takes connections."""
        self.child = _start(self.folder, self.binaries, self.drop, self.options)


def run(binaries: Path, options: Mapping[str, str] = FAST) -> TestServer:
    """Makes a cluster in a temporary folder and starts it; returns once it takes connections."""
    folder, lock = _folder()
    folder.chmod(0o711)
    drop = find_drop(binaries, folder) if os.geteuid() == 0 else Drop()
    for name in ("cluster", "run"):
        (folder / name).mkdir(mode=0o700)
        if drop.user:
            os.chown(folder / name, *drop.user)
    cluster = folder / "cluster"
    _do(
        drop,
        [binaries / "initdb", "--no-sync", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "-D", cluster],
    )
    _do(drop, [binaries / "postgres", "--single", "-D", cluster, "postgres"], b"create role grc login createrole createdb\n")
    return TestServer(folder, _start(folder, binaries, drop, options), drop, binaries, options, lock)


def _folder() -> tuple[Path, int]:
    """A new folder, in memory where there is room, and what holds it. What test processes that were killed left in memory is removed."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        return folder, _hold(folder)
    one_at_a_time = _hold(MEMORY, wait=True)
    try:
        for left in MEMORY.glob(f"{PREFIX}*"):
            try:
                os.close(_hold(left))
            except OSError:  # its process lives, or has just removed it
                continue
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=MEMORY))
        return folder, _hold(folder)
    finally:
        os.close(one_at_a_time)


def _hold(folder: Path, *, wait: bool = False) -> int:
    """Holds a folder for as long as this process lives, or until the descriptor is closed. OSError where another process does."""
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise
    return lock


def _start(folder: Path, binaries: Path, drop: Drop, options: Mapping[str, str]) -> Child:
    given = [f"--{name}={value}" for name, value in options.items()]
    with (folder / "log").open("ab") as log:
        child = Child.start(
            [*drop.prefix, binaries / "postgres", "-D", folder / "cluster", "-k", folder / "run", *given],
            env=ENVIRONMENT,
            stop_signal=signal.SIGQUIT,
            user=drop.plain_user,
            output=log,
        )
    while not _answers(folder / "run/.s.PGSQL.5432", binaries, drop):
        if child.status() is not None:
            raise RuntimeError((folder / "log").read_text())
        time.sleep(0.01)
    return child


def _answers(path: Path, binaries: Path, drop: Drop) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as tried:
            tried.connect(str(path))
    except OSError:
        return False
    ready: list[str | Path] = [*drop.prefix, binaries / "psql", "-qAtX", "-h", path.parent, "-U", "postgres", "-c", "select"]
    return subprocess.run(ready, env=ENVIRONMENT, capture_output=True, **drop.for_subprocess()).returncode == 0


def _do(drop: Drop, command: list[str | Path], given: bytes = b"") -> None:
    done = subprocess.run([*drop.prefix, *command], input=given, env=ENVIRONMENT, capture_output=True, cwd="/", **drop.for_subprocess())
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
