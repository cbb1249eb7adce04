"""`grc ingest KIND FILE…`: puts files through the whole pipeline and waits until each is decided."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import pkgutil
from datetime import timedelta
from types import ModuleType
from typing import Any

import orjson

from grc import clock
from grc.settings import Settings

NAME = "ingest"
HELP = "fait entrer des fichiers (courriels…) par toute la chaîne, et attend la décision de chacun"

POLL_SECONDS = 0.05


def _kinds() -> dict[str, ModuleType]:
    """What can be ingested: every channel folder with an `ingest.py`, by the name it gives itself."""
    package = importlib.import_module("channels")
    kinds = {}
    for folder in pkgutil.iter_modules(package.__path__):
        try:
            module = importlib.import_module(f"channels.{folder.name}.ingest")
        except ModuleNotFoundError:
            continue
        kinds[str(module.KIND)] = module
    return kinds


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="SORTE")
    for kind, module in _kinds().items():
        sub = kinds.add_parser(kind, help=module.HELP)
        module.add_arguments(sub)


def run(args: argparse.Namespace, settings: Settings) -> int:
    return asyncio.run(_ingest(args, settings))


async def _ingest(args: argparse.Namespace, settings: Settings) -> int:
    from grc.app import compose

    module = _kinds()[args.kind]
    failed = False
    async with compose(settings) as composed:
        house = composed.house
        if hasattr(module, "ingest"):  # its files become several arrivals, once they have been read
            async for line in module.ingest(args, house, settings):
                failed |= _print(line)
            return 1 if failed else 0
        turns = asyncio.Semaphore(max(1, args.jobs))

        async def one(name: str, arrival: Any) -> dict[str, Any]:
            async with turns:
                return {"file": name} | await decided(house, arrival)

        tasks: list[asyncio.Task[dict[str, Any]]] = []
        async for name, arrival in module.arrivals(args, house.db):
            tasks.append(asyncio.create_task(one(name, arrival)))
            while len(tasks) > 4 * args.jobs:  # printed in order, and never more than a few files in memory
                failed |= _print(await tasks.pop(0))
        for task in tasks:
            failed |= _print(await task)
    return 1 if failed else 0


def _print(line: dict[str, Any]) -> bool:
    print(orjson.dumps(line).decode(), flush=True)
    return "error" in line


async def decided(house: Any, arrival: Any) -> dict[str, Any]:
    """Accepts an arrival, then receives it here or waits for the worker that has it; what became of it."""
    from grc.actions import intake
    from grc.actions.accept import accept
    from grc.db.transaction import WORKER
    from grc.messages import ledger
    from grc.messages.model import Accepted

    if isinstance(arrival, str):
        return {"error": arrival}
    taken = await accept(house.db, arrival, clock.now())
    if not isinstance(taken, Accepted):
        return {"error": taken.reason}
    while True:
        now = clock.now()
        async with house.db.transaction(WORKER) as tx:
            claimed = await ledger.claim_one(tx, taken.collectivity_id, taken.received_id, now, now + timedelta(minutes=2))
        if claimed is not None:
            await intake.take_in(house, claimed, clock.now)
        async with house.db.transaction(WORKER) as tx:
            became = await ledger.summary(tx, taken.collectivity_id, taken.received_id)
        if became["outcome"] != "pending":
            return became if taken.new else became | {"outcome": "duplicate"}
        await asyncio.sleep(POLL_SECONDS)
