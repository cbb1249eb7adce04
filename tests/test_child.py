"""A process we start ends when we end, and its end can be awaited."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

from grc.child import Child
from tests.support.installation import ended
from tests.support.processes import until


async def test_its_end_is_awaited_with_its_status() -> None:
    assert await Child.start(["/bin/sh", "-c", "exit 3"]).wait() == 3


async def test_one_that_does_not_end_when_asked_is_ended() -> None:
    child = Child.start(["/bin/sh", "-c", 'trap "" TERM; while :; do sleep 0.1; done'])

    async def deaf() -> bool | None:
        ignored = next(line for line in Path(f"/proc/{child.pid}/status").read_text().splitlines() if line.startswith("SigIgn"))
        return bool(int(ignored.split()[1], 16) & 1 << signal.SIGTERM - 1) or None

    await until(deaf, 10, lambda: "it no longer hears SIGTERM")
    assert await child.stop(patience=0.2) == -signal.SIGKILL


async def test_it_ends_when_its_parent_is_killed_outright() -> None:
    program = "import signal\nfrom grc.child import Child\nprint(Child.start(['/bin/sleep', '1000']).pid, flush=True)\nsignal.pause()\n"
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(await parent.stdout.readline())
    os.kill(pid, 0)
    parent.kill()
    await parent.wait()
    await ended(pid)  # or fails: it sleeps for longer than anybody waits


async def test_a_terminal_s_interrupt_does_not_reach_it() -> None:
    child = Child.start(["/bin/sleep", "1000"])
    assert os.getpgid(child.pid) != os.getpgid(0)
    assert await child.stop(5) == -signal.SIGTERM
