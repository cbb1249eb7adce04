"""Records of FreeSWITCH's mod_json_cdr: one JSON document a leg, posted when it is over. Pure.

Its values are URL-encoded unless `encode-values` is false. By `encode` the body is a form with one field `cdr` (URL-encoded, the
default, or base64) or the JSON itself. A leg that another call made (`originator`) says nothing that the first one does not.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, unquote_plus

import orjson

from channels.phone.event import Unreadable
from channels.phone.heard import LONGEST, Heard
from grc.messages.envelope import clean
from grc.people.phone import line, number

FORMAT = "freeswitch"
_CAUSES = {
    "NORMAL_CLEARING": "normalClearing", "USER_BUSY": "busy", "ORIGINATOR_CANCEL": "cancel", "LOSE_RACE": "cancel",
    "NO_ANSWER": "noAnswer", "NO_USER_RESPONSE": "noAnswer", "ALLOTTED_TIMEOUT": "noAnswer", "NORMAL_CIRCUIT_CONGESTION": "congestion",
    "SWITCH_CONGESTION": "congestion", "UNALLOCATED_NUMBER": "notFound", "NO_ROUTE_DESTINATION": "notFound",
    "SUBSCRIBER_ABSENT": "notFound", "BLIND_TRANSFER": "forwarded", "ATTENDED_TRANSFER": "forwarded",
}  # fmt: skip
_BRIDGED = ("bridge_uuid", "last_bridge_to", "bridge_channel")


def unwrapped(body: bytes) -> bytes:
    """The JSON document within a body. Raises Unreadable."""
    text = body.strip()
    if not text.startswith(b"cdr="):
        return text
    inside = text[4:]
    decoded = unquote_plus(inside.decode("utf-8", "replace")).encode()
    if decoded.lstrip()[:1] == b"{":
        return decoded
    try:
        return base64.b64decode(unquote(inside.decode("ascii", "replace")), validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("le champ « cdr » n’est ni du JSON ni du base64") from None


def document(body: bytes) -> dict[str, Any]:
    """A record. Raises Unreadable."""
    try:
        read = orjson.loads(unwrapped(body))
    except orjson.JSONDecodeError as error:
        raise Unreadable(f"ce n’est pas du JSON\u00a0: {error}") from None
    if not isinstance(read, dict) or not isinstance(read.get("variables"), dict):
        raise Unreadable("ce n’est pas une fiche de FreeSWITCH (variables)")
    return read


def heard(read: Mapping[str, Any]) -> Sequence[Heard]:
    """What a record says; nothing where it is of a second leg. Raises Unreadable."""
    said = {str(name): _text(value) for name, value in read["variables"].items()}
    profile = _profile(read)
    if "originator" in profile or said.get("originating_leg_uuid") or said.get("originator"):
        return ()
    call_id = said.get("uuid") or said.get("call_uuid") or ""
    if not call_id:
        raise Unreadable("la fiche ne nomme aucun appel (uuid)")
    start, end = _moment(said.get("start_epoch")), _moment(said.get("end_epoch"))
    if start is None or end is None:
        raise Unreadable("la fiche ne dit pas quand l’appel a commencé et fini (start_epoch, end_epoch)")
    caller = number(_text(profile.get("caller_id_number")) or said.get("caller_id_number") or said.get("sip_from_user", ""))
    called = number(_text(profile.get("destination_number")) or said.get("destination_number") or said.get("sip_to_user", ""))
    bridged = _moment(said.get("bridge_epoch"))
    answered = bridged or (_moment(said.get("answer_epoch")) if any(said.get(name) for name in _BRIDGED) else None)
    cause = _CAUSES.get(said.get("hangup_cause", ""), "")
    if answered is None and cause == "normalClearing":
        cause = "noAnswer"  # its mailbox, or a voice, has answered: nobody
    desk = said.get("last_sent_callee_id_number") or said.get("dialed_user") or _text(profile.get("callee_id_number"))
    found = [
        Heard(call_id, "ring", start, caller, called, queue=said.get("cc_queue", "").partition("@")[0], recorded=True),
        Heard(call_id, "hangup", end, cause=cause, recorded=True),
    ]
    if answered is not None:
        found.append(Heard(call_id, "answer", answered, lines=(line(desk),) if desk else (), recorded=True))
    return found


def _profile(read: Mapping[str, Any]) -> Mapping[str, Any]:
    flow = read.get("callflow")
    first = flow[0] if isinstance(flow, list) and flow else flow
    profile = first.get("caller_profile") if isinstance(first, dict) else None
    return profile if isinstance(profile, dict) else {}


def _text(value: Any) -> str:
    return clean(unquote(str(value)))[:LONGEST].strip() if isinstance(value, str | int | float) else ""


def _moment(seconds: str | None) -> datetime | None:
    if not seconds or not seconds.isdecimal() or not 0 < int(seconds) < 2**35:
        return None
    return datetime.fromtimestamp(int(seconds), UTC)
