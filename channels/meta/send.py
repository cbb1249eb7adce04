"""An answer leaves, part by part; what has left is noted before the next part leaves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

import structlog

from channels.meta import parts
from channels.meta.errors import refused
from channels.meta.graph import File, Graph, Said
from channels.meta.loose import items, text
from channels.meta.parts import Mark
from channels.meta.plan import CannotLeave, Part, plan
from channels.meta.route import WINDOW, Route, route
from channels.meta.settings import Access, opened
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Misconfigured, Raced, Unavailable
from grc.messages.address import address
from grc.messages.kept import KeptAccounts
from grc.messages.model import OutboundMessage, Sent
from grc.messages.seal import Seal

log = structlog.get_logger()

CHANNEL = "meta"
NOTE_SECONDS = 60.0  # how long the note of a part waits for a database that is away


class Sender:
    """Sends by the accounts of this installation."""

    def __init__(self, db: Database, seal: Seal, graph: Graph, clock: Callable[[], datetime]) -> None:
        self._db, self._seal, self._graph, self._clock = db, seal, graph, clock
        self._accounts = KeptAccounts(db, CHANNEL)
        self._rests: dict[tuple[str, str], datetime] = {}  # calls of an account that Meta asks to be left alone for a while

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt. Never raises for what Meta does."""
        now = self._clock()
        try:
            account = await self._accounts.get(message.account)
            if account is None:
                return Sent("technical-failure", f"aucun compte Meta «\u00a0{message.account[:100]}\u00a0» (grc account add meta)")
            access = opened(account, self._seal)
            async with self._db.transaction(WORKER) as tx:
                last_in = await parts.last_in(tx, account, message.to_addr)
                left = await parts.sent(tx, message.collectivity_id, message.outgoing_id)
            way = route(access, message, last_in, now)
            if (until := self._rests.get((account.name, way.path))) is not None and now < until:
                return Sent("temporary-failure", f"Meta demande d’attendre jusqu’à {until:%H:%M:%S} UTC", until)
            late = way.form == "whatsapp" and last_in is not None and now - last_in > WINDOW
            todo = (_template(access, message),) if late and access.template else plan(message, way.takes)
        except Misconfigured as error:
            return Sent("technical-failure", str(error))
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        except CannotLeave as error:
            return Sent("permanent-failure", str(error))
        return await self._all(access, message, way, todo, left)

    async def _all(self, access: Access, message: OutboundMessage, way: Route, todo: tuple[Part, ...], left: dict[int, str]) -> Sent:
        """Each part that has not left yet, in order, until one does not."""
        name = access.account.name
        for number, part in enumerate(todo):
            if number in left:
                continue
            mark = Mark(message.collectivity_id, message.outgoing_id, number)
            said = await self._one(access, message, way, part, str(mark) if way.marks else "")
            if not said.ok:
                return self._not_sent((name, way.path), said, number, len(todo), left)
            left[number] = _number(said)
            if number + 1 < len(todo):
                await self._patiently(partial(parts.note, account=name, mark=mark, provider_id=left[number], now=self._clock()))
            if way.continues and (who := text(said.body, "recipient_id")):
                then, ticket = address(way.continues, who), (message.collectivity_id, message.ticket_id)
                await self._patiently(partial(parts.goes_on_at, account=access.account, address=then, ticket=ticket))
        ids = [left[number] for number in sorted(left) if left[number]]
        return Sent("sent", f"Meta\u00a0: {', '.join(ids) or 'pris'}", provider_ids=ids)

    def _not_sent(self, call: tuple[str, str], said: Said, number: int, of: int, left: Mapping[int, str]) -> Sent:
        sent = refused(said)
        if sent.state == "temporary-failure" and said.again is not None:
            self._rests[call] = said.again
        if sent.state == "technical-failure":
            self._accounts.forget(call[0])
        where = f"partie {number + 1} sur {of}, les précédentes sont parties\u00a0: " if number else ""
        return Sent(sent.state, where + sent.detail, provider_ids=[left[one] for one in sorted(left) if left[one]])

    async def _one(self, access: Access, message: OutboundMessage, way: Route, part: Part, mark: str) -> Said:
        """The call, or the two calls, by which one part leaves."""
        if way.form == "comment":
            return await self._graph.post(way.key, way.path, {"message": part.text}, self._clock())
        if way.form == "whatsapp":
            return await self._whatsapp(access, message, way, part, mark)
        marked = {"metadata": mark} if mark else {}
        if part.file is None:
            return await self._graph.post(way.key, way.path, {**way.body, "message": {"text": part.text, **marked}}, self._clock())
        attached = {"attachment": {"type": part.kind, "payload": {}}, **marked}
        values = {name: value if isinstance(value, str) else json.dumps(value) for name, value in way.body.items()}
        file = File("filedata", part.file.name, part.file.type, part.file.content)
        return await self._graph.upload(way.key, way.path, {**values, "message": json.dumps(attached)}, file, self._clock())

    async def _whatsapp(self, access: Access, message: OutboundMessage, way: Route, part: Part, mark: str) -> Said:
        body = {**way.body, "biz_opaque_callback_data": mark, "type": part.kind}
        if part.kind == "template":
            said = {"type": "body", "parameters": [{"type": "text", "text": one} for one in (message.reference, message.link)]}
            body["template"] = {"name": access.template, "language": {"code": access.language}, "components": [said]}
        elif part.file is None:
            body["text"] = {"body": part.text, "preview_url": False}
        else:
            file = File("file", part.file.name, part.file.type, part.file.content)
            values = {"messaging_product": "whatsapp", "type": part.file.type}
            kept = await self._graph.upload(way.key, way.path.replace("/messages", "/media"), values, file, self._clock())
            if not kept.ok:
                return kept
            body[part.kind] = {"id": text(kept.body, "id")} | ({"filename": part.file.name} if part.kind == "document" else {})
        return await self._graph.post(way.key, way.path, body, self._clock())

    async def _patiently(self, write: Callable[[Transaction], Awaitable[None]]) -> None:
        """Writes what must be known at the next try, while the database comes back; the answer itself is not held up for ever."""
        give_up = asyncio.get_running_loop().time() + NOTE_SECONDS
        while True:
            try:
                async with self._db.transaction(WORKER) as tx:
                    await write(tx)
                return
            except (Unavailable, Raced):
                if asyncio.get_running_loop().time() > give_up:
                    log.exception("meta.part_not_noted")
                    return
                await asyncio.sleep(0.5)


def _template(access: Access, message: OutboundMessage) -> Part:
    """What WhatsApp admits once its window is closed: the sentence it approved, with the reference and the page of the request."""
    if not message.link:
        raise CannotLeave(f"le modèle {access.template} annonce la page de la demande, et ce message n’en a pas")
    return Part(kind="template")


def _number(said: Said) -> str:
    """What Meta calls what it has taken."""
    whatsapp = next(items(said.body, "messages"), {})
    return text(said.body, "message_id") or text(whatsapp, "id") or text(said.body, "id")
