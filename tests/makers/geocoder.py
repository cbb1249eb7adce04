"""A geocoder and its tiles, on this machine: answers as the IGN's do, late or wrong where a test says so."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

_PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==")


def feature(label: str, lat: float = 43.89, lon: float = -0.5, citycode: str = "40902", city: str = "Sainte-Mer") -> dict[str, Any]:
    """An address of a GeoJSON answer."""
    return {"geometry": {"coordinates": [lon, lat]}, "properties": {"label": label, "citycode": citycode, "city": city}}


@dataclass(slots=True)
class Geocoder:
    """What it answers, what it was asked, and how many tiles it gave."""

    url: str = ""
    answer: bytes | dict[str, Any] = field(default_factory=lambda: {"features": [feature("12 Rue des Pins 40200 Sainte-Mer")]})
    status: int = 200
    silent: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    tiles: int = 0

    async def search(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(dict(request.query))
        if self.silent:
            await asyncio.Event().wait()
        if isinstance(self.answer, bytes):
            return web.Response(body=self.answer, status=self.status)
        return web.json_response(self.answer, status=self.status)

    async def tile(self, _request: web.Request) -> web.StreamResponse:
        self.tiles += 1
        return web.Response(body=_PIXEL, content_type="image/png")


@asynccontextmanager
async def geocoder() -> AsyncIterator[Geocoder]:
    """One that listens until the end."""
    running = Geocoder()
    app = web.Application()
    app.router.add_get("/geocodage/search", running.search)
    app.router.add_get("/wmts", running.tile)
    async with TestServer(app) as server:
        running.url = str(server.make_url("")).rstrip("/")
        yield running
