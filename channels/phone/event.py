"""Events as switchboards send them to helpdesks while a call goes on: a form or JSON, as its vendor writes it. Pure.

The fields are those of Zammad's generic CTI interface, which 3CX, Wazo (Avencall), Starface, OVH's and other bridges speak already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import orjson

from channels.phone.heard import LONGEST, Heard, Kind
from grc.messages.envelope import clean
from grc.people.phone import line, number

_KINDS: Mapping[str, Kind] = {"newcall": "ring", "answer": "answer", "hangup": "hangup"}
_CAUSES = {
    cause.lower(): cause for cause in ("normalClearing", "busy", "cancel", "noAnswer", "congestion", "notFound", "forwarded")
}  # fmt: skip
MOST_FIELDS = 200
MOST_USERS = 50  # a group rings many desks, not a town
EARLIEST, LATEST = (
    timedelta(days=2),
    timedelta(minutes=5),
)  # a moment that an event gives itself is believed from so long before it came to so long after


class Unreadable(ValueError):
    """What came is no event; the text says why, in French."""


def fields(body: bytes, content_type: str) -> dict[str, Any]:
    """The fields of a body, whatever its type claims: JSON where it is, else a form. Raises Unreadable."""
    text = body.strip()
    if text[:1] == b"{" or content_type.endswith("json"):
        try:
            read = orjson.loads(text)
        except orjson.JSONDecodeError as error:
            raise Unreadable(f"ce n’est pas du JSON\u00a0: {error}") from None
        if not isinstance(read, dict):
            raise Unreadable("un objet JSON est attendu")
        return read
    given: dict[str, Any] = {}
    try:
        read = parse_qs(text.decode("utf-8", "replace"), max_num_fields=MOST_FIELDS)
    except ValueError:
        raise Unreadable(f"plus de {MOST_FIELDS} champs") from None
    for name, values in read.items():
        many = name.endswith("[]")
        given[name.removesuffix("[]")] = values if many or len(values) > 1 else values[0]
    return given


def heard(said: Mapping[str, Any], came_at: datetime) -> Heard:
    """What an event says. Raises Unreadable where it names no call or no kind of event."""
    kind = _KINDS.get(_text(said.get("event")).lower())
    call_id = named(said)
    if kind is None:
        raise Unreadable(f"événement inconnu\u00a0: « {_text(said.get('event'))[:40]} »")
    if not call_id:
        raise Unreadable("l’événement ne nomme aucun appel (callId)")
    direction = _text(said.get("direction")).lower()
    users = _texts(said.get("user"))
    answering = _text(said.get("answeringNumber") or said.get("answering_number"))
    return Heard(
        call_id=call_id,
        kind=kind,
        at=_moment(said.get("timestamp") or said.get("at"), came_at),
        caller=number(_text(said.get("from"))),
        called=number(_text(said.get("to"))),
        direction=direction if direction in ("in", "out", "internal") else "",
        lines=(line(answering),) if answering else tuple(line(user) for user in users),
        queue=_text(said.get("queue")),
        cause=_CAUSES.get(_text(said.get("cause")).lower(), "") if kind == "hangup" else "",
    )


def named(said: Mapping[str, Any]) -> str:
    """The name of the call that an event is about; empty where it names none."""
    return _text(said.get("callId") or said.get("call_id") or said.get("callid"))


def _text(value: Any) -> str:
    """A value as a short clean text; nothing for what is none."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return " ".join(clean(str(value)).split())[:LONGEST]


def _texts(value: Any) -> Sequence[str]:
    given = value if isinstance(value, list) else [value]
    return [text for one in given[:MOST_USERS] if (text := _text(one))]


def _moment(value: Any, came_at: datetime) -> datetime:
    """The moment an event gives itself (seconds or milliseconds since 1970, or ISO 8601 with its zone); else when it came."""
    try:
        if isinstance(value, str) and not value.replace(".", "", 1).isdecimal():
            at = datetime.fromisoformat(value)
        else:
            seconds = float(value)
            at = datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        return at.astimezone(UTC) if at.tzinfo and came_at - EARLIEST < at < came_at + LATEST else came_at
    except (TypeError, ValueError, OverflowError, OSError):
        return came_at
