"""`grc record`: the registers and their lines, listed, taken along as CSV, brought in."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from grc.settings import Settings

if TYPE_CHECKING:
    from grc.db.transaction import Transaction
    from grc.records.reach import Reach

NAME = "record"
HELP = "les registres : logiciels, abonnements, équipements… listés, exportés, importés"
WHO = "Ligne de commande"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERBE")
    listing = verbs.add_parser("list", help="les registres, un par ligne ; ou les lignes de l’un d’eux")
    listing.add_argument("register", nargs="?", metavar="REGISTRE")
    export = verbs.add_parser("export", help="un registre en CSV")
    export.add_argument("register", metavar="REGISTRE")
    bring = verbs.add_parser("import", help="ajoute et change les lignes d’un CSV ; dit celles qu’il refuse et pourquoi")
    bring.add_argument("register", metavar="REGISTRE")
    bring.add_argument("file", type=Path, metavar="FICHIER")
    bring.add_argument("--preview", action="store_true", help="dit ce que cela ferait, sans rien faire")
    for verb in (listing, export, bring):
        verb.add_argument("--collectivity", metavar="CODE", help="code INSEE ou SIREN de qui tient le registre ; sans lui, l’agence")


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_run(args, settings))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.queue.database import open_database
    from workflows.register import registers

    if args.register is None:
        for register in registers().values():
            _print({"register": register.name, "title": register.title, "owner": register.owner, "shown_to": register.shown_to})
        return 0
    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        here = await _reach(tx, args.register, args.collectivity)
        match args.verb:
            case "list":
                return await _list(tx, here)
            case "export":
                return await _export(tx, here)
            case _:
                return await _import(tx, here, args.file, preview=args.preview)


async def _reach(tx: Transaction, name: str, code: str | None) -> Reach:
    from grc.collectivities.kinds import agency, by_code
    from grc.errors import NotFound
    from grc.records.reach import Reach
    from workflows.register import registers

    register = registers().get(name)
    if register is None:
        raise NotFound(f"aucun module n’a de registre « {name} » : {', '.join(registers()) or 'il n’y en a aucun'}")
    owner = await (by_code(tx, code) if code else agency(tx))
    if owner is None:
        raise NotFound(
            f"aucune collectivité n’a le code {code}" if code else "il n’y a pas d’agence : nommez la collectivité (--collectivity)"
        )
    return Reach(register, owner, ours=True, writes=True)


async def _list(tx: Transaction, here: Reach) -> int:
    from grc.records import store

    for line in await store.everything(tx, here.owner, here.register):
        _print({"key": line.key, "title": line.title, "member": line.member, "active": line.active, "fields": line.data})
    return 0


async def _export(tx: Transaction, here: Reach) -> int:
    from grc.records import sheet, store

    sys.stdout.write(sheet.written(here.register, await store.everything(tx, here.owner, here.register)))
    return 0


async def _import(tx: Transaction, here: Reach, file: Path, *, preview: bool) -> int:
    from grc import clock
    from grc.clock import PARIS
    from grc.errors import BadInput
    from grc.records.bring_in import bring_in, prepared

    now = clock.now()
    today = now.astimezone(PARIS).date()
    try:
        content = await asyncio.to_thread(file.read_bytes)
    except OSError as error:
        raise BadInput("fichier", f"{file} ne se lit pas ({error.strerror})") from error
    if preview:
        _, plan = await prepared(tx, here, content, today)
    else:
        plan = await bring_in(tx, here, content, WHO, None, now, today)
    refused = [{"line": one.number, "key": one.key, "why": list(one.why)} for one in plan.refused]
    _print({"added": len(plan.added), "changed": len(plan.changed), "unchanged": plan.unchanged, "refused": refused})
    if refused:
        print(
            f"grc record : {len(refused)} ligne{'s' if len(refused) > 1 else ''} refusée{'s' if len(refused) > 1 else ''}", file=sys.stderr
        )
    return 1 if refused else 0


def _print(line: dict[str, Any]) -> None:
    print(orjson.dumps(line).decode())
