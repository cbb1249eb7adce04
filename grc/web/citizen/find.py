"""The collectivity a path names: by its code, or by its name, which leads to its code."""

from __future__ import annotations

from aiohttp import web

from grc.errors import NotFound
from grc.web.citizen import place
from grc.web.citizen.place import PUBLIC, Place
from grc.web.page import render
from grc.web.parts import db


async def find(request: web.Request, rest: str) -> Place | web.Response:
    """The collectivity of `{place}` in this path. A name is led to its code and `rest`; homonyms are offered as a choice.

    NotFound where there is none. One that does not use the service is told so, with where else to turn.
    """
    named = request.match_info["place"]
    async with db(request).transaction(PUBLIC) as tx:
        found = await place.by_code(tx, named)
        namesakes = [] if found else await place.by_name(tx, named)
    if len(namesakes) == 1 and request.method == "POST":
        found = namesakes[0]  # a redirection would lose what was sent
    elif len(namesakes) == 1:
        return web.Response(status=302, headers={"Location": f"/{namesakes[0].code}{rest}"})
    elif namesakes:
        return render(request, "citizen/homonyms.html", status=300, asked=named, places=namesakes, rest=rest)
    if found is None:
        raise NotFound("Aucune commune ni collectivité ne porte ce nom ou ce code.")
    if not found.active:
        return render(request, "citizen/elsewhere.html", status=404, collectivity=found)
    return found
