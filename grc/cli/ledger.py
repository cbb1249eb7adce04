"""`grc ledger`: received = the sum of outcomes, and what could not be read; `grc ledger replay ID` puts it back in line."""

from __future__ import annotations

import argparse
import asyncio
import sys

import orjson

from grc import clock
from grc.settings import Settings

NAME = "ledger"
HELP = "le registre de tout ce qui est arrivé, et la reprise de ce qui n’a pas pu être lu"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", choices=["replay"], help="reprendre un envoi mis en quarantaine")
    parser.add_argument("id", nargs="?", type=int, help="son numéro dans le registre")


def run(args: argparse.Namespace, settings: Settings) -> int:
    if args.action == "replay" and args.id is None:
        print("grc ledger replay : donnez le numéro de l’envoi (voir « quarantined » dans grc ledger)", file=sys.stderr)
        return 2
    return asyncio.run(_replay(settings, args.id) if args.action == "replay" else _show(settings))


async def _show(settings: Settings) -> int:
    from grc.db.transaction import WORKER
    from grc.messages import ledger
    from grc.queue.database import open_database

    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        sums, kept = await ledger.sums(tx), await ledger.quarantined(tx)
    outcomes = dict.fromkeys(ledger.OUTCOMES, 0)
    by_channel: dict[str, int] = {}
    for channel, outcome, n in sums:
        outcomes[outcome] += n
        by_channel[channel] = by_channel.get(channel, 0) + n
    answer = {
        "received": sum(n for _, _, n in sums),
        "outcomes": outcomes,
        "by_channel": by_channel,
        "quarantined": [
            {"id": q.id, "channel": q.channel, "at": q.at.astimezone(clock.PARIS).isoformat(), "reason": q.reason} for q in kept
        ],
    }
    print(orjson.dumps(answer).decode())
    return 0


async def _replay(settings: Settings, received_id: int) -> int:
    from grc.db.transaction import WORKER
    from grc.messages import ledger
    from grc.queue.database import open_database

    async with open_database(settings) as (db, _), db.transaction(WORKER) as tx:
        done = await ledger.replay(tx, received_id, clock.now())
    if not done:
        print(f"grc ledger replay : aucun envoi n° {received_id} en quarantaine", file=sys.stderr)
    return 0 if done else 1
