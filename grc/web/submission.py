"""A form that is sent twice at once is done once: the second click of a double click is led where the first one went."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from aiohttp import web

from grc.db import sql
from grc.db.transaction import Transaction
from grc.people.agents import SignedIn
from grc.web.body import Form

_queries = sql.load(__file__, "submission.sql")
FIELD = "envoi"  # the hidden field with the number of the page


def number() -> str:
    """A fresh number for one form of one page."""
    return secrets.token_urlsafe(12)


def key(agent: SignedIn, path: str, form: Form) -> bytes | None:
    """What makes two sendings the same, or None for a form without a number: with it all that was typed, since a browser that goes back
    may send another text under the number of the first."""
    if not form.fields.get(FIELD):
        return None
    known = hashlib.sha256(f"{agent.id}\0{path}\0".encode())
    for name, values in sorted(form.every.items()):
        if name != "csrf":
            known.update(repr((name, list(values))).encode("utf-8", "surrogatepass"))
    for name, files in sorted(form.files.items()):
        for file in files:
            known.update(repr((name, file.name)).encode("utf-8", "surrogatepass") + hashlib.sha256(file.content).digest())
    return known.digest()


async def begin(tx: Transaction, sent: bytes, now: datetime) -> str | None:
    """Where the first sending of this key led, waited for while it is under way; None where this is the first."""
    place: str | None = await _queries.begin(tx.conn, key=sent, now=now)
    return place


async def led(tx: Transaction, sent: bytes, response: web.StreamResponse) -> None:
    """Keeps where a sending led; one that was not taken may be sent again."""
    place = response.headers.get("Location", "") if response.status == 303 else ""
    await _queries.led(tx.conn, key=sent, place=place)
