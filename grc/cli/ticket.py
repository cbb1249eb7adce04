"""`grc ticket REF`: one ticket, whole, as JSON."""

from __future__ import annotations

import argparse
import asyncio

import orjson

from grc.settings import Settings

NAME = "ticket"
HELP = "une demande entière, en JSON : messages, envois, chronologie, échéances"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", help="sa référence, par exemple K7M4-QF9")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_show(settings, args.reference))


async def _show(settings: Settings, given: str) -> int:
    from grc.db.transaction import WORKER
    from grc.errors import NotFound
    from grc.queue.database import open_database
    from grc.tickets import reference
    from grc.tickets.dossier import dossier

    wanted = reference.read(given)
    if wanted is None:
        raise NotFound(f"« {given} » n’est pas une référence : vérifiez chaque signe, le dernier contrôle les autres.")
    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        print(orjson.dumps(await dossier(tx, wanted)).decode())
    return 0
