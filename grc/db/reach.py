"""The way to the database for any command: the one that is set, the one `grc serve` runs, or one started for this command alone."""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from grc.db import embedded, pool
from grc.errors import Misconfigured, Unavailable
from grc.settings import Settings, make_data_dir

Holder = Literal["serve", "command"]
PATIENCE = 60.0
RESTART_SECONDS = 5.0  # what a service that was told to stop may need


class Lock:
    """Who may start the server of a data folder. The kernel lets go of it when its holder dies, however it dies."""

    def __init__(self, data_dir: Path) -> None:
        self._descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, holder: Holder) -> bool:
        """Whether it is ours now; if so, says for others what we are."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{holder} {os.getpid()}".encode(), 0)
        return True

    def holder(self) -> tuple[str, str]:
        """What the one who has it says of himself: the kind, the process."""
        kind, _, pid = os.pread(self._descriptor, 64, 0).decode().partition(" ")
        return kind, pid

    def close(self) -> None:
        """Lets go."""
        os.close(self._descriptor)


@asynccontextmanager
async def address(settings: Settings) -> AsyncIterator[str]:
    """The address of a database that answers, for as long as the block runs.

    A command beside `grc serve` uses its server. Alone, it starts one and stops it; another such command waits for its turn.
    """
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    lock = Lock(make_data_dir(settings))
    try:
        if await _taken_or_served(lock, settings.data_dir):
            server = await embedded.start(settings.data_dir)
            try:
                yield server.url
            finally:
                await server.stop()
        else:
            yield embedded.url(settings.data_dir)
    finally:
        lock.close()


async def _taken_or_served(lock: Lock, data_dir: Path) -> bool:
    """True: the lock is ours. False: `grc serve` has it and its server answers."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + PATIENCE
    why: Exception | None = None
    while clock() < deadline:
        if lock.take("command"):
            return True
        if lock.holder()[0] == "serve":
            try:
                conn = await pool.connect(embedded.url(data_dir), name="grc")
            except (Unavailable, Misconfigured) as error:  # it is starting
                why = error
            else:
                await conn.close()
                return False
        await asyncio.sleep(0.1)
    raise Unavailable(f"{data_dir} est tenu par une autre commande grc (processus {lock.holder()[1]})") from why


async def take_for_service(data_dir: Path) -> Lock:
    """The lock, for `grc serve`. Waits for one that ends; raises Misconfigured where the service already runs."""
    lock = Lock(data_dir)
    clock = asyncio.get_running_loop().time
    began = clock()
    while not lock.take("serve"):
        kind, pid = lock.holder()
        if clock() - began > (RESTART_SECONDS if kind == "serve" else PATIENCE):
            lock.close()
            raise Misconfigured(f"grc tourne déjà sur {data_dir} (processus {pid}) : arrêtez-le, ou changez GRC_DATA_DIR")
        await asyncio.sleep(0.1)
    return lock
