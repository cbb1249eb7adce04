"""The public pages: where is my town hall, and what can it do for me."""

from __future__ import annotations

from aiohttp import web

from grc import clock
from grc.clock import PARIS
from grc.errors import NotFound
from grc.types import store as types
from grc.web.body import clean
from grc.web.citizen import accent, place
from grc.web.citizen.find import find
from grc.web.citizen.offer import GENERAL, by_category, matching
from grc.web.citizen.place import PUBLIC
from grc.web.page import render
from grc.web.parts import db

LONGEST_SEARCH = 100
FEW_TYPES = 6  # that can be seen at a glance: a search would be in the way


async def home(request: web.Request) -> web.StreamResponse:
    """`GET /`: find a collectivity by the name of a commune, a part of it, or a postcode (`?q=`)."""
    asked = clean(request.query.get("q", "")).strip()[:LONGEST_SEARCH]
    async with db(request).transaction(PUBLIC) as tx:
        found = await place.search(tx, asked) if asked else []
        known = [] if found else await place.open_places(tx)
    return render(request, "citizen/home.html", asked=asked, found=found, open_places=known, headers={"Cache-Control": "private, no-cache"})


async def show(request: web.Request) -> web.StreamResponse:
    """`GET /<code>`: a collectivity, what can be asked of it (`?q=` looks for words), its services, how to write and how to follow."""
    found = await find(request, "")
    if isinstance(found, web.Response):
        return found
    asked = clean(request.query.get("q", "")).strip()[:LONGEST_SEARCH]
    today = clock.now().astimezone(PARIS).date()
    async with db(request).transaction(PUBLIC) as tx:
        services = await place.services(tx, found)
        offered = [one.definition for one in await types.offered(tx, found.id, on=today) if one.definition.name != GENERAL]
    return render(
        request, "citizen/place.html", headers={"Cache-Control": "private, no-cache"}, collectivity=found, services=services, asked=asked,
        many=len(offered) > FEW_TYPES, offered=bool(offered), categories=by_category(matching(offered, asked) if asked else offered),
    )  # fmt: skip


async def colours(request: web.Request) -> web.StreamResponse:
    """`GET /<code>/couleurs.css`: the accent of a collectivity, made readable."""
    async with db(request).transaction(PUBLIC) as tx:
        found = await place.by_code(tx, request.match_info["place"])
    if found is None:
        raise NotFound("Aucune commune ni collectivité ne porte ce code.")
    sheet = accent.stylesheet(found.accent)
    age = "public, max-age=31536000, immutable" if request.query_string == accent.mark(found.accent) else "public, max-age=300"
    return web.Response(text=sheet, content_type="text/css", headers={"Cache-Control": age})


async def colours_around(request: web.Request) -> web.StreamResponse:
    """`GET /couleurs.css?couleur=1c5a45&fond=ffffff`: the colours of the page that frames ours, made readable."""
    sheet = accent.around(accent.given(request.query.get("couleur", "")), accent.given(request.query.get("fond", "")))
    return web.Response(text=sheet, content_type="text/css", headers={"Cache-Control": "public, max-age=86400"})
