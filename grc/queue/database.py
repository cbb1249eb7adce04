"""The database as every process and command of ours uses it: the pool, what is announced after commits, the ear, the store of contents."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from grc.db.pool import close_pool, open_pool
from grc.db.reach import address
from grc.db.transaction import Database, Site
from grc.files import FolderStore
from grc.queue.announce import Announcer
from grc.queue.wake import Wake
from grc.settings import Settings


@asynccontextmanager
async def open_database(settings: Settings, name: str = "grc") -> AsyncIterator[tuple[Database, Wake]]:
    """Reaches it (an embedded one is started if it must be), opens it, and closes it in the reverse order, announcing what is left."""
    async with address(settings) as url:
        pool = await open_pool(url, size=settings.pool_size, name=name)
        announcer, wake = Announcer(url), Wake(url)
        try:
            site = Site(settings.url(), settings.daily_cap, scans=settings.clamav is not None, paper_key=settings.key("paper"))
            yield Database(pool, announcer.announce, FolderStore(settings.data_dir / "files"), site), wake
        finally:
            await wake.close()
            await announcer.close()
            await close_pool(pool)
