"""Brings a database to the schema this program expects, once, whoever asks and however often."""

from __future__ import annotations

import io
from pathlib import Path

import asyncpg

from grc.db.pool import connect
from grc.errors import Misconfigured

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
LOCK = 0x677263  # "grc": one migration at a time on one server


def head() -> str:
    """The revision this program expects, from the names of the files: importing Alembic costs more than the rest of a start."""
    return max(path.name.split("_", 1)[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def script(current: str | None) -> str:
    """The SQL that leads from a revision (None: an empty database) to the newest one, in one transaction."""
    from alembic.command import upgrade
    from alembic.config import Config

    text = io.StringIO()
    config = Config(output_buffer=text)
    config.set_main_option("script_location", str(FOLDER))
    upgrade(config, f"{current or 'base'}:head", sql=True)
    return text.getvalue()


async def revision(conn: asyncpg.Connection) -> str | None:
    """The revision a database is at, or None where nothing of ours is in it."""
    if await conn.fetchval("select to_regclass('public.alembic_version')") is None:
        return None
    found: str | None = await conn.fetchval("select version_num from public.alembic_version")
    return found


async def migrate(url: str) -> tuple[str | None, str]:
    """The revision before and after. Does nothing where they are the same; waits for another that migrates at this moment.

    Raises Misconfigured where the database is newer than the program, or where the role of `url` may not do what is needed.
    """
    wanted = head()
    conn = await connect(url, name="grc migrate")
    try:
        before = await revision(conn)
        if before == wanted:
            return before, wanted
        await conn.execute("select pg_advisory_lock($1)", LOCK)
        before = await revision(conn)
        if before is not None and before > wanted:
            raise Misconfigured(f"la base est à la révision {before}, plus récente que ce programme ({wanted}) : installez sa version")
        if before != wanted:
            try:
                await conn.execute(script(before))
            except asyncpg.InsufficientPrivilegeError as error:
                raise Misconfigured(f"GRC_DATABASE_URL : le rôle doit posséder la base et avoir CREATEROLE ({error})") from error
        return before, wanted
    finally:
        await conn.close()
