"""Tables of calls that other switchboards and operators give: a CSV file with a head, whose columns the account names. Pure.

The `mapping` of an account is `what=column` with semicolons: `id=Référence; start=Début; from=Appelant; to=Appelé; talk=Durée`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from channels.phone.event import Unreadable
from channels.phone.heard import LONGEST, Heard
from grc.people.phone import line, number

FORMAT = "csv"
KNOWN = ("id", "start", "answer", "end", "duration", "talk", "from", "to", "direction", "user", "queue", "status")
NEEDED = ("start", "from", "to")
_WAYS = {
    "in": "in", "inbound": "in", "incoming": "in", "entrant": "in", "entrée": "in", "reçu": "in",
    "out": "out", "outbound": "out", "outgoing": "out", "sortant": "out", "émis": "out",
    "internal": "internal", "interne": "internal",
}  # fmt: skip
_ANSWERED = frozenset({"answered", "answer", "répondu", "décroché", "abouti", "connected", "ok", "oui", "yes", "true", "1"})
_WRITTEN = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")


def mapping(text: str) -> Mapping[str, str]:
    """Which column is what. Raises ValueError with the mend, in French."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        what, equals, column = (part.strip() for part in pair.partition("="))
        if not equals or not column or what not in KNOWN:
            raise ValueError(f"« {pair[:60]} »\u00a0: écrivez sorte=colonne, où la sorte est l’une de {', '.join(KNOWN)}")
        found[what] = column
    if missing := [what for what in NEEDED if what not in found]:
        raise ValueError(f"il manque {', '.join(missing)}")
    return found


def is_head(row: Sequence[str], named: Mapping[str, str]) -> bool:
    """Whether a row is the head of such a table."""
    here = {_folded(cell) for cell in row}
    return bool(named) and all(_folded(named[what]) in here for what in NEEDED)


def heard(head: Sequence[str], row: Sequence[str], named: Mapping[str, str], zone: ZoneInfo, stand_in: str) -> Sequence[Heard]:
    """What a row says; `stand_in` names its call where no column does. Raises Unreadable."""
    if len(row) != len(head):
        raise Unreadable(f"{len(row)} colonnes, {len(head)} dans l’en-tête")
    cells = {_folded(name): cell.strip() for name, cell in zip(head, row, strict=True)}
    said = {what: cells.get(_folded(column), "") for what, column in named.items()}
    start = moment(said["start"], zone)
    if start is None:
        raise Unreadable(f"date illisible\u00a0: « {said['start'][:40]} »")
    duration, talked = _length(said.get("duration", "")), _length(said.get("talk", ""))
    answered = moment(said.get("answer", ""), zone)
    end = moment(said.get("end", ""), zone) or start + timedelta(seconds=duration or talked)
    status = _folded(said.get("status", ""))
    taken = status in _ANSWERED or (not status and bool(answered or talked))
    call_id, desk = said.get("id") or stand_in, line(said.get("user", "")[:LONGEST])
    way = _WAYS.get(_folded(said.get("direction", "")), "")
    found = [
        Heard(call_id, "ring", start, number(said["from"]), number(said["to"]), way, queue=said.get("queue", "")[:LONGEST], recorded=True),
        Heard(call_id, "hangup", end, cause="normalClearing" if taken else "noAnswer", recorded=True),
    ]
    if taken:
        at = answered or max(start, end - timedelta(seconds=talked))
        found.append(Heard(call_id, "answer", at, lines=(desk,) if desk else (), recorded=True))
    return found


def moment(text: str, zone: ZoneInfo) -> datetime | None:
    """A moment as tables write it (ISO 8601, 24/11/2026 10:12:05, seconds since 1970); of the zone where it names none."""
    try:
        if text.isdecimal() and 9 <= len(text) <= 11:
            return datetime.fromtimestamp(int(text), UTC)
        return _zoned(datetime.fromisoformat(text), zone)
    except (ValueError, OverflowError, OSError):
        pass
    for written in _WRITTEN:
        try:
            return _zoned(datetime.strptime(text, written), zone)  # noqa: DTZ007 - its zone is given at once
        except ValueError:
            continue
    return None


def _zoned(at: datetime, zone: ZoneInfo) -> datetime:
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _length(text: str) -> int:
    """Seconds of « 75 », « 01:15 », « 0:01:15 »; 0 for anything else."""
    parts = text.split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and len(part) < 8 for part in parts):
        return 0
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    return total


def _folded(text: str) -> str:
    return " ".join(text.replace("\ufeff", "").lower().split())
