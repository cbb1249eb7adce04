"""One pass over a folder: what came after our progress goes into the ledger, and only then does the progress move."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from channels.email import progress
from channels.email.imap import Imap, Listed, Refused, Trouble
from channels.email.progress import Progress
from channels.email.settings import Mailbox
from channels.email.stand_in import source_id, stand_in
from grc.db.transaction import WORKER, Database
from grc.messages import accounts
from grc.messages.channel import Accept
from grc.messages.model import Accepted, Arrival, Rejected

log = structlog.get_logger()

WINDOW = 200  # mails asked for at once: the library recurses once per line of an answer
PORTION_COUNT = 20
PORTION_BYTES = 1024 * 1024
GIVE_UP = 5  # times a mail may break the connection before it is left where it is, and recorded
GIVE_UP_ON_HEADERS = GIVE_UP + 2
REFUSALS_IN_A_ROW = 3  # of the ledger, after which it is away, and not one mail at fault


START = Progress(0, 0)


class NotTaken(Exception):
    """The ledger takes nothing, or not everything, for now; the mail stays where it is and is offered again."""


@dataclass(frozen=True, slots=True)
class House:
    """What collecting needs of the house."""

    db: Database
    accept: Accept
    now: Callable[[], datetime]
    most_bytes: int
    large: asyncio.Semaphore


@dataclass(slots=True)
class Reading:
    """What a mailbox's supervisor remembers between connections. Only `progress` matters; the rest saves work."""

    progress: Progress = START
    ahead: set[int] = field(default_factory=set)  # taken, though one before them is not
    broke: Counter[int] = field(default_factory=Counter)  # how often a mail broke the connection that fetched it
    failures: int = 0  # in a row, since the last whole pass

    def start(self, at: Progress) -> None:
        """Goes on from what the database says; a folder numbered anew makes all that is remembered void."""
        if at.uidvalidity != self.progress.uidvalidity:
            self.ahead.clear()
            self.broke.clear()
        self.progress = at


async def collect(imap: Imap, box: Mailbox, reading: Reading, house: House) -> None:
    """Takes everything that is new. Raises Trouble where the connection breaks, NotTaken where something must wait."""
    waiting: list[int] = []
    uids = await imap.after(reading.progress.last_uid)
    for start in range(0, len(uids), WINDOW):
        window = uids[start : start + WINDOW]
        listed = await imap.sizes([uid for uid in window if uid not in reading.ahead])
        for portion in _portions(window, listed, reading, house.most_bytes):
            settled, refused = await _take(imap, box, [listed[uid] for uid in portion if uid in listed], reading, house)
            waiting += refused
            reading.ahead.update(uid for uid in portion if uid not in refused)
            await _advance(imap, box, settled, portion[-1], waiting, reading, house)
            if len(waiting) >= REFUSALS_IN_A_ROW:
                raise NotTaken("le registre ne prend rien pour l’instant")
    if waiting:
        raise NotTaken(f"{len(waiting)} courriel(s) à reprendre : le registre ne les prend pas pour l’instant")


def _portions(window: Sequence[int], listed: dict[int, Listed], reading: Reading, most: int) -> Iterator[list[int]]:
    """Mails to fetch together: a few, not much in all; a large one, or one that once broke the connection, by itself."""
    portion: list[int] = []
    weight = 0
    for uid in window:
        size = listed[uid].size if uid in listed else 0
        alone = uid in reading.broke or size > PORTION_BYTES
        if portion and (alone or len(portion) == PORTION_COUNT or weight + size > PORTION_BYTES):
            yield portion
            portion, weight = [], 0
        portion.append(uid)
        weight += size
        if alone:
            yield portion
            portion, weight = [], 0
    if portion:
        yield portion


