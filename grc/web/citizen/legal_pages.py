"""The pages that the law wants: accessibility, who publishes, personal data. Of a collectivity, or of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import web

from grc.collectivities import kinds, legal_pages
from grc.collectivities.legal_pages import LegalPages, proposed
from grc.db.transaction import Transaction
from grc.web.citizen import place
from grc.web.citizen.find import find
from grc.web.citizen.place import PUBLIC, Place
from grc.web.citizen.rgaa import evaluation
from grc.web.page import render
from grc.web.parts import db
from workflows.notice import blocks

# A few minutes: the same for everybody.
_SHARED = {"Cache-Control": "public, max-age=300"}


@dataclass(frozen=True, slots=True)
class Publisher:
    """A collectivity with what it says of itself. `since` is None where it wrote nothing yet."""

    place: Place
    says: LegalPages
    since: datetime | None = None


async def accessibility(request: web.Request) -> web.StreamResponse:
    """`GET /accessibilite`, `GET /<code>/accessibilite`: the declaration of RGAA 4.1."""
    return await _page(request, "accessibilite", "citizen/accessibility.html")


async def legal(request: web.Request) -> web.StreamResponse:
    """`GET /mentions-legales`, `GET /<code>/mentions-legales`: who publishes, who directs, who hosts."""
    return await _page(request, "mentions-legales", "citizen/legal.html")


async def personal_data(request: web.Request) -> web.StreamResponse:
    """`GET /donnees-personnelles`, `GET /<code>/donnees-personnelles`: what is kept of a person, why, how long, and his rights."""
    return await _page(request, "donnees-personnelles", "citizen/data.html")


async def _page(request: web.Request, path: str, template: str) -> web.StreamResponse:
    found = await find(request, f"/{path}") if "place" in request.match_info else None
    if isinstance(found, web.Response):
        return found
    async with db(request).transaction(PUBLIC) as tx:
        values = await shown(tx, found)
    return render(request, template, headers=dict(_SHARED), collectivity=found, **values)


async def shown(tx: Transaction, here: Place | None, says: LegalPages | None = None) -> Mapping[str, Any]:
    """What the pages of a collectivity need, or those of the installation, which are the agency's. `says`: what it would say."""
    number = await kinds.agency(tx)
    agency = await publisher(tx, await place.by_id(tx, number)) if number is not None else None
    own = agency if here is None else await publisher(tx, here)
    if own is not None and says is not None:
        own = Publisher(own.place, says, own.since)
    if agency is not None and own is not None and agency.place.id == own.place.id:
        agency = own
    return {"publisher": own, "agency": agency, "evaluation": evaluation(), "blocks": blocks}


async def publisher(tx: Transaction, here: Place) -> Publisher:
    """A collectivity with what it says of itself, or what is known of it."""
    found = await legal_pages.current(tx, here.id)
    if found is not None:
        return Publisher(here, *found)
    return Publisher(here, proposed(here.kind, "\n".join(here.postal_address), here.phone))
