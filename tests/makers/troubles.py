"""How a provider's simulator goes wrong: refused, cut off before or after it did what was asked, or late, as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler


@dataclass(frozen=True, slots=True)
class Trouble:
    """What happens to a call: `status` in place of an answer, a cut `before` or `after` it was done, an answer once `until` is set."""

    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = '{"message":"please come back later","error":"please come back later"}'
    cut: str = ""  # before | after
    until: asyncio.Event | None = None


class Troubles:
    """Those to come, each for the next call whose method and path it is for."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, str, Trouble]] = []
        self._under_way: set[asyncio.Future[None]] = set()
        self._over = asyncio.Event()
        self._changed = asyncio.Event()

    def add(self, method: str, path: str, *troubles: Trouble) -> None:
        """The next calls of this method whose path holds this text go wrong so, in this order."""
        self._waiting += [(method, path, one) for one in troubles]

    async def all_met(self) -> None:
        """Waits until each has happened to somebody."""
        while self._waiting:
            self._changed.clear()
            await self._changed.wait()

    def end(self) -> None:
        """Lets go of all that waits."""
        self._over.set()

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Between the client and the simulator."""
        trouble = self._next(request)
        if trouble is None:
            return await handler(request)
        if trouble.until is not None and not request.content_type.startswith("multipart/"):
            await request.read()  # whoever asked may be gone afterwards
        done = asyncio.ensure_future(self._late(trouble, request, handler))
        self._under_way.add(done)
        done.add_done_callback(self._under_way.discard)
        await asyncio.shield(done)  # it is done although nobody waits for it any more
        if trouble.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if trouble.status:
            return web.Response(status=trouble.status, headers=dict(trouble.headers), text=trouble.body, content_type="application/json")
        return await handler(request)

    async def _late(self, trouble: Trouble, request: web.Request, handler: Handler) -> None:
        if trouble.until is not None:
            waits = [asyncio.ensure_future(event.wait()) for event in (trouble.until, self._over)]
            _, left = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            for one in left:
                one.cancel()
        if trouble.cut == "after":
            await handler(request)

    def _next(self, request: web.Request) -> Trouble | None:
        for at, (method, path, trouble) in enumerate(self._waiting):
            if method == request.method and path in request.path:
                del self._waiting[at]
                self._changed.set()
                return trouble
        return None
