"""A whole installation on a data folder of its own: `grc serve`, its embedded PostgreSQL, and what the kernel knows of its processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from grc.child import Child
from tests.support.processes import answers, free_ports, until

PATIENCE = 30.0


class Installation:
    """`grc serve` and the commands beside it, on one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port, smtp, lmtp = free_ports(3)
        self.log = data_dir.with_name(data_dir.name + ".log")
        self.environment = {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "GRC_DATA_DIR": str(data_dir),
            "GRC_PORT": str(self.port),
            "GRC_SMTP_PORT": str(smtp),
            "GRC_LMTP_PORT": str(lmtp),
        }
        self._child: Child | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def pid(self) -> int:
        """Of the supervisor."""
        assert self._child is not None
        return self._child.pid

    def serve(self, *arguments: str) -> None:
        """Starts `grc serve`."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "grc.cli.main", "serve", *arguments]
            self._child = Child.start(command, env=self.environment, output=log)

    async def ready(self) -> None:
        """Waits until `/readyz` is 200."""

        async def serves() -> bool | None:
            assert self._child is not None
            assert self._child.status() is None, self.said()
            return await answers(self.url + "/readyz") == 200 or None

        await until(serves, PATIENCE, lambda: f"/readyz is 200; {self.said()}")

    def said(self) -> str:
        """All that `grc serve` has written."""
        return self.log.read_text(errors="replace")

    async def exit_status(self) -> int:
        """Waits for its end."""
        assert self._child is not None
        return await asyncio.wait_for(self._child.wait(), PATIENCE)

    async def stop(self) -> int:
        """Ends it in order, as an operator does; its exit status."""
        assert self._child is not None
        return await self._child.stop(PATIENCE)

    async def kill(self) -> None:
        """Ends the supervisor outright, and it alone."""
        assert self._child is not None
        self._child.signal(signal.SIGKILL)
        await self._child.wait()

    async def command(self, *words: str) -> tuple[int, str, str]:
        """Runs `grc` with these words beside it; exit status, output, errors."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "grc.cli.main",
            *words,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, out.decode(), err.decode()

    def processes(self) -> dict[str, int]:
        """What the supervisor has started: `web`, `worker`, `postgres`, each with its number."""
        return {_kind(pid): pid for pid in children(self.pid)}


def _kind(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")  # of a process that has just ended: nothing
    return "postgres" if words[0].endswith(b"postgres") else words[-1].decode()


def children(pid: int) -> list[int]:
    """The processes that this one started and that run."""
    return [int(word) for task in Path(f"/proc/{pid}/task").iterdir() for word in (task / "children").read_text().split()]


async def ended(pid: int) -> None:
    """Waits for the end of a process that is not our child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    over = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, over.set)
    try:
        await asyncio.wait_for(over.wait(), PATIENCE)
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
