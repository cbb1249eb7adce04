"""One pass over a folder: what came after our progress goes into the ledger, and only then does the progress move."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from channels.email import progress
from channels.email.imap import Imap, Listed, Refused, Trouble
from channels.email.marks import marks
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
REFUSALS = 3  # of the ledger in a row, after which it is away, and not one mail at fault


START = Progress(0, 0)
AGAIN = replace(WORKER, repeatable=True)  # progress that is lost with the server is read again, and the ledger knows each mail


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
    broke: Counter[int] = field(default_factory=Counter)  # how often a mail broke the connection that asked for it
    refused: set[int] = field(default_factory=set)  # the ledger did not take them when they were offered
    behind: int = 0  # mails that are known to wait
    window: int = WINDOW  # smaller while a mail that breaks the connection is being found
    failures: int = 0  # in a row, since the last whole pass

    def start(self, at: Progress) -> None:
        """Goes on from what the database says; a folder numbered anew makes all that is remembered void."""
        if at.uidvalidity != self.progress.uidvalidity:
            self.ahead.clear()
            self.broke.clear()
            self.refused.clear()
        self.ahead = {uid for uid in self.ahead if uid > at.last_uid}
        self.progress = at

    def suspects(self, uid: int) -> bool:
        """Whether this mail made trouble before."""
        return uid in self.broke or uid in self.refused


async def collect(imap: Imap, box: Mailbox, reading: Reading, house: House) -> None:
    """Takes everything that is new. Raises Trouble where the connection breaks, NotTaken where something must wait.

    Mails that made trouble before come last and one by one, so that they delay none of the others.
    """
    uids = await imap.after(reading.progress.last_uid)
    if not uids:
        await _nothing_new(box, house)
        return
    line = _Line(uids)
    refused = in_a_row = 0
    fresh = [uid for uid in uids if uid not in reading.ahead and not reading.suspects(uid)]
    suspect = [uid for uid in uids if uid not in reading.ahead and reading.suspects(uid)]
    reading.behind = len(fresh) + len(suspect)
    for window in _windows(fresh, suspect, reading):
        listed = await _sizes(imap, window, reading)
        for portion in _portions(window, listed, house.most_bytes):
            settled = await _take(imap, box, [listed[uid] for uid in portion if uid in listed], reading, house)
            taken = [uid for uid in portion if uid in settled or uid not in listed]  # who is no longer there was deleted
            reading.ahead.update(taken)
            reading.refused.update(set(portion) - set(taken))
            reading.refused.difference_update(taken)
            refused += len(portion) - len(taken)
            reading.behind -= len(taken)
            in_a_row = 0 if taken else in_a_row + len(portion)
            await _advance(imap, box, [listed[uid] for uid in settled], line.reached(reading.ahead), reading, house)
            if in_a_row >= REFUSALS:
                raise NotTaken("le registre ne prend rien pour l’instant")
    if refused:
        raise NotTaken(f"{refused} courriel(s) à reprendre : le registre ne les prend pas pour l’instant")


def _windows(fresh: Sequence[int], suspect: Sequence[int], reading: Reading) -> Iterator[Sequence[int]]:
    """Mails to ask about together. `reading.window` grows again only when all the fresh ones went through."""
    for start in range(0, len(fresh), reading.window):
        yield fresh[start : start + reading.window]
    reading.window = WINDOW
    for uid in suspect:
        yield [uid]


class _Line:
    """The mails of a pass in their order, and how far all of them are taken."""

    def __init__(self, uids: Sequence[int]) -> None:
        self._uids = uids
        self._next = 0

    def reached(self, taken: Set[int]) -> int:
        """The last mail before the first one that is not taken; 0 where that is the very first."""
        while self._next < len(self._uids) and self._uids[self._next] in taken:
            self._next += 1
        return self._uids[self._next - 1] if self._next else 0


async def _sizes(imap: Imap, window: Sequence[int], reading: Reading) -> dict[int, Listed]:
    """What the server says of mails before they are fetched. It may fail on one of them: then a smaller window is tried next."""
    if len(window) == 1 and reading.broke[window[0]] >= GIVE_UP:
        return {window[0]: Listed(window[0], 0, "")}
    try:
        return await imap.sizes(window)
    except (Trouble, Refused):
        reading.window = max(1, len(window) // 8)
        if len(window) == 1:
            reading.broke[window[0]] += 1
        raise


def _portions(window: Sequence[int], listed: dict[int, Listed], most: int) -> Iterator[list[int]]:
    """Mails to fetch together: a few, not much in all; a large one by itself."""
    portion: list[int] = []
    weight = 0
    for uid in window:
        size = listed[uid].size if uid in listed else 0
        alone = size > min(PORTION_BYTES, most)
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


async def _take(imap: Imap, box: Mailbox, portion: Sequence[Listed], reading: Reading, house: House) -> list[int]:
    """Hands a portion to the ledger; those of them that it has now."""
    if not portion:
        return []
    size = sum(mail.size for mail in portion)
    async with house.large if PORTION_BYTES < size <= house.most_bytes else nullcontext():
        raws, left = await _fetch(imap, box, portion, reading, house.most_bytes)
        meta = {"by": "imap", "folder": box.folder, "uidvalidity": reading.progress.uidvalidity, **left}
        return [mail.uid for mail in portion if mail.uid not in raws or await _accepted(box, mail, raws.pop(mail.uid), meta, house)]


async def _fetch(
    imap: Imap, box: Mailbox, portion: Sequence[Listed], reading: Reading, most: int
) -> tuple[dict[int, bytes], Mapping[str, Any]]:
    """The bytes of a portion; of a mail that is too large or that breaks every connection what stands in for it, and what the ledger is to
    know of that."""
    first = portion[0]
    place = f"la boîte {box.address}, dossier {box.folder}"
    try:
        if len(portion) == 1 and (first.size > most or reading.broke[first.uid] >= GIVE_UP):
            why = "too_large" if first.size > most else "unreadable"
            headers = b""
            if reading.broke[first.uid] < GIVE_UP_ON_HEADERS:
                headers = (await imap.fetch([first.uid], most, "HEADER")).get(first.uid, b"")
            log.warning("mail.left_on_server", account=box.address, uid=first.uid, size=first.size, why=why)
            return {first.uid: stand_in(headers, why, first.size, most, place)}, {"left": why, "size": first.size, "most": most}
        return await imap.fetch([mail.uid for mail in portion], sum(mail.size for mail in portion)), {}
    except (Trouble, Refused):
        reading.broke.update(mail.uid for mail in portion)
        raise


async def _accepted(box: Mailbox, mail: Listed, raw: bytes, meta: Mapping[str, Any], house: House) -> bool:
    """Whether the ledger has this mail now. What goes wrong with one mail is told, and never stops those behind it."""
    arrival = Arrival(
        channel="email",
        account=box.address,
        source_id=source_id(raw, mail.date or f"{meta['uidvalidity']}.{mail.uid}"),
        raw=raw,
        collectivity_id=box.account.collectivity_id,
        meta={**meta, "uid": mail.uid},
        keys=marks(raw, {"rcpt_to": [box.address]}),
    )
    try:
        answer = await house.accept(arrival)
    except Exception:
        log.exception("mail.accept_failed", account=box.address, uid=mail.uid)
        return False
    if isinstance(answer, Rejected):
        log.warning("mail.rejected", account=box.address, uid=mail.uid, reason=answer.reason)
    return isinstance(answer, Accepted | Rejected)


async def _nothing_new(box: Mailbox, house: House) -> None:
    async with house.db.transaction(AGAIN) as tx:
        await accounts.note(tx, box.account, {"checked_at": house.now().isoformat(), "behind": 0})


async def _advance(imap: Imap, box: Mailbox, settled: Sequence[Listed], reached: int, reading: Reading, house: House) -> None:
    """Tidies what was taken as the operator wished, then moves the progress up to the first mail that is not taken."""
    trouble = await _tidy(imap, box, [mail.uid for mail in settled])
    now = house.now()
    patch: dict[str, Any] = {"checked_at": now.isoformat(), "behind": reading.behind}
    if trouble:
        patch |= {"last_error": trouble, "last_error_at": now.isoformat()}
    if settled:
        patch |= {"last_message_at": now.isoformat(), "lag": _lag(settled[-1].date, now)}
    moved = reached > reading.progress.last_uid
    async with house.db.transaction(AGAIN) as tx:
        if moved:
            await progress.write(tx, box.account, box.folder, Progress(reading.progress.uidvalidity, reached))
        await accounts.note(tx, box.account, patch)
    if moved:
        reading.progress = Progress(reading.progress.uidvalidity, reached)
    for mail in settled:
        reading.broke.pop(mail.uid, None)


def _lag(arrived: str, now: datetime) -> int | None:
    """Whole seconds from the arrival of a mail at its server, as INTERNALDATE says it, to its place in the ledger."""
    try:
        at = datetime.strptime(arrived.strip(), "%d-%b-%Y %H:%M:%S %z")
    except ValueError:
        return None
    return max(0, int((now - at).total_seconds()))


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
