"""The proof that whoever asked has read what we wrote: noted the first time his page shows it, once."""

from __future__ import annotations

from datetime import datetime

from aiohttp import web

from grc.db import sql
from grc.tickets.model import TicketKey
from grc.web import sessions
from grc.web.citizen.request import scope
from grc.web.parts import db

_queries = sql.load(__file__, "reading.sql")


async def note_read(request: web.Request, key: TicketKey, now: datetime) -> None:
    """Notes it, unless an agent looks at what the citizen sees: his session tells him from the holder of the link."""
    if request.method != "GET" or sessions.digest_of(request) is not None:
        return
    async with db(request).transaction(scope(key)) as tx:
        await _queries.read(tx.conn, collectivity_id=key.collectivity_id, ticket_id=key.id, now=now)