async def _take(imap: Imap, box: Mailbox, portion: Sequence[Listed], reading: Reading, house: House) -> tuple[list[int], list[int]]:
    """Hands a portion to the ledger; which of them it has now, and which it does not."""
    settled: list[int] = []
    refused: list[int] = []
    if not portion:
        return settled, refused
    size = sum(mail.size for mail in portion)
    heavy = house.large if PORTION_BYTES < size <= house.most_bytes else None
    if heavy:
        await heavy.acquire()
    try:
        raws = await _fetch(imap, box, portion, reading, house.most_bytes)
        for mail in portion:
            raw = raws.pop(mail.uid, None)
            if raw is None or await _accepted(box, mail, raw, reading.progress.uidvalidity, house):
                settled.append(mail.uid)
            else:
                refused.append(mail.uid)
    finally:
        if heavy:
            heavy.release()
    return settled, refused


async def _fetch(imap: Imap, box: Mailbox, portion: Sequence[Listed], reading: Reading, most: int) -> dict[int, bytes]:
    """The bytes of a portion, or what stands in for a mail that is too large or that breaks every connection."""
    first = portion[0]
    place = f"la boîte {box.address}, dossier {box.folder}"
    try:
        if len(portion) == 1 and (first.size > most or reading.broke[first.uid] >= GIVE_UP):
            why = "too_large" if first.size > most else "unreadable"
            headers = b""
            if reading.broke[first.uid] < GIVE_UP_ON_HEADERS:
                headers = (await imap.fetch([first.uid], most, "HEADER")).get(first.uid, b"")
            log.warning("mail.left_on_server", account=box.address, uid=first.uid, size=first.size, why=why)
            return {first.uid: stand_in(headers, why, first.size, most, place)}
        return await imap.fetch([mail.uid for mail in portion], sum(mail.size for mail in portion))
    except (Trouble, Refused):
        reading.broke.update(mail.uid for mail in portion)
        raise


async def _accepted(box: Mailbox, mail: Listed, raw: bytes, uidvalidity: int, house: House) -> bool:
    """Whether the ledger has this mail now. What goes wrong with one mail is told, and never stops those behind it."""
    arrival = Arrival(
        channel="email",
        account=box.address,
        source_id=source_id(raw, mail.date),
        raw=raw,
        collectivity_id=box.account.collectivity_id,
        meta={"by": "imap", "folder": box.folder, "uidvalidity": uidvalidity, "uid": mail.uid},
    )
    try:
        answer = await house.accept(arrival)
    except Exception:
        log.exception("mail.accept_failed", account=box.address, uid=mail.uid)
        return False
    if isinstance(answer, Rejected):
        log.warning("mail.rejected", account=box.address, uid=mail.uid, reason=answer.reason)
    return isinstance(answer, Accepted | Rejected)


async def _advance(
    imap: Imap, box: Mailbox, settled: Sequence[int], reached: int, waiting: Sequence[int], reading: Reading, house: House
) -> None:
    """Tidies what was taken as the operator wished, then moves the progress up to the first mail that must wait."""
    trouble = await _tidy(imap, box, settled)
    last = min(waiting) - 1 if waiting else reached
    patch = {"last_error": trouble} if trouble else {}
    if settled:
        patch["last_message_at"] = house.now().isoformat()
    moved = last > reading.progress.last_uid
    if moved or patch:
        async with house.db.transaction(WORKER) as tx:
            if moved:
                await progress.write(tx, box.account, box.folder, Progress(reading.progress.uidvalidity, last))
            await accounts.note(tx, box.account, patch)
    if moved:
        reading.progress = Progress(reading.progress.uidvalidity, last)
        reading.ahead = {uid for uid in reading.ahead if uid > last}
        reading.broke = Counter({uid: times for uid, times in reading.broke.items() if uid > last})


async def _tidy(imap: Imap, box: Mailbox, settled: Sequence[int]) -> str:
    """Leaves, flags or moves what was taken. Why that failed, if it did: the mail is in the ledger all the same."""
    if not settled or box.after == "leave":
        return ""
    try:
        if box.after == "seen":
            await imap.mark_seen(settled)
        else:
            await imap.move(settled, box.after.removeprefix("move:"))
    except Refused as error:
        log.warning("mail.not_tidied", account=box.address, error=str(error))
        return f"after={box.after} : {error}"
    return ""
