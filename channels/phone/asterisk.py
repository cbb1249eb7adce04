"""Lines of Asterisk's `Master.csv` (cdr_csv): sixteen columns without a head, and up to five more as `cdr.conf` has them. Pure.

Order of the columns: cdr/cdr_csv.c. A call that rings several desks, or is passed on, is several lines with one `linkedid`, or one
`uniqueid` each where that was not asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from channels.phone.event import Unreadable
from channels.phone.heard import LONGEST, Heard
from grc.people.phone import line, number

FORMAT = "asterisk"
COLUMNS = (
    "accountcode", "src", "dst", "dcontext", "clid", "channel", "dstchannel", "lastapp", "lastdata", "start", "answer", "end", "duration",
    "billsec", "disposition", "amaflags",
)  # fmt: skip
_NEW = ("peeraccount", "linkedid", "sequence")  # newcdrcolumns=yes
# How many columns there are says which ones follow.
_MORE: Mapping[int, Sequence[str]] = {
    16: (), 17: ("uniqueid",), 18: ("uniqueid", "userfield"), 19: _NEW, 20: ("uniqueid", *_NEW), 21: ("uniqueid", "userfield", *_NEW),
}  # fmt: skip
_UNIQUE = re.compile(r"(?:.*-)?(\d{9,11})\.\d+")
_CHANNEL = re.compile(r"^[A-Za-z0-9]+/([^/@-]+(?:-[^/@-]+)*?)(?:@[^/]*)?-[0-9a-f]{8}(?:;[12])?$")
_CAUSES = {"ANSWERED": "normalClearing", "NO ANSWER": "noAnswer", "BUSY": "busy", "FAILED": "notFound", "CONGESTION": "congestion"}
_NOBODY = ("voicemail", "playback", "background", "hangup", "congestion", "busy")  # an application answered, not a person


def is_line(row: Sequence[str]) -> bool:
    """Whether a row looks like one of these."""
    return len(row) in _MORE and re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", row[9]) is not None


def heard(row: Sequence[str], zone: ZoneInfo, stand_in: str) -> Sequence[Heard]:
    """What a line says; `stand_in` names its call where Asterisk does not. Raises Unreadable."""
    if len(row) not in _MORE:
        raise Unreadable(f"{len(row)} colonnes\u00a0: une ligne d’Asterisk en a de 16 à 21")
    said = dict(zip((*COLUMNS, *_MORE[len(row)]), row, strict=True))
    born = _UNIQUE.fullmatch(said.get("linkedid") or said.get("uniqueid") or "")
    call_id = born[0] if born else stand_in  # one column more may be a userfield
    duration, talked = _seconds(said["duration"]), _seconds(said["billsec"])
    start = _start(said["start"], zone, born)
    end = start + timedelta(seconds=duration)
    disposition = said["disposition"].upper()
    if disposition not in _CAUSES:
        raise Unreadable(f"issue inconnue\u00a0: « {said['disposition'][:40]} »")
    desk = _desk(said["dstchannel"])
    taken = disposition == "ANSWERED" and bool(said["dstchannel"]) and said["lastapp"].lower() not in _NOBODY
    caller, called = number(said["src"]) or number(said["clid"]), number(said["dst"]) or desk
    found = [
        Heard(call_id, "ring", start, caller, called, queue=_queue(said), recorded=True),
        Heard(call_id, "hangup", end, cause=_cause(disposition, taken=taken), recorded=True),
    ]
    if taken:
        desks = (desk,) if desk else ()
        found.append(Heard(call_id, "answer", end - timedelta(seconds=talked), lines=desks, recorded=True))
    return found


def _cause(disposition: str, *, taken: bool) -> str:
    """An application that answered is nobody."""
    return "noAnswer" if disposition == "ANSWERED" and not taken else _CAUSES[disposition]


def _start(text: str, zone: ZoneInfo, born: re.Match[str] | None) -> datetime:
    """A time of the clock on the wall. In the hour that comes twice, that of the two which is nearer to when the call was born, which its
    number tells; the first where there is none."""
    try:
        shown = datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)
    except ValueError:
        raise Unreadable(f"date illisible\u00a0: « {text[:40]} »") from None
    twice = [shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)]
    if born is None:
        return twice[0]
    at = int(born[1])
    return min(twice, key=lambda moment: abs(moment.timestamp() - at))


def _seconds(text: str) -> int:
    if not text.isdecimal() or len(text) > 7:
        raise Unreadable(f"durée illisible\u00a0: « {text[:40]} »")
    return int(text)


def _desk(channel: str) -> str:
    """The desk of a channel: « PJSIP/214-0000002f » is 214."""
    found = _CHANNEL.match(channel)
    return line(found[1])[:LONGEST] if found else ""


def _queue(said: Mapping[str, str]) -> str:
    return said["lastdata"].partition(",")[0][:LONGEST] if said["lastapp"].lower() == "queue" else ""
