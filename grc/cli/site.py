"""`grc site`: which web sites may show the forms of a collectivity within their pages: listed, set."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

import orjson

from grc.settings import Settings

if TYPE_CHECKING:
    from grc.db.transaction import Transaction

NAME = "site"
HELP = "quels sites internet peuvent afficher les formulaires d’une collectivité : listés, fixés"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
    verbs.add_parser("list", help="les collectivités et leurs sites, une par ligne")
    fix = verbs.add_parser("set", help="ces sites et aucun autre ; sans site, aucun")
    fix.add_argument("code", metavar="CODE", help="code INSEE ou SIREN de la collectivité")
    fix.add_argument("sites", metavar="SITE", nargs="*", help="www.ville.fr, ou https://www.ville.fr:8443")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.queue.database import open_database

    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        return await (_list(tx) if args.verb == "list" else _set(tx, args))


async def _list(tx: Transaction) -> int:
    from grc.collectivities.sites import everything

    for one in await everything(tx):
        print(orjson.dumps({"code": one.code, "name": one.name, "sites": one.origins}).decode())
    return 0


async def _set(tx: Transaction, args: argparse.Namespace) -> int:
    from grc import clock
    from grc.actions.name_sites import name_by_operator
    from grc.collectivities.kinds import by_code
    from grc.errors import BadInput

    number = await by_code(tx, args.code)
    if number is None:
        raise BadInput("code", f"aucune collectivité n’a le code « {args.code} »")
    kept = await name_by_operator(tx, number, args.sites, clock.now())
    print(orjson.dumps({"code": args.code, "sites": kept}).decode())
    return 0
