"""News to the open pages: one subscription per process, however many agents, and each gets only what his scope holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from grc import clock
from grc.db.transaction import GATE, Database
from grc.errors import GrcError
from grc.queue.wake import MISSED
from grc.web import sessions

log = structlog.get_logger()

GATHER_SECONDS = 0.08  # news of one burst is told together
BREATH_SECONDS = 0.7  # between two tellings to the same page: its list is read again at each
HEARTBEAT_SECONDS = 20.0
CHECK_SECONDS = 10.0  # how long a stream outlives its revoked session
LIFETIME_SECONDS = 300.0  # then the page connects again and enters with the scope the agent has by now


@dataclass(eq=False, slots=True)
class Listener:
    """An open page: whose session, which services, and what it has not been told yet."""

    session: bytes
    collectivities: frozenset[int]
    services: frozenset[int]
    agent: int = 0
    events: set[str] = field(default_factory=set)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def tell(self, *events: str) -> None:
        self.events.update(events)
        self.news.set()

    def end(self) -> None:
        self.ended = True
        self.news.set()


@dataclass(frozen=True, slots=True)
class Spoken:
    """One piece of news, read."""

    collectivity_id: int
    ticket_id: int
    what: str


def read(payload: str) -> Spoken | None:
    """The news in a payload, or None where it is none of ours."""
    collectivity, _, rest = payload.partition(":")
    ticket, _, what = rest.partition(":")
    if not (collectivity.isdigit() and ticket.isdigit()):
        return None
    return Spoken(int(collectivity), int(ticket), what)


class Flux:
    """The streams of one web process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._listeners: set[Listener] = set()
        self._waiting: list[Spoken] = []
        self._arrived = asyncio.Event()

    def __len__(self) -> int:
        return len(self._listeners)

    def feed(self, payload: str) -> None:
        """Takes a piece of news in; cheap, called for every one."""
        spoken = read(payload)
        if spoken is not None and self._listeners:
            self._waiting.append(spoken)
            self._arrived.set()

    def refresh_all(self) -> None:
        """Something may have been missed (the connection was lost): every page reads its list again."""
        for listener in self._listeners:
            listener.tell("liste", "fiche")

    def drop(self, session: bytes) -> None:
        """Ends the streams of a session that was just revoked here."""
        for listener in self._listeners:
            if listener.session == session:
                listener.end()

    def tell_agent(self, payload: str) -> None:
        """Tells an agent, wherever he has a page open, that something is for him alone (`<agent>:<event>`)."""
        agent, _, event = payload.partition(":")
        for listener in self._listeners:
            if agent.isdecimal() and listener.agent == int(agent) and event:
                listener.tell(event)

    async def run(self, news: AsyncIterator[str], of_agents: AsyncIterator[str]) -> None:
        """Tells what arrives (`<collectivity>:<ticket>:<what>`, `<agent>:<event>`) and ends what is revoked, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._hear(news, self.feed))
            tasks.create_task(self._hear(of_agents, self.tell_agent))
            tasks.create_task(self._tell_forever())
            tasks.create_task(self._check_forever())

    async def _hear(self, news: AsyncIterator[str], take: Callable[[str], None]) -> None:
        async for of in news:
            if of == MISSED:
                self.refresh_all()
            else:
                take(of)

    async def _tell_forever(self) -> None:
        while True:
            await self._arrived.wait()
            await asyncio.sleep(GATHER_SECONDS)
            self._arrived.clear()
            spoken, self._waiting = self._waiting, []
            try:
                await self._tell(spoken)
            except GrcError as error:
                log.warning("flux.untold", error=str(error))
                self.refresh_all()
            except Exception:  # let through, it would end the streams of this process for good
                log.exception("flux.untold")
                self.refresh_all()

    async def _tell(self, spoken: Sequence[Spoken]) -> None:
        wanted = {(news.collectivity_id, news.ticket_id) for news in spoken}
        wanted = {key for key in wanted if any(key[0] in listener.collectivities for listener in self._listeners)}
        if not wanted:
            return
        async with self._db.transaction(GATE) as tx:
            rows = [
                row
                async for row in sessions.queries.ticket_places(
                    tx.conn, collectivities=[c for c, _ in wanted], tickets=[t for _, t in wanted]
                )
            ]
        found = sessions.places(rows)
        moved = {news.collectivity_id for news in spoken if news.what == "moved"}
        for listener in self._listeners:
            for (collectivity, _), (service, reference) in found.items():
                if collectivity in listener.collectivities and service in listener.services:
                    listener.tell("liste", f"t-{reference}")
            if not moved.isdisjoint(listener.collectivities):
                listener.tell("liste")  # the service it left must see it go; nothing says which ticket

    async def _check_forever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.check()
            except GrcError as error:
                log.warning("flux.unchecked", error=str(error))
            except Exception:
                log.exception("flux.unchecked")

    async def check(self) -> None:
        """Ends the streams whose sessions were revoked or have run out."""
        digests = list({listener.session for listener in self._listeners})
        if not digests:
            return
        async with self._db.transaction(GATE) as tx:
            still = {bytes(row["digest"]) async for row in sessions.queries.still_open(tx.conn, digests=digests, now=clock.now())}
        for listener in self._listeners:
            if listener.session not in still:
                listener.end()

    def close(self) -> None:
        """Ends all streams: the process stops."""
        for listener in self._listeners:
            listener.end()

    async def stream(self, request: web.Request, listener: Listener) -> web.StreamResponse:
        """The stream of one page, until it goes, its session ends, or its time is over."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        await response.prepare(request)
        self._listeners.add(listener)
        loop = asyncio.get_running_loop()
        until = loop.time() + LIFETIME_SECONDS
        try:
            # whoever comes back after a gap must not have missed anything: his list is read again at once
            again = bool(request.headers.get("Last-Event-ID"))
            await response.write(b"id: 1\n" + _events("pret", *(("liste", "fiche") if again else ())))
            while not listener.ended and loop.time() < until:
                try:
                    await asyncio.wait_for(listener.news.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    await response.write(b": la\n\n")
                    continue
                listener.news.clear()
                events, listener.events = sorted(listener.events), set()
                if events and not listener.ended:
                    await response.write(_events(*events))
                    await asyncio.sleep(BREATH_SECONDS)
        except (ConnectionResetError, asyncio.CancelledError):
            pass
        finally:
            self._listeners.discard(listener)
        return response


def _events(*names: str) -> bytes:
    """Events that say no more than their name: what they are about is read again, under the reader's own rights."""
    return b"".join(f"event: {name}\ndata: 1\n\n".encode() for name in names)
