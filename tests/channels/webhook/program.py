"""Another program, as the service finds it: a real server that keeps what it was sent and answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Call:
    """What came."""

    path: str
    headers: Mapping[str, str]
    body: bytes


class Program:
    """Answers at any path with `status` and `words`; /silence never answers, /endless never ends."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.status = 200
        self.words = "merci"
        self.port = 0
        self._over = asyncio.Event()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        self._over.set()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.calls.append(Call(request.path, dict(request.headers), await request.read()))
        if request.path == "/silence":
            await self._over.wait()
        if request.path == "/endless":
            return await self._endless(request)
        return web.Response(status=self.status, text=self.words, headers={"Location": f"{self.url}/elsewhere"})

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while not self._over.is_set():
                await response.write(b"encore " * 1000)
        except ConnectionError:
            pass
        return response
