"""Connections to PostgreSQL, set up the same way wherever one is opened."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import orjson

from grc.db.transaction import AWAY
from grc.errors import Misconfigured, Unavailable

CONNECT_SECONDS = 10.0
# A net for what hangs: nothing of ours takes a minute, and a transaction left open by a dead peer holds its locks.
LIMITS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}

# Whatever a connection of one's own may raise when the server goes away under it.
LOST = (Unavailable, Misconfigured, TimeoutError, OSError, asyncpg.InterfaceError, *AWAY)


async def _prepare(conn: Any) -> None:
    """jsonb in and out as Python values. In binary, jsonb is the text after a version byte."""
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        format="binary",
        encoder=lambda value: b"\x01" + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
    )


async def _leave_clean(conn: Any) -> None:
    """What a connection needs before its next user: all that we set is local to a transaction, so nothing, and no round trip."""
    if conn.is_in_transaction():
        await conn.execute("rollback")


def _told(error: Exception) -> Exception:
    """What the operator is told when there is no connection."""
    if isinstance(error, asyncpg.InvalidAuthorizationSpecificationError | asyncpg.InvalidCatalogNameError):
        return Misconfigured(f"GRC_DATABASE_URL : {error}")
    if isinstance(error, TimeoutError):
        return Unavailable(f"la base de données n’a pas répondu en {CONNECT_SECONDS:.0f} s")
    return Unavailable(f"la base de données ne répond pas : {error}")


async def connect(url: str, *, name: str, **settings: str) -> Any:
    """One connection of its own, for what needs no pool. Raises Unavailable or Misconfigured, with the reason in words."""
    try:
        conn = await asyncpg.connect(url, timeout=CONNECT_SECONDS, server_settings={"application_name": name, **settings})
        try:
            await _prepare(conn)
        except BaseException:  # whoever is cancelled here holds nothing he could close
            conn.terminate()
            raise
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, TimeoutError, OSError, *AWAY) as error:
        raise _told(error) from error
    return conn


async def open_pool(url: str, *, size: int, name: str = "grc") -> Any:
    """A pool whose connections have our codecs and limits. It survives a restart of the server: dead connections are replaced."""
    try:
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            timeout=CONNECT_SECONDS,
            init=_prepare,
            reset=_leave_clean,
            server_settings={"application_name": name, "jit": "off", "plan_cache_mode": "force_generic_plan", **LIMITS},
        )
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError, TimeoutError, OSError, *AWAY) as error:
        raise _told(error) from error


async def close_pool(pool: Any) -> None:
    """Closes the pool when its users are done, or without them after five seconds."""
    try:
        await asyncio.wait_for(pool.close(), 5)
    except TimeoutError:
        pool.terminate()
