"""A file that was kept is cut into letters, each letter is read, and goes to the desk or, where its mark proves it, to its request.

Each step is claimed by lease and done with no connection to the database held; what was found is written in one transaction. A step that
fails again and again goes on without its result: the scan is kept, said, and an agent types.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import structlog

from channels.paper import bounds, decision, giving, glance, letters
from channels.paper.cut import Page, Piece, cut
from channels.paper.decision import Decision
from channels.paper.letters import Letter
from channels.paper.propose import propose
from channels.paper.take import queries
from grc import files
from grc.actions.accept import accept
from grc.clock import PARIS
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Unavailable
from grc.messages.marks import Marks, SheetMark
from grc.messages.model import Accepted

log = structlog.get_logger()

OLDEST_SHEET = timedelta(days=366)
NOTHING = "Aucune page écrite n’a été trouvée dans ce fichier."
GAVE_UP = "La lecture a échoué plusieurs fois : le document est gardé tel quel."


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that waits to be cut, claimed."""

    collectivity_id: int
    id: int
    source: str
    digest: bytes
    service_id: int
    arrived_on: date
    tries: int


@dataclass(frozen=True, slots=True)
class Reader:
    """Does the steps."""

    db: Database
    marks: Marks
    clock: Callable[[], datetime]

    async def claim_scans(self, most: int) -> Sequence[Scan]:
        """Leases files to be cut."""
        now = self.clock()
        async with self.db.transaction(WORKER) as tx:
            return [Scan(**row) async for row in queries.claim_scans(tx.conn, now=now, until=now + bounds.LEASE, most=most)]

    async def claim_letters(self, most: int, states: Sequence[str]) -> Sequence[tuple[int, int]]:
        """Leases letters in these states (`reading`, `decided`): their collectivities and numbers."""
        now = self.clock()
        async with self.db.transaction(WORKER) as tx:
            claimed = queries.claim_letters(tx.conn, now=now, until=now + bounds.LEASE, most=most, states=list(states))
            return [(row["collectivity_id"], row["id"]) async for row in claimed]

    async def cut(self, scan: Scan) -> None:
        """Looks at the pages of a file, and writes its letters."""
        if scan.tries > bounds.MOST_TRIES:
            await self._write_cut(scan, {"trouble": GAVE_UP}, {})
            return
        content = await self._content(scan.collectivity_id, scan.digest)
        async with self._held(queries.renew_scan, scan), glance.pages(content) as seen:
            shown = {page["number"]: seen.content(f"{page['number']}.jpg") for page in seen.found.get("pages", ()) if page["width"]}
            await self._write_cut(scan, seen.found, shown)

    async def _write_cut(self, scan: Scan, found: dict[str, Any], shown: dict[int, bytes]) -> None:
        now, where = self.clock(), {"collectivity_id": scan.collectivity_id}
        pages, total, trouble = found.get("pages", []), int(found.get("total", 0)), str(found.get("trouble", ""))
        digests = {number: await files.keep(self.db.store, content) for number, content in shown.items()}
        sizes = {page["number"]: (page["width"], page["height"]) for page in pages}
        async with self.db.transaction(WORKER) as tx:
            if await queries.cut(tx.conn, **where, id=scan.id, tries=scan.tries, pages=total, detail=trouble) is None:
                return
            await files.record(tx, scan.collectivity_id, [(digests[number], content) for number, content in shown.items()])
            numbers = sorted(shown)
            await queries.add_pages(
                tx.conn, **where, scan_id=scan.id, numbers=numbers, digests=[digests[n] for n in numbers],
                widths=[sizes[n][0] for n in numbers], heights=[sizes[n][1] for n in numbers],
            )  # fmt: skip
            known = {row["id"] async for row in queries.services(tx.conn, **where)}
            for position, piece in enumerate(self._pieces(scan, pages, total), 1):
                sheet = piece.sheet if piece.sheet is not None and piece.sheet.service_id in known else None
                await queries.add_letter(
                    tx.conn, **where, scan_id=scan.id, position=position, pages=list(piece.pages),
                    state="reading" if piece.pages else "waiting", reference=piece.reference,
                    service_id=sheet.service_id if sheet else scan.service_id,
                    arrived_on=_arrived_on(piece.sheet, scan.arrived_on, now.astimezone(PARIS).date()), on_sheet=sheet is not None,
                    detail=trouble or ("" if piece.pages else NOTHING), now=now,
                )  # fmt: skip

    def _pieces(self, scan: Scan, pages: Sequence[dict[str, Any]], total: int) -> Sequence[Piece]:
        if len(pages) < total:  # too long to be cut: one letter, of which the first pages are read
            return (Piece(tuple(page["number"] for page in pages)),)
        read = (Page(page["blank"], tuple(mark for code in page["codes"] if (mark := self.marks.read(code)))) for page in pages)
        return cut(list(read), scan.collectivity_id) or (Piece(()),)

    async def step(self, key: tuple[int, int]) -> None:
        """Reads a letter that was cut, or gives one that is decided."""
        async with self.db.transaction(WORKER) as tx:
            found = await letters.read(tx, [key])
        for letter in found:
            if letter.state == "reading":
                await self._read(letter)
            elif letter.state == "decided":
                await self.give(letter)

    async def _read(self, letter: Letter) -> None:
        if letter.tries > bounds.MOST_TRIES:
            await self._write_read(letter, {"trouble": GAVE_UP}, None, None)
            return
        content = await self._content(letter.collectivity_id, letter.digest)
        async with self._held(queries.renew_letter, letter), glance.letter(content, letter.pages) as seen:
            part, read = (seen.content(name) if (name := seen.found.get(made)) else None for made in ("part", "read"))
            await self._write_read(letter, seen.found, part, read)

    async def _write_read(self, letter: Letter, found: dict[str, Any], part: bytes | None, read: bytes | None) -> None:
        now = self.clock()
        text = str(found.get("text", "")).replace("\x00", "").replace("\f", "\n\n").strip()
        kept = [(await files.keep(self.db.store, content), content) for content in (part, read) if content]
        digests = {content: digest for digest, content in kept}
        proposal = decision.kept(propose(text, now.astimezone(PARIS).date()))
        async with self.db.transaction(WORKER) as tx:
            await files.record(tx, letter.collectivity_id, kept)
            decided = await _continued(tx, letter, proposal)
            await queries.read(
                tx.conn, collectivity_id=letter.collectivity_id, id=letter.id, tries=letter.tries, text=text, proposed=proposal,
                state="decided" if decided else "waiting", decided=decided.kept() if decided else None,
                detail=str(found.get("trouble", "")), original=digests.get(part) if part else None,
                searchable=digests.get(read) if read else None, now=now,
            )  # fmt: skip

    async def give(self, letter: Letter) -> None:
        """Hands a decided letter to the ledger, once: whoever dies between the two commits does it again, and it is the same arrival."""
        assert letter.decided is not None
        arrival = decision.arrival(letter, Decision.of(letter.decided), await giving.attached(self.db, letter))
        taken = await accept(self.db, arrival, decision.received_at(letter.arrived_on, letter.taken_at))
        if not isinstance(taken, Accepted):
            log.warning("paper.put_off", letter=letter.id, why=taken.reason)
            return
        async with self.db.transaction(WORKER) as tx:
            await queries.given(tx.conn, collectivity_id=letter.collectivity_id, id=letter.id, received_id=taken.received_id)

    @asynccontextmanager
    async def _held(self, renew: Callable[..., Any], held: Scan | Letter) -> AsyncIterator[None]:
        """Renews a lease as long as the block lasts."""

        async def again() -> None:
            while True:
                await asyncio.sleep(bounds.LEASE.total_seconds() / 4)
                try:
                    async with self.db.transaction(WORKER) as tx:
                        await renew(
                            tx.conn, collectivity_id=held.collectivity_id, id=held.id, tries=held.tries, until=self.clock() + bounds.LEASE
                        )
                except Unavailable as error:  # it may run out: then another does the work, and the count of tries tells whose counts
                    log.warning("paper.not_renewed", error=str(error))

        renewing = asyncio.create_task(again())
        try:
            yield
        finally:
            renewing.cancel()

    async def _content(self, collectivity_id: int, digest: bytes) -> bytes:
        async with self.db.transaction(WORKER) as tx:
            return await files.get(tx, collectivity_id, digest)


async def _continued(tx: Transaction, letter: Letter, proposal: Mapping[str, str]) -> Decision | None:
    """The request that the mark of one of our letters names goes on, within the same collectivity or as what it passed on; None else."""
    if not letter.reference:
        return None
    row = await queries.ticket(tx.conn, collectivity_id=letter.collectivity_id, reference=letter.reference)
    if row is None:
        return None
    return Decision(name=proposal.get("name", "") or row["requester_name"], subject=proposal.get("subject", ""), ticket=row["id"])


def _arrived_on(sheet: SheetMark | None, otherwise: date, today: date) -> date:
    """The day of a cover sheet, unless it lies ahead or long behind: then that of the file."""
    return sheet.day if sheet is not None and today - OLDEST_SHEET < sheet.day <= today else otherwise
