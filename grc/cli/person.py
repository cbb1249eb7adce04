"""`grc person find WORDS --collectivity INSEE`: the persons that these words may mean, one JSON line each."""

from __future__ import annotations

import argparse
import asyncio
from typing import TYPE_CHECKING

from grc.settings import Settings

if TYPE_CHECKING:
    from grc.people.find import Found

NAME = "person"
HELP = "retrouver une personne par nom, adresse, téléphone ou référence (find), en JSON"
MOST = 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("verb", choices=["find"], help="find : chercher")
    parser.add_argument("words", nargs="+", metavar="MOT", help="début du nom, adresse, numéro ou référence")
    parser.add_argument("--collectivity", required=True, metavar="INSEE|SIREN", help="dans quelle collectivité")


def run(args: argparse.Namespace, settings: Settings) -> int:
    import orjson

    for one in asyncio.run(_find(args, settings)):
        addresses = [{"kind": a.kind, "value": a.value, "label": a.label, "verified": a.verified} for a in one.addresses]
        told = {"id": one.id, "name": one.name, "identities": addresses, "postal_address": one.postal_address, "open": one.open}
        print(orjson.dumps(told).decode())
    return 0


async def _find(args: argparse.Namespace, settings: Settings) -> list[Found]:
    from grc.db.transaction import WORKER, Scope
    from grc.errors import NotFound
    from grc.people import find
    from grc.queue.database import open_database
    from grc.tickets import reference

    words = " ".join(args.words)
    async with open_database(settings) as (db, _):
        async with db.transaction(WORKER) as tx:
            place = await find.reach(tx, args.collectivity)
        if place is None:
            raise NotFound(f"« {args.collectivity} » n’est le code d’aucune collectivité.")
        async with db.transaction(Scope("grc_web", (place[0],), place[1])) as tx:
            return list(await find.find(tx, place[0], words, MOST, reference.read(words) or ""))
