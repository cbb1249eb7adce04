"""`grc ingest cdr`: files of call records, through the whole pipeline; what each brought."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from channels.phone import book, freeswitch, parse
from channels.phone.follow import arrival
from channels.phone.pieces import LONGEST_LINE, Form, Piece, Seen, form_of, lines_of, pieces
from channels.phone.settings import Line
from grc import clock
from grc.actions import intake
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.errors import BadInput
from grc.messages import ledger
from grc.messages.model import Accepted, Received
from grc.people import phone
from grc.settings import Settings

KIND = "cdr"
HELP = "des journaux d’appels : Master.csv d’Asterisk, fiches JSON de FreeSWITCH, tableaux CSV"
LEASE = timedelta(minutes=2)
POLL_SECONDS = 0.05
MOST_JSON = 50_000_000  # bytes of a document that must be read whole
UNKNOWN = "format inconnu : ni Master.csv d’Asterisk, ni fiches de FreeSWITCH, ni tableau dont la ligne a le « mapping »"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--line",
        metavar="NUMÉRO",
        help="la ligne de ces appels (sinon la seule, ou celle dont le fichier porte le numéro)",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="FICHIER")


async def ingest(args: argparse.Namespace, house: House, settings: Settings) -> AsyncIterator[dict[str, Any]]:
    """What each file brought, in their order; a sentence where it could not be read."""
    lines = await _lines(house, args.line)
    for path in args.paths:
        try:
            with path.open("rb") as file:
                mine = _named(file, lines) if len(lines) > 1 else lines
                if len(mine) == 1:
                    found = await _file(house, mine[0], path.name, file)
                else:
                    told = ", ".join(line.name for line in lines)
                    found = {"error": f"dites de quelle ligne sont ces appels (--line)\u00a0: {told}"}
        except OSError as error:
            found = {"error": f"lecture impossible : {error.strerror or error}"}
        yield {"file": str(path)} | found


async def _lines(house: House, named: str | None) -> Sequence[Line]:
    """The lines in use, or the one that is named."""
    async with house.db.transaction(WORKER) as tx:
        found = [line for line, _ in await book.lines(tx)]
    if named is not None:
        wanted = phone.line(named)
        found = [line for line in found if wanted in (*line.own, str(line.account_id))]
    if not found:
        raise BadInput("line", "aucune ligne n’est enregistrée, ou aucune de ce numéro (grc account add phone …)")
    return found


def _named(file: BinaryIO, lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of which a file names a number: whose calls it holds, where several could be meant."""
    wanted = [(line, _written(line)) for line in lines]
    found: list[Line] = []
    rows = lines_of(file)
    while wanted and (some := b"".join(islice(rows, 1_000))):
        found += [line for line, written in wanted if written.search(some)]
        wanted = [(line, written) for line, written in wanted if line not in found]
    return found


def _written(line: Line) -> re.Pattern[bytes]:
    """The numbers of a line as records write them: 0536490001, +33536490001, 33536490001."""
    numbers = "|".join(re.escape(own.removeprefix("+33")) for own in line.own)
    return re.compile(rf"(?<!\d)(?:0|\+?33|0033)?(?:{numbers})(?!\d)".encode())


async def _file(house: House, line: Line, name: str, file: BinaryIO) -> dict[str, Any]:
    file.seek(0)
    form = form_of(file.read(LONGEST_LINE), line.mapping)
    if form is None:
        return {"error": UNKNOWN}
    file.seek(0)
    if form.name == freeswitch.FORMAT:
        parts: Iterable[Piece] = (Piece(n, one, 1, {}) for n, one in enumerate(documents(file), 1))
    else:
        lines, skip = lines_of(file), 1 if form.head else 0
        parts = pieces(islice(lines, skip, None), 1 + skip, Seen())
    return await _pieces(house, line, form, name, parts)


async def _pieces(house: House, line: Line, form: Form, name: str, parts: Iterable[Piece]) -> dict[str, Any]:
    calls: set[str] = set()
    rejected: list[dict[str, Any]] = []
    count = new = call_backs = 0
    for piece in parts:
        one = arrival(line, form, piece, name)
        found = parse.read(Received(0, line.collectivity_id, "phone", line.name, one.source_id, piece.raw, one.meta, clock.now()))
        calls |= {heard.call_id for heard in found.heard}
        count += found.lines
        rejected += [{"line": number, "why": why} for number, why in found.rejected]
        taken = await house.channels["phone"].accept(one)  # type: ignore[attr-defined]
        if not isinstance(taken, Accepted):
            return {"error": taken.reason}
        brought = await _decided(house, taken)
        if taken.new and brought is not None:
            new += brought["new"]
            call_backs += brought["call_backs"]
    return {
        "format": form.name, "lines": count, "calls": len(calls), "new": new, "duplicates": len(calls) - new, "rejected": rejected,
        "callbacks": call_backs,
    }  # fmt: skip


async def _decided(house: House, taken: Accepted) -> Any:
    """What a piece brought, once it is decided here or by the worker that has it."""
    while True:
        now = clock.now()
        async with house.db.transaction(WORKER) as tx:
            claimed = await ledger.claim_one(tx, taken.collectivity_id, taken.received_id, now, now + LEASE)
        if claimed is not None:
            await intake.take_in(house, claimed, clock.now)
        async with house.db.transaction(WORKER) as tx:
            became = await ledger.summary(tx, taken.collectivity_id, taken.received_id)
            if became["outcome"] != "pending":
                return await book.queries.piece(tx.conn, collectivity_id=taken.collectivity_id, received_id=taken.received_id)
        await asyncio.sleep(POLL_SECONDS)


def documents(file: BinaryIO) -> Iterable[bytes]:
    """The records of a file: one a line, one JSON document, or a list of them. Raises OSError where a document is too large to be read."""
    if _is_document(file.readline(LONGEST_LINE)):
        file.seek(0)
        return (line for line in lines_of(file) if line.strip())
    file.seek(0)
    raw = file.read(MOST_JSON + 1)
    if len(raw) > MOST_JSON:
        raise OSError("plus de 50\u00a0Mo\u202f; écrivez une fiche par ligne")
    try:
        read = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return [line for line in raw.splitlines() if line.strip()]
    return [orjson.dumps(one) for one in read] if isinstance(read, list) else [raw]


def _is_document(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        return False
