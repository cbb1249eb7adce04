"""`grc migrate`: brings the database to this program's schema, or shows by which SQL."""

from __future__ import annotations

import argparse
import asyncio

from grc.settings import Settings

NAME = "migrate"
HELP = "met le schéma de la base à jour ; sans effet s’il l’est déjà"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--sql", action="store_true", help="montre le SQL sans l’exécuter")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_migrate(settings, show=args.sql))


async def _migrate(settings: Settings, *, show: bool) -> int:
    from grc.db import migrate, pool
    from grc.db.reach import address

    async with address(settings) as url:
        if show:
            conn = await pool.connect(url, name="grc migrate")
            try:
                current = await migrate.revision(conn)
            finally:
                await conn.close()
            print(migrate.script(current) if current != migrate.head() else "-- le schéma est à jour")
            return 0
        before, after = await migrate.migrate(url)
        print(f"schéma {after}" if before == after else f"schéma {before or '(vide)'} → {after}")
    return 0
