"""`grc web` and `grc worker` as the processes they are in service: started, killed outright, waited for by what they answer."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeVar

import aiohttp

from grc.child import Child

Half = Literal["web", "worker"]
HALVES: tuple[Half, ...] = ("web", "worker")
LOOK_SECONDS = 0.02
Found = TypeVar("Found")


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, chosen together so that they differ."""
    tried = [socket.socket() for _ in range(count)]
    for one in tried:
        one.bind(("127.0.0.1", 0))
    ports = [int(one.getsockname()[1]) for one in tried]
    for one in tried:
        one.close()
    return ports


async def until(look: Callable[[], Awaitable[Found | None]], within: float, what: Callable[[], str]) -> Found:
    """What `look` finds, as soon as it finds something; fails, saying `what` was waited for, when it takes too long."""
    try:
        async with asyncio.timeout(within):
            while (found := await look()) is None:
                await asyncio.sleep(LOOK_SECONDS)
            return found
    except TimeoutError:
        raise AssertionError(f"not within {within} s: {what()}") from None


@dataclass(slots=True)
class Service:
    """The two halves of the service on one database, each in a process of its own."""

    database_url: str
    data_dir: Path
    relay_port: int
    changes: Mapping[str, str] = field(default_factory=dict)
    programs: Mapping[Half, str] = field(default_factory=dict)  # modules to run in the place of `grc`
    web_port: int = 0
    lmtp_port: int = 0
    smtp_port: int = 0
    _running: dict[Half, Child] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.web_port, self.lmtp_port, self.smtp_port = free_ports(3)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.web_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the processes, and commands beside them, are started with: nothing of ours but this."""
        return {
            "PATH": "/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "GRC_DATABASE_URL": self.database_url,
            "GRC_DATA_DIR": str(self.data_dir),
            "GRC_SECRET": "un secret pour les essais, assez long",
            "GRC_PORT": str(self.web_port),
            "GRC_LMTP_PORT": str(self.lmtp_port),
            "GRC_SMTP_PORT": str(self.smtp_port),
            "GRC_RELAY": f"smtp://127.0.0.1:{self.relay_port}",
            "GRC_POOL_SIZE": "8",
            "GRC_UNDO_SECONDS": "0",
            "GRC_LOG_LEVEL": "info",
            "GRC_GEOCODER_URL": "aucun",
            **self.changes,
        }

    def start(self, *halves: Half) -> None:
        """Starts halves that do not run; call from the main thread. They end with this process, however it ends."""
        for half in halves or HALVES:
            with self.log_of(half).open("ab") as log:
                self._running[half] = Child.start(
                    [sys.executable, "-m", self.programs.get(half, "grc.cli.main"), half], env=self.environment, output=log
                )

    async def ready(self, within: float = 20.0) -> None:
        """Waits until pages are served and mail is taken."""

        async def serves() -> bool | None:
            return True if await answers(self.url + "/readyz") == 200 else None

        async def listens() -> bool | None:
            return await greeted(self.lmtp_port) or None

        if "web" in self._running:
            await until(serves, within, lambda: f"/readyz is 200; {self.told('web')}")
        if "worker" in self._running:
            await until(listens, within, lambda: f"the LMTP door is open; {self.told('worker')}")

    async def kill(self, half: Half) -> None:
        """Ends a half outright, as the kernel does when memory is short: nothing of it is finished."""
        child = self._running.pop(half)
        child.signal(signal.SIGKILL)
        await child.wait()

    async def stop(self) -> None:
        """Ends in order, as an operator does."""
        children = list(self._running.values())
        self._running.clear()
        await asyncio.gather(*(child.stop(10.0) for child in children))

    async def ended(self, half: Half, within: float) -> int:
        """Waits until a half ends by itself; its exit status."""
        child = self._running.pop(half)
        return await asyncio.wait_for(child.wait(), within)

    def status(self, half: Half) -> int | None:
        """The exit status of a half, or None while it runs."""
        return self._running[half].status()

    def pid(self, half: Half) -> int:
        """The process of a half that runs."""
        return self._running[half].pid

    def log_of(self, half: Half) -> Path:
        """Where a half writes its log."""
        return self.data_dir / f"{half}.log"

    def told(self, half: Half) -> str:
        """The end of what a half wrote, for a message."""
        log = self.log_of(half)
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    async def command(self, *words: str) -> tuple[int, str]:
        """Runs `grc` with these words beside the service; its exit status and what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "grc.cli.main", *words, env=self.environment, stdout=PIPE, stderr=PIPE
        )
        out, err = await process.communicate()
        assert process.returncode is not None
        return process.returncode, (out or err).decode()


async def answers(url: str) -> int | None:
    """The status a page is answered with, or None where nobody answers."""
    try:
        async with aiohttp.ClientSession() as client, client.get(url, timeout=aiohttp.ClientTimeout(2)) as response:
            return response.status
    except (aiohttp.ClientError, TimeoutError):
        return None


async def greeted(port: int) -> bool:
    """Whether a mail server says good day on this port."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        return (await reader.readline()).startswith(b"220")
    except OSError:
        return False
    finally:
        writer.close()
