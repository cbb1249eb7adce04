"""The bytes of an arrival become what was heard of calls: an event, a record, or a piece of a file. Pure, bounded, never raises."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from channels.phone import asterisk, event, freeswitch, table
from channels.phone.event import Unreadable
from channels.phone.heard import LONGEST, Heard
from grc.messages.model import InboundMessage, Received

EVENT = "event"
MOST_DEFECTS = 100
FIRST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # the clock of a switchboard, and the zone it is set to, may be wrong
IMPOSSIBLE = "date impossible"


@dataclass(frozen=True, slots=True)
class Read:
    """What an arrival holds. `rejected` are lines that say nothing, each with why, in French; numbers are those of the file."""

    format: str
    lines: int
    heard: Sequence[Heard]
    rejected: Sequence[tuple[int, str]]


def read(received: Received) -> Read:
    """What is in these bytes, by what their arrival says they are."""
    form = received.meta.get("form", EVENT)
    if form in (asterisk.FORMAT, table.FORMAT):
        return _lines(form, received)
    try:
        if form == freeswitch.FORMAT:
            return Read(form, 1, within(freeswitch.heard(freeswitch.document(received.raw)), received.received_at), ())
        said = event.fields(received.raw, str(received.meta.get("type", "")))
        return Read(EVENT, 1, (event.heard(said, received.received_at),), ())
    except Unreadable as error:
        return Read(str(form), 1, (), ((_first(received.meta), str(error)),))
    except (RecursionError, ValueError, OverflowError) as error:
        return Read(str(form), 1, (), ((_first(received.meta), f"illisible\u00a0: {error}"[:300]),))


def parse(received: Received) -> InboundMessage:
    """The same, as every channel tells it: it is never shown as a message, since each arrival is settled by its calls."""
    if received.meta.get("form") in (asterisk.FORMAT, table.FORMAT):
        return InboundMessage(date=received.received_at, subject="Journal d’appels", may_answer=False)  # `weigh` reads it: once is enough
    found = read(received)
    numbers = sorted({one.caller for one in found.heard if one.caller})
    return InboundMessage(
        date=received.received_at,
        subject="Appel téléphonique",
        phone=numbers[0] if len(numbers) == 1 else "",
        may_answer=False,
        defects=tuple(f"ligne {line}\u00a0: {why}" for line, why in found.rejected[:MOST_DEFECTS]),
    )


def within(heard: Sequence[Heard], came_at: datetime) -> Sequence[Heard]:
    """What a record says, where it may be true. Raises Unreadable where its moments lie before any switchboard or after it came, since a
    number that is spoken with in a thousand years would never be called back, and where it names its call at impossible length."""
    for one in heard:
        if not FIRST < one.at < came_at + AHEAD:
            raise Unreadable(IMPOSSIBLE)
        if len(one.call_id) > LONGEST:
            raise Unreadable(f"le nom de l’appel a plus de {LONGEST} caractères")
    return heard


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-8, else as Windows writes, each line by itself."""
    try:
        return raw.decode("utf-8-sig").replace("\0", "")
    except UnicodeDecodeError:
        return "\n".join(_decoded_line(line) for line in raw.split(b"\n")).replace("\0", "")


def _decoded_line(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def cells(line: str, delimiter: str = ",") -> Sequence[str]:
    """The cells of one line."""
    return next(csv.reader(io.StringIO(line), delimiter=delimiter), [])


def _first(meta: Mapping[str, object]) -> int:
    first = meta.get("first", 1)
    return first if isinstance(first, int) else 1


def _lines(form: str, received: Received) -> Read:
    meta = received.meta
    zone, named = ZoneInfo(str(meta.get("zone") or "Europe/Paris")), table.mapping(str(meta["mapping"])) if meta.get("mapping") else {}
    head, delimiter = meta.get("head") or (), str(meta.get("delimiter") or ",")
    ranks: Mapping[str, int] = meta.get("ranks") or {}
    found: list[Heard] = []
    rejected = []
    first, count = _first(meta), 0
    for place, line in enumerate(decoded(received.raw).split("\n")):
        if not line.strip():
            continue
        count += 1
        try:
            row = cells(line.rstrip("\r"), delimiter)
            stand_in = _stand_in(line, ranks.get(str(place), 0))
            if form == table.FORMAT:
                found += within(table.heard(head, row, named, zone, stand_in), received.received_at)
            else:
                found += within(asterisk.heard(row, zone, stand_in), received.received_at)
        except OverflowError:
            rejected.append((first + place, IMPOSSIBLE))
        except (csv.Error, ValueError) as error:
            rejected.append((first + place, str(error)))
    return Read(form, count, found, rejected)


def _stand_in(line: str, rank: int) -> str:
    """What names a call that its record does not: the same line is the same call, unless it stands there a second time."""
    return f"{hashlib.sha256(line.strip().encode()).hexdigest()[:24]}.{rank}"
