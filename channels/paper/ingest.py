"""`grc ingest scan`: scanned files, each read to its end; what became of every letter in it."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.paper import bounds
from channels.paper.reading import Reader, Scan
from channels.paper.take import Handed, Taken, queries, take
from grc import clock
from grc.actions import intake
from grc.clock import PARIS
from grc.db.transaction import WORKER
from grc.errors import BadInput, GrcError
from grc.messages import ledger
from grc.messages.marks import Marks

if TYPE_CHECKING:
    from grc.actions.house import House
    from grc.settings import Settings

KIND = "scan"
HELP = "des lettres numérisées : fichiers PDF ou TIFF, découpés, lus, puis rangés"
POLL_SECONDS = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--collectivity", metavar="INSEE", help="code INSEE ou SIREN (sinon l’agence, ou la seule collectivité active)")
    parser.add_argument("--service", default="", metavar="NOM", help="le service à qui elles sont adressées (sinon celui par défaut)")
    parser.add_argument("--arrived", type=date.fromisoformat, metavar="AAAA-MM-JJ", help="la date d’arrivée (sinon aujourd’hui)")
    parser.add_argument("--jobs", type=int, default=1, help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="+", type=Path, metavar="FICHIER")


async def ingest(args: argparse.Namespace, house: House, settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """One line for each file: `file`, `letters`; or `error`."""
    reader = Reader(house.db, Marks(settings.key("paper")), clock.now)
    collectivity_id = await _collectivity(house, args.collectivity)
    for path in args.paths:
        try:
            content = await asyncio.to_thread(path.read_bytes)
            now = clock.now()
            day = args.arrived or now.astimezone(PARIS).date()
            if day > now.astimezone(PARIS).date():
                raise BadInput("arrived", "la date d’arrivée est à venir")
            taken = await take(house.db, Handed(collectivity_id, "grc", path.name, content, day, args.service), now)
            yield {"file": str(path), "letters": await _read(house, reader, collectivity_id, taken)}
        except OSError as error:
            yield {"file": str(path), "error": f"lecture impossible : {error.strerror}"}
        except GrcError as error:
            yield {"file": str(path), "error": str(error)}


async def _collectivity(house: House, code: str | None) -> int:
    async with house.db.transaction(WORKER) as tx:
        found = await queries.collectivity(tx.conn, code=code or "")
    if found is None:
        raise BadInput("collectivity", "dites à quelle collectivité ces lettres sont adressées : --collectivity 40088")
    return int(found)


async def _read(house: House, reader: Reader, collectivity_id: int, taken: Taken) -> list[dict[str, Any]]:
    """Does what is to be done of this file here, or waits for the worker that has it."""
    where = {"collectivity_id": collectivity_id}
    while True:
        now = clock.now()
        async with house.db.transaction(WORKER) as tx:
            scan = await queries.claim_scan(tx.conn, **where, id=taken.id, now=now, until=now + bounds.LEASE)
        if scan is not None:
            await reader.cut(Scan(**scan))
        async with house.db.transaction(WORKER) as tx:
            state = await queries.scan_state(tx.conn, **where, id=taken.id)
            rows = [row async for row in queries.letters_of(tx.conn, **where, scan_id=taken.id)]
        if state == "cut" and all(row["state"] in ("waiting", "aside") or row["outcome"] not in (None, "pending") for row in rows):
            return [_told(row, new=taken.new) for row in rows]
        moved = False
        for row in rows:
            moved |= await _step(house, reader, (collectivity_id, row["id"]), row)
        if scan is None and not moved:
            await asyncio.sleep(POLL_SECONDS)


async def _step(house: House, reader: Reader, key: tuple[int, int], row: Any) -> bool:
    now = clock.now()
    where = {"collectivity_id": key[0]}
    async with house.db.transaction(WORKER) as tx:
        if row["state"] == "given":
            claimed = await ledger.claim_one(tx, key[0], row["received_id"], now, now + intake.LEASE)
        else:
            mine = await queries.claim_letter(tx.conn, **where, id=key[1], now=now, until=now + bounds.LEASE)
    if row["state"] != "given":
        if mine is not None:
            await reader.step(key)
        return mine is not None
    if claimed is not None:
        await intake.take_in(house, claimed, clock.now)
    return claimed is not None


def _told(row: Any, *, new: bool) -> dict[str, Any]:
    outcome = row["outcome"] or row["state"]
    told = {
        "pages": len(row["pages"]), "outcome": outcome if new else "duplicate", "ticket": row["ticket"],
        "reference_read": row["reference"] or None, "text": row["text"],
    }  # fmt: skip
    return told | ({"detail": row["detail"]} if row["detail"] else {})
