"""Switchboards call: events as they happen and records afterwards, by one address with a token, or with a password (HTTP Basic)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson
from aiohttp import web

from channels.phone import event, freeswitch
from channels.phone.event import Unreadable
from channels.phone.heard import LONGEST
from channels.phone.parse import EVENT
from grc import clock
from grc.errors import NotFound
from grc.messages.accounts import Account
from grc.messages.channel import Accept
from grc.messages.model import Arrival
from grc.people.phone import number
from grc.web import hook

CHANNEL = "phone"
WORD = "cti"  # of the address: what vendors look for
MOST_BYTES = 200 * 1024  # of an event or a record: what lies in a row of the ledger
GRACE = timedelta(seconds=2)  # the end of a call is looked at after what may have been said before it


class Reception:
    """The door of the telephone."""

    def __init__(self, accept: Accept) -> None:
        self._accept = accept

    async def called(self, request: web.Request) -> web.Response:
        """What a switchboard says, with the token in the address: taken into the ledger as it came, read later."""
        return await self._take(request, await hook.called(request, CHANNEL, MOST_BYTES))

    async def called_with_password(self, request: web.Request) -> web.Response:
        """The same where a program can send a name and a password, and no token: the password is the token."""
        request.match_info["token"] = _password(request)
        return await self._take(request, await hook.called(request, CHANNEL, MOST_BYTES))

    async def _take(self, request: web.Request, called: hook.Called) -> web.Response:
        arrival = arrival_of(called.account, called.body, request.content_type, clock.now())
        return hook.answer(await self._accept(arrival))


def arrival_of(account: Account, body: bytes, content_type: str, now: datetime) -> Arrival:
    """What came, for the ledger. The same bytes within a day are the same thing said twice. Pure."""
    source_id = f"{now:%Y%m%d}.{hashlib.sha256(body).hexdigest()[:32]}"
    if is_record(body):
        return Arrival(CHANNEL, account.name, source_id, body, account.collectivity_id, meta={"form": freeswitch.FORMAT})
    try:
        said = event.fields(body, content_type)
    except Unreadable:
        said = {}
    call_id = event.named(said)
    over = str(said.get("event") or "").lower() == "hangup"
    return Arrival(
        CHANNEL, account.name, source_id, body, account.collectivity_id, meta={"form": EVENT, "type": content_type[:LONGEST]},
        keys=_keys(call_id, said), conversation=call_id, wait=GRACE if over else timedelta(),
    )  # fmt: skip


def is_record(body: bytes) -> bool:
    """Whether this is a record of FreeSWITCH rather than an event."""
    text = body.lstrip()
    if text.startswith(b"cdr="):
        return True
    if text[:1] != b"{":
        return False
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    return isinstance(read, dict) and isinstance(read.get("variables"), dict)


def _keys(call_id: str, said: Mapping[str, Any]) -> tuple[str, ...]:
    """By what an operator looks for it: the name of the call, and the numbers."""
    numbers = (number(str(said.get(name) or "")) for name in ("from", "to"))
    return tuple(dict.fromkeys(key for key in (call_id.lower(), *numbers) if key))


def _password(request: web.Request) -> str:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
