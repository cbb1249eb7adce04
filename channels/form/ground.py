"""What a page of the form stands on: the collectivity of its path, its services, the types it offers, read in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aiohttp import web

from channels.form.said import Said
from grc import clock
from grc.clock import PARIS
from grc.collectivities import sites
from grc.db.transaction import Transaction
from grc.types import store as types
from grc.web.citizen import place as places
from grc.web.citizen.find import find
from grc.web.citizen.framed import at
from grc.web.citizen.offer import GENERAL
from grc.web.citizen.place import PUBLIC, Place, PublicService
from grc.web.parts import db
from grc.web.sheet import Sheet, fields_of, sheet
from workflows.catalogue import UnknownType
from workflows.definition import Definition
from workflows.form import Raw
from workflows.parts.fields import Field


@dataclass(frozen=True, slots=True)
class Ground:
    """The collectivity, its services, what it offers, and the form of the type that the path names, where there is one.

    `closed` is a type that the path names and that is no longer offered: what was typed in its form must still be read.
    """

    place: Place
    services: Sequence[PublicService]
    offered: Sequence[Definition]
    sheet: Sheet | None = None
    closed: Definition | None = None
    typed: bool = False  # the path names a type
    origins: tuple[str, ...] = ()  # the web sites that may frame its forms, and lead to them

    @property
    def fields(self) -> tuple[Field, ...]:
        """What its form asks besides the sender; nothing on the general one."""
        return self.sheet.fields if self.sheet else ()

    @property
    def gone(self) -> bool:
        """The path names a type that is not offered here (any more)."""
        return self.typed and self.sheet is None


async def ground(request: web.Request, raw: Raw, said: Said | None = None) -> Ground | web.Response:
    """The ground of this path, or where its name leads to. `raw` is what was typed; before that, `said` what was said elsewhere."""
    name = request.match_info.get("type", "")
    found = await find(request, at(request, "", f"/demarches/{name}" if name else "/contact"))
    if isinstance(found, web.Response):
        return found
    today = clock.now().astimezone(PARIS).date()
    async with db(request).transaction(PUBLIC) as tx:
        services = await places.services(tx, found)
        offered = [one.definition for one in await types.offered(tx, found.id, on=today) if one.definition.name != GENERAL]
        asked = next((one for one in offered if one.name == name), None)
        origins = await sites.allowed(tx, found.id)
        if asked is not None:
            answers = raw if said is None else said.raw(fields_of(asked))
            return Ground(found, services, offered, await sheet(tx, asked, found.id, answers, today), typed=True, origins=origins)
        closed = await _closed(tx, found.id, name) if name else None
    return Ground(found, services, offered, closed=closed, typed=bool(name), origins=origins)


async def _closed(tx: Transaction, collectivity_id: int, name: str) -> Definition | None:
    try:
        found = (await types.current(tx, collectivity_id, name)).definition
    except UnknownType:
        return None
    return found if found.audience == "citizen" else None
