"""Suggestions for an address, asked of the installation's geocoder: in bounded time, and nothing where it is away."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout, web

from grc.web.body import clean
from grc.web.parts import settings
from grc.web.places import geocoder

log = structlog.get_logger()

PATIENCE = ClientTimeout(total=1.5)  # seconds: who types has gone on by then
AT_ONCE = 8  # questions to the geocoder; whoever comes besides goes without suggestions
MOST, SHORTEST, LONGEST = 6, 4, 200
_LARGEST = 100_000  # bytes of an answer that are read

CLIENT: web.AppKey[ClientSession] = web.AppKey("geocoder", ClientSession)
PLACES_LEFT: web.AppKey[asyncio.Semaphore] = web.AppKey("geocoder_places", asyncio.Semaphore)


async def client(app: web.Application) -> AsyncIterator[None]:
    """Keeps the connections to the geocoder as long as the application runs."""
    app[PLACES_LEFT] = asyncio.Semaphore(AT_ONCE)
    async with ClientSession(timeout=PATIENCE) as session:
        app[CLIENT] = session
        yield


async def suggest(request: web.Request) -> web.StreamResponse:
    """`GET /adresses?q=12 rue des&commune=40192`: a list of `{text, lat, lon, insee, commune}`, empty where nothing is found in time."""
    asked = clean(request.query.get("q", "")).strip()[:LONGEST]
    found = await look_up(request, asked, request.query.get("commune", ""))
    return web.json_response(found, headers={"Cache-Control": "private, max-age=600"})


async def look_up(request: web.Request, asked: str, commune: str = "", *, entire: bool = False) -> list[dict[str, str]]:
    """The addresses that this text may mean, the likeliest first; none where the geocoder is away, slow or has its hands full.

    `commune` is the INSEE code of the only one that is looked in; `entire`: the text is no beginning of an address, but all of it.
    """
    root, left = geocoder(settings(request)), request.app[PLACES_LEFT]
    if not root or len(asked) < SHORTEST or left.locked():
        return []
    async with left:
        return await _ask(request.app[CLIENT], root, asked[:LONGEST], commune, entire=entire)


async def _ask(session: ClientSession, root: str, asked: str, commune: str, *, entire: bool) -> list[dict[str, str]]:
    # the parameters of the géocodage service of the IGN, which are those of the Base adresse nationale
    query = {"q": asked, "limit": str(MOST), "autocomplete": "0" if entire else "1", "index": "address"}
    if len(commune) == 5 and commune.isalnum():
        query["citycode"] = commune
    try:
        async with session.get(root, params=query, allow_redirects=False) as response:
            if response.status != 200:
                return []
            whole = bytearray()
            async for piece in response.content.iter_chunked(16_384):
                whole += piece
                if len(whole) > _LARGEST:
                    return []
            return suggestions(json.loads(whole))
    except (ClientError, TimeoutError, ValueError, RecursionError) as error:
        log.warning("geocoder.away", error=type(error).__name__)
        return []


def suggestions(answer: Any) -> list[dict[str, str]]:
    """The addresses of a GeoJSON answer; what in it is not understood is left out."""
    features = answer.get("features") if isinstance(answer, Mapping) else None
    return [one for feature in (features if isinstance(features, list) else [])[:MOST] if (one := _suggestion(feature))]


def _suggestion(feature: Any) -> dict[str, str] | None:
    try:
        lon, lat = (f"{float(number):.6f}" for number in feature["geometry"]["coordinates"][:2])
        told = feature["properties"]
        return {
            "text": clean(str(told["label"]))[:LONGEST], "lat": lat, "lon": lon, "insee": str(told.get("citycode") or "")[:5],
            "commune": clean(str(told.get("city") or ""))[:100],
        }  # fmt: skip
    except (KeyError, TypeError, ValueError):
        return None
