"""`grc agent create`: an agent, or one more role for him."""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import asdict

import orjson

from grc.settings import Settings

NAME = "agent"
HELP = "les agents et leurs rôles"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
    create = verbs.add_parser("create", help="crée un agent, ou lui donne un rôle de plus ; puis : grc password")
    create.add_argument("email", metavar="ADRESSE")
    create.add_argument("--collectivity", required=True, metavar="INSEE", help="code INSEE ou SIREN")
    create.add_argument("--service", metavar="SLUG", help="sans lui : tous les services de la collectivité")
    create.add_argument("--role", default="agent", help="agent, chief, admin ou operator")
    create.add_argument("--name", default="", metavar="NOM", help="le nom que voient ses collègues et les citoyens")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_create(args, settings))


async def _create(args: argparse.Namespace, settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.people.enrol import enrol
    from grc.queue.database import open_database

    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        name = args.name or args.email.partition("@")[0]
        made = await enrol(tx, args.email, name, args.collectivity, args.service, args.role)
    print(orjson.dumps(asdict(made)).decode())
    return 0
