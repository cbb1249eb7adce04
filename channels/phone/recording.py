"""What a switchboard records of a call, where its line keeps that: handed in by it, played beside the call, then forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web

from channels.phone import book
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.errors import Forbidden, NotFound
from grc.web import hook
from grc.web.desk import Desk
from grc.web.parts import db
from grc.web.ranged import PLAYED, ranged

MOST_BYTES = 50_000_000  # fifty minutes of a telephone's wav (8 kHz, 16 bits), hours of anything compressed


async def handed_in(request: web.Request) -> web.Response:
    """A recording is put beside its call (`?callId=…`). Forbidden where its line keeps none: nothing of it stays then."""
    called = await hook.called(request, "phone", MOST_BYTES)
    if called.account.settings.get("recordings") != "yes":
        raise Forbidden("Cette ligne ne garde pas d’enregistrement (recordings=yes le permet).")
    if request.content_type not in PLAYED or not called.body:
        raise Forbidden("Un enregistrement est un fichier audio, dans le corps de l’appel.")
    now = clock.now()
    async with db(request).transaction(WORKER) as tx:
        line = await book.line(tx, called.account.collectivity_id, called.account.name)
        given = {"collectivity_id": called.account.collectivity_id}
        number = await book.queries.by_call_id(
            tx.conn, account_id=called.account.id, call_id=request.query.get("callId", "")[:250], **given
        )  # fmt: skip
        if line is None or number is None:
            raise NotFound("Aucun appel de cette ligne n’a ce nom (callId).")
        until = now + timedelta(days=line.keep_days)
        await book.queries.keep_recording(
            tx.conn, call_id=number, type=request.content_type, data=called.body, now=now, purge_at=until, **given
        )
    return web.Response(text="ok")


async def purge(db: Database, now: datetime) -> int:
    """Forgets the recordings whose time is over; how many there were."""
    async with db.transaction(WORKER) as tx:
        return int(await book.queries.purge_recordings(tx.conn, now=now))


async def play(desk: Desk) -> web.StreamResponse:
    """A recording, or the part of it that a player asks for."""
    collectivity_id, call_id = int(desk.request.match_info["place"]), int(desk.request.match_info["call"])
    row = await book.queries.recording(desk.tx.conn, collectivity_id=collectivity_id, call_id=call_id)
    if row is None:
        raise NotFound("Cet enregistrement n’existe pas, ou n’est plus gardé.")

    async def part(start: int, size: int) -> bytes:
        return bytes(
            await book.queries.recording_part(desk.tx.conn, collectivity_id=collectivity_id, call_id=call_id, start=start, size=size)
        )  # fmt: skip

    return await ranged(desk.request, row["size"], row["type"], part)
