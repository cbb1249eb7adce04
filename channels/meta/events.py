"""One call of Meta holds many events of many kinds: each becomes an arrival of its own, known again when it is told twice. Pure.

The bytes of an event are one line of JSON: {"object", "entry": {"id", "time"}, "messaging": {…}} for Messenger and Instagram, and
{"object", "entry", "field", "value": {…}} for comments and WhatsApp, where `value` keeps one message or one status of those it held.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.meta.loose import get, items, text
from channels.meta.who import author, is_visitors, whatsapp
from grc.messages.address import address

PAGE, INSTAGRAM, WHATSAPP = "page", "instagram", "whatsapp_business_account"
MOST_EVENTS = 5_000  # of one call; Meta speaks of a thousand
LONGEST_ID = 400
# What is said of a message may come before it: of ours before our own note of having sent it is committed. It waits, and holds up nobody.
SETTLES = timedelta(seconds=3)
_WHATSAPP_LISTS = ("messages", "statuses", "message_echoes")


class Unreadable(ValueError):
    """A body that is no notification of Meta."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `owner` is the page, the Instagram account or the number it happened to, as Meta numbers them."""

    object: str
    owner: str
    source_id: str
    raw: bytes
    conversation: str = ""
    wait: timedelta = timedelta()


def events(body: bytes) -> list[Event]:
    """Every event of a call, in its order. Raises Unreadable where there is no telling them apart."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(told, Mapping) or not isinstance(told.get("entry"), list):
        raise Unreadable("no entries")
    found: list[Event] = []
    for one in _all(told):
        if len(found) >= MOST_EVENTS:
            raise Unreadable(f"more than {MOST_EVENTS} events")
        found.append(one)
    return found


def _all(told: Mapping[str, Any]) -> Iterator[Event]:
    kind = text(told, "object")
    for entry in items(told, "entry"):
        head = {"object": kind, "entry": {"id": text(entry, "id"), "time": get(entry, "time")}}
        for name in ("messaging", "standby"):
            for one in items(entry, name):
                yield _messaging(head, one)
        for change in (*items(entry, "changes"), *([entry] if "field" in entry else [])):
            field, value = text(change, "field"), get(change, "value")
            if kind == WHATSAPP and isinstance(value, Mapping):
                yield from _whatsapp(head, field, value)
            else:
                yield _change(head, field, value)


def _messaging(head: Mapping[str, Any], one: Mapping[str, Any]) -> Event:
    kind = head["object"]
    sender, recipient = text(one, "sender", "id"), text(one, "recipient", "id")
    raw = _line({**head, "messaging": one})
    number = _number(messaging_id(one), raw)
    ours = get(one, "message", "is_echo") is True
    owner = head["entry"]["id"] or (sender if ours else recipient)
    later = "message_edit" in one or get(one, "message", "is_deleted") is True
    if ours or later or "delivery" in one or "read" in one:
        return Event(kind, owner, number, raw, wait=SETTLES)
    return Event(kind, owner, number, raw, address("instagram" if kind == INSTAGRAM else "messenger", sender))


def messaging_id(one: Mapping[str, Any]) -> str:
    """What makes an event of a conversation the same when it is told again; empty where it has nothing of its own."""
    sender, at = text(one, "sender", "id"), text(one, "timestamp")
    if mid := text(one, "message", "mid"):
        return mid + (":deleted" if get(one, "message", "is_deleted") is True else "")
    if mid := text(one, "message_edit", "mid"):
        return f"{mid}:edit:{text(one, 'message_edit', 'num_edit') or at}"
    if mid := text(one, "reaction", "mid"):
        return f"{mid}:reaction:{sender}:{at}"
    if "postback" in one:
        return text(one, "postback", "mid") or f"postback:{sender}:{at}"
    for name in ("delivery", "read"):
        if name in one:
            mark = text(one, name, "watermark") or text(one, name, "mid")
            return f"{name}:{sender}:{mark}" if mark else ""
    return ""


def _whatsapp(head: Mapping[str, Any], field: str, value: Mapping[str, Any]) -> Iterator[Event]:
    """One event for each message and each status of a value; what goes with it stays with it."""
    owner = text(value, "metadata", "phone_number_id")
    rest = {name: what for name, what in value.items() if name not in (*_WHATSAPP_LISTS, "contacts")}
    alone = True
    for name in _WHATSAPP_LISTS:
        for one in items(value, name):
            alone = False
            contacts = [contact for contact in items(value, "contacts") if _of(contact, one)]
            raw = _line({**head, "field": field, "value": {**rest, "contacts": contacts, name: [one]}})
            number = _number(text(one, "id"), raw)
            if name == "statuses":
                yield Event(WHATSAPP, owner, _number(f"{number}:{text(one, 'status')}", raw), raw, wait=SETTLES)
            elif name == "message_echoes" or text(one, "type") in ("edit", "revoke"):
                yield Event(WHATSAPP, owner, number, raw, wait=SETTLES)
            else:
                yield Event(WHATSAPP, owner, number, raw, whatsapp(one))
    if alone:
        yield _change(head, field, value, owner)


def _of(contact: Mapping[str, Any], message: Mapping[str, Any]) -> bool:
    known = {text(contact, "wa_id"), text(contact, "user_id")} - {""}
    about = {text(message, name) for name in ("from", "from_user_id", "recipient_id", "recipient_user_id")} - {""}
    return not known or bool(known & about)


def _change(head: Mapping[str, Any], field: str, value: Any, owner: str = "") -> Event:
    raw = _line({**head, "field": field, "value": value})
    number, conversation = "", ""
    comment = text(value, "comment_id") if text(value, "item") == "comment" else ""
    if field == "feed" and not comment and is_visitors({**head, "value": value}):
        comment = text(value, "post_id")
    if field == "feed" and comment:
        verb = text(value, "verb")
        number = comment if verb == "add" else f"{comment}:{verb}:{text(value, 'created_time') or text(head, 'entry', 'time')}"
        conversation = address("facebook", author(value)) if verb == "add" else ""
    elif field == "comments" and head["object"] == INSTAGRAM and (comment := text(value, "id")):
        number, conversation = comment, address("instagram", text(value, "from", "id"))
    wait = SETTLES if number and not conversation else timedelta()
    return Event(head["object"], owner or head["entry"]["id"], _number(number, raw), raw, conversation, wait)


def _line(event: Mapping[str, Any]) -> bytes:
    return json.dumps(event, ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode("ascii")


def _number(given: str, raw: bytes) -> str:
    """By what Meta numbers it, or what its own bytes come to."""
    return given if 0 < len(given) <= LONGEST_ID else "sha256:" + hashlib.sha256(raw).hexdigest()
