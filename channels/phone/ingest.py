"""`grc ingest cdr`: files of call records, through the whole pipeline; what each brought."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from channels.phone import book, freeswitch, parse
from channels.phone.follow import arrival
from channels.phone.pieces import Form, Piece, Seen, form_of, pieces
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
            raw = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            yield {"file": str(path), "error": f"lecture impossible : {error.strerror}"}
            continue
        mine = [line for line in lines if _names(raw, line)] if len(lines) > 1 else lines
        if len(mine) != 1:
            told = ", ".join(line.name for line in lines)
            yield {"file": str(path), "error": f"dites de quelle ligne sont ces appels (--line)\u00a0: {told}"}
            continue
        yield {"file": str(path)} | await _file(house, mine[0], path.name, raw)


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


def _names(raw: bytes, line: Line) -> bool:
    """Whether a file names a number of this line: whose calls it holds, where several lines could be meant."""
    written = (own.removeprefix("+33") for own in line.own)  # 0536490001, +33536490001, 33536490001
    return any(re.search(rf"(?<!\d)(?:0|\+?33|0033)?{re.escape(number)}(?!\d)".encode(), raw) for number in written)


async def _file(house: House, line: Line, name: str, raw: bytes) -> dict[str, Any]:
    form = form_of(raw[:100_000], line.mapping)
    if form is None:
        return {"error": UNKNOWN}
    if form.name == freeswitch.FORMAT:
        parts: Sequence[Piece] = [Piece(n, one, 1, {}) for n, one in enumerate(documents(raw), 1)]
    else:
        lines = raw.splitlines(keepends=True)
        skip = 1 if form.head else 0
        parts = list(pieces(lines[skip:], 1 + skip, Seen()))
    return await _pieces(house, line, form, name, parts)


async def _pieces(house: House, line: Line, form: Form, name: str, parts: Sequence[Piece]) -> dict[str, Any]:
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


def documents(raw: bytes) -> Sequence[bytes]:
    """The records of a file: one JSON document, a list of them, or one a line."""
    import orjson

    try:
        read = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return [line for line in raw.splitlines() if line.strip()]
    return [orjson.dumps(one) for one in read] if isinstance(read, list) else [raw]
