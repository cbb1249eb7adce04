"""`grc ingest email`: mails from files or standard input, each through the whole pipeline."""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from pathlib import Path

from channels.email.marks import marks
from channels.email.stand_in import source_id
from grc.db import sql
from grc.db.transaction import INTAKE, Database
from grc.messages.model import Arrival
from grc.messages.signature import without_tag

KIND = "email"
HELP = "des courriels : fichiers .eml, dossiers, ou l’entrée standard"

_queries = sql.load(__file__, "ingest.sql")
_NAMING = ("Delivered-To", "X-Original-To", "To", "Cc")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", metavar="ADRESSE", help="l’adresse à laquelle ils sont arrivés (sinon celles de leurs en-têtes)")
    parser.add_argument("--jobs", type=int, default=8, metavar="N", help="combien à la fois (8)")
    parser.add_argument("paths", nargs="*", type=Path, metavar="FICHIER|DOSSIER")


async def arrivals(args: argparse.Namespace, db: Database) -> AsyncIterator[tuple[str, Arrival | str]]:
    """Each mail with the place it reached, or a sentence that says why it cannot be taken; one for each collectivity it was sent to."""
    if not args.paths:
        raw = await asyncio.to_thread(sys.stdin.buffer.read)
        async for arrival in _of(db, raw, args.to):
            yield "-", arrival
    for path in _files(args.paths):
        try:
            raw = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            yield str(path), f"lecture impossible : {error.strerror}"
            continue
        async for arrival in _of(db, raw, args.to):
            yield str(path), arrival


def _files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]


async def _of(db: Database, raw: bytes, to: str | None) -> AsyncIterator[Arrival | str]:
    addresses = [to] if to else _addresses(raw)
    plain = {a.lower(): without_tag(a)[0] for a in addresses}
    async with db.transaction(INTAKE) as tx:
        rows = [row async for row in _queries.places(tx.conn, addresses=[*plain, *plain.values()])]
        agency = await _queries.agency(tx.conn)
    if to and not rows:
        yield f"l’adresse {to} n’est celle d’aucune collectivité"
        return
    reached: dict[int, str] = {row["collectivity_id"]: row["address"] for row in rows} or ({agency: to or ""} if agency else {})
    if not reached:
        yield "aucune collectivité n’est connue de cette base"
    for collectivity_id, account in reached.items():
        said = [a for a in addresses if plain[a.lower()] == account or a.lower() == account]
        yield Arrival(
            channel="email",
            account=account,
            source_id=source_id(raw, secrets.token_hex(8)),
            raw=raw,
            collectivity_id=collectivity_id,
            meta={"by": "ingest", "rcpt_to": said},
            keys=marks(raw, {"rcpt_to": said}),
        )


def _addresses(raw: bytes) -> list[str]:
    headers = BytesHeaderParser(policy=compat32).parsebytes(raw[: 256 * 1024])
    named = [str(value) for name in _NAMING for value in headers.get_all(name, [])]
    return [address for _, address in getaddresses(named) if "@" in address][:100]
