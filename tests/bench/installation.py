"""An installation of its own for a benchmark: data folder, embedded PostgreSQL as it is delivered (fsync on), real processes."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg

from grc.child import Child
from grc.db import embedded
from grc.db.migrate import migrate
from grc.settings import Settings, for_child

GRC = (sys.executable, "-m", "grc.cli.main")
PATIENCE = 30.0
STOP_SECONDS = 20.0


def say(text: str) -> None:
    """Progress, for whoever watches; stdout belongs to the result."""
    print(text, file=sys.stderr, flush=True)


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


@dataclass(slots=True)
class Installation:
    """Where it lies and how it is reached. `env` are the GRC_* variables its processes are started with."""

    folder: Path
    server: embedded.Server | None
    env: dict[str, str]

    @property
    def url(self) -> str:
        return embedded.url(self.folder)

    @property
    def superuser_url(self) -> str:
        """By which a bare program reaches the tables, with no row-level security in its way."""
        return self.url.replace("//grc@", "//postgres@")

    @property
    def settings(self) -> Settings:
        """What its processes read from their environment, for this process."""
        names = {name.removeprefix("GRC_").lower(): value for name, value in self.env.items()}
        return Settings.model_validate(names)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.env['GRC_PORT']}"

    async def owner(self) -> Any:
        """A connection of the role that owns the tables."""
        return await asyncpg.connect(self.url)

    @asynccontextmanager
    async def running(self, *command: str, **changes: str) -> AsyncIterator[Child]:
        """A `grc` process, ended with the block. What it says goes to a file of the folder."""
        path = self.folder / f"{command[0]}.log"
        with path.open("ab") as log:
            child = Child.start([*GRC, *command], env=for_child(**self.env, **changes), output=log)
        try:
            yield child
        except BaseException:
            say(f"grc {command[0]} said:\n{path.read_text(errors='replace')[-3000:]}")
            raise
        finally:
            await child.stop(STOP_SECONDS)


@asynccontextmanager
async def installation(*, served: bool = False) -> AsyncIterator[Installation]:
    """A fresh one, migrated, removed afterwards. `served`: `grc serve` will start its database, so none is started here."""
    folder = Path(tempfile.mkdtemp(prefix="grc-bench-"))
    folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    env = {
        "GRC_DATA_DIR": str(folder),
        "GRC_HOST": "127.0.0.1",
        "GRC_PORT": str(free_port()),
        "GRC_SMTP_PORT": str(free_port()),
        "GRC_LMTP_PORT": str(free_port()),
        "GRC_LOG_LEVEL": "warning",
    }
    made = Installation(folder, None, env)
    try:
        if not served:
            made.server = await embedded.start(folder)
            env["GRC_DATABASE_URL"] = made.url
            await migrate(made.url)
        yield made
    finally:
        if made.server is not None:
            await made.server.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def answers(address: str, path: str = "/readyz", patience: float = PATIENCE) -> None:
    """Waits for the first 200."""
    clock = asyncio.get_running_loop().time
    until = clock() + patience
    async with aiohttp.ClientSession() as client:
        while True:
            try:
                async with client.get(address + path) as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            if clock() > until:
                raise TimeoutError(f"{address}{path} did not answer 200 in {patience:.0f} s")
            await asyncio.sleep(0.005)
