"""One version of a type: what it changed from the one before, in words, and its document."""

from __future__ import annotations

from aiohttp import web

from grc.errors import NotFound
from grc.types import drafts, store
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, acting_for, address
from grc.web.pages.types_sheet import is_everybodys
from workflows.catalogue import catalogue
from workflows.difference import differences
from workflows.yaml_write import write


async def show(desk: Desk) -> web.StreamResponse:
    """The version of the address, beside the one before it."""
    name, asked = desk.request.match_info["name"], desk.request.match_info["version"]
    mine = await acting_for(desk)
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 0
    reached = is_everybodys(name) or any(author.writes(name) for author in mine)
    here = await store.document(desk.tx, name, number) if reached and number else None
    if here is None:
        raise NotFound(NOTHING)
    written = {one.version: one for one in await drafts.versions(desk.tx, name)}
    known = {*written, *(version for other, version in catalogue().entries if other == name)}
    before = max((version for version in known if version < number), default=0)
    there = await store.document(desk.tx, name, before) if before else None
    return render(
        desk.request, "agent/types/version.html", name=name, root=address(name), number=number, before=before,
        title=here.data.get("title", name), changes=differences(there.data, here.data) if there else (),
        text=written[number].document if number in written else write(here.data), **await frame(desk),
    )  # fmt: skip
