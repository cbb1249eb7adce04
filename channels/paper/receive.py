"""The working half of letters that come: folders are watched, files cut, letters read and given; nothing waits unseen for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from channels.paper import decision, letters
from channels.paper.folder import Folder, look
from channels.paper.reading import Reader, Scan
from channels.paper.take import queries
from grc.db.transaction import WORKER, Database
from grc.errors import Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.queue.work import work

log = structlog.get_logger()

LOOK_SECONDS = 2.0
FORGOTTEN_SECONDS = 60.0
FORGOTTEN = timedelta(hours=24)  # a letter that nobody has confirmed by then opens a request that says so
MOST_FORGOTTEN = 50


async def watch(db: Database, reader: Reader, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    """Does all of it until `stop`. Reading is one file and one letter at a time, in processes that everything else goes before."""
    cutting, reading = asyncio.Event(), asyncio.Event()

    async def cut(scan: Scan) -> None:
        await reader.cut(scan)
        reading.set()

    async def to_read(_most: int) -> Sequence[tuple[int, int]]:
        return await reader.claim_letters(1, ["reading"])

    async def to_scan(_most: int) -> Sequence[Scan]:
        return await reader.claim_scans(1)

    async def to_give(most: int) -> Sequence[tuple[int, int]]:
        return await reader.claim_letters(most, ["decided"])

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_folders(db, clock, cutting, stop))
        tasks.create_task(work("paper cut", to_scan, cut, cutting, stop, at_once=1))
        tasks.create_task(work("paper read", to_read, reader.step, reading, stop, at_once=1))
        tasks.create_task(work("paper give", to_give, reader.step, asyncio.Event(), stop, at_once=2))
        tasks.create_task(_forgotten(db, clock, stop))


async def _folders(db: Database, clock: Callable[[], datetime], wake: asyncio.Event, stop: asyncio.Event) -> None:
    known: dict[int, Folder] = {}
    while not stop.is_set():
        try:
            async with db.transaction(WORKER) as tx:
                mine = [one for one in await accounts.active(tx, clock()) if one.channel == "paper" and not one.paused]
            known = {one.id: known[one.id] if one.id in known and known[one.id].account == one else Folder(one) for one in mine}
            for folder in known.values():
                if await _looked(db, folder, clock):
                    wake.set()
        except Unavailable as error:
            log.warning("paper.database_away", error=str(error))
        await _pause(stop, LOOK_SECONDS)


async def _looked(db: Database, folder: Folder, clock: Callable[[], datetime]) -> int:
    trouble, taken = "", 0
    try:
        taken = await look(db, folder, clock)
    except OSError as error:
        trouble = f"{folder.path} ne peut pas être lu : {error.strerror}"
    except Unavailable:
        raise
    except Exception:  # one folder never stops the others
        log.exception("paper.folder_failed", folder=str(folder.path))
        trouble = "la prise des fichiers a échoué : voyez le journal"
    if taken or trouble != folder.account.state.get("trouble", ""):
        await _note(db, folder.account, {"trouble": trouble} | ({"taken_at": clock().isoformat()} if taken else {}))
    return taken


async def _note(db: Database, account: Account, patch: dict[str, str]) -> None:
    async with db.transaction(WORKER) as tx:
        await accounts.note(tx, account, patch)


async def _forgotten(db: Database, clock: Callable[[], datetime], stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await decide_forgotten(db, clock())
        except Unavailable as error:
            log.warning("paper.database_away", error=str(error))
        await _pause(stop, FORGOTTEN_SECONDS)


async def decide_forgotten(db: Database, now: datetime) -> int:
    """Lets letters that waited too long open a request by themselves, which says so; how many those were."""
    async with db.transaction(WORKER) as tx:
        rows = queries.forgotten(tx.conn, before=now - FORGOTTEN, most=MOST_FORGOTTEN)
        found = await letters.read(tx, [(row["collectivity_id"], row["id"]) async for row in rows])
        for letter in found:
            said = decision.proposed(letter, decision.UNCONFIRMED)
            await queries.decide(
                tx.conn, collectivity_id=letter.collectivity_id, id=letter.id, decided=said.kept(), agent_id=None,
                service_id=letter.service_id, arrived_on=letter.arrived_on, now=now,
            )  # fmt: skip
    return len(found)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        pass
