"""A new type begins as one that is there: said on top of it, or a copy of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from grc.errors import BadInput, Conflict, NotFound
from grc.types import drafts, store
from grc.types.authors import Author
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, acting_for, address, author_of
from grc.web.pages.types_sheet import is_everybodys
from workflows.catalogue import UnknownType
from workflows.vocabulary import AUDIENCES
from workflows.yaml_lines import Document
from workflows.yaml_write import write

LONGEST_TITLE = 120


async def ask(desk: Desk) -> web.StreamResponse:
    """The form."""
    return await _form(desk, {"base": desk.request.query.get("base", "general")}, None)


async def make(desk: Desk) -> web.StreamResponse:
    """Begins the draft and goes to it; or the form again, with what must be mended."""
    try:
        author, title = await _author(desk), desk.form.text("titre", LONGEST_TITLE)
        if not title:
            raise BadInput("titre", "Donnez un titre à ce type : c’est ce que les gens liront en premier.")
        base = desk.form.text("base", 40)
        document = await _document(desk, author, base, title, copied=desk.form.text("maniere") == "copie")
    except BadInput as error:
        return await _form(desk, desk.form.fields, error)
    await drafts.begin(desk.tx, author.id, document["name"], write(document), desk.agent.id, desk.now)
    return see_other(f"{address(document['name'])}/brouillon/general?fait=nouveau")


async def again(desk: Desk) -> web.StreamResponse:
    """Begins the next version of a type from the one in force."""
    name = desk.request.match_info["name"]
    author = await author_of(desk, name)
    number = await drafts.newest(desk.tx, name)
    if not number:
        raise NotFound(NOTHING)
    written = {one.version: one for one in await drafts.versions(desk.tx, name)}
    # what a module brings is said anew on top of itself, so that only what is ours stands in our document
    text = (
        written[number].document if number in written else write({"name": name, "version": 1, "extends": {"name": name, "version": number}})
    )
    await drafts.begin(desk.tx, author.id, name, text, desk.agent.id, desk.now)
    return see_other(f"{address(name)}/brouillon/general")


async def _author(desk: Desk) -> Author:
    mine = await acting_for(desk)
    code = desk.form.text("pour", 40)
    author = next((one for one in mine if one.code == code), None) if code else mine[0]
    if author is None:
        raise NotFound(NOTHING)
    return author


async def _document(desk: Desk, author: Author, base: str, title: str, *, copied: bool) -> dict[str, Any]:
    """The document that the draft begins as."""
    try:
        here = await store.current(desk.tx, author.id, base)
    except UnknownType as error:
        raise BadInput("base", "Choisissez le type de départ dans la liste.") from error
    below = await store.document(desk.tx, base, here.definition.version)
    if below is None or (not author.writes(base) and not is_everybodys(base)):
        raise Conflict("Ce type de départ n’est plus là : choisissez-en un autre.")
    mine = {one.name for one in await drafts.written(desk.tx, [author.id])}
    name = author.name_for(title, await drafts.names(desk.tx) | mine)
    head = {"name": name, "version": 1, "title": title}
    if copied:
        return {**_plain(below), **head}
    return {**head, "extends": {"name": base, "version": here.definition.version}}


def _plain(document: Document) -> Mapping[str, Any]:
    """A whole document without what ties it to others: what it extended is in it, and nobody's requests come to it from older versions."""
    return {key: value for key, value in document.data.items() if key not in ("extends", "moves")}


async def _form(desk: Desk, typed: Mapping[str, str], error: BadInput | None) -> web.StreamResponse:
    mine = await acting_for(desk)
    code = typed.get("pour") or desk.request.query.get("pour", "")
    author = next((one for one in mine if one.code == code), mine[0])
    offered = {}
    for audience in AUDIENCES:
        for one in await store.offered(desk.tx, author.id, audience, on=None):
            offered[one.definition.name] = one.definition
    bases = sorted(offered.values(), key=lambda made: (made.category, made.title))
    return render(
        desk.request, "agent/types/new.html", status=error.status if error else 200, mine=mine, author=author, bases=bases,
        typed={"titre": typed.get("titre", ""), "base": typed.get("base", "general"), "maniere": typed.get("maniere", "")},
        wrong=error.field if error else "", error=str(error) if error else "", **await frame(desk),
    )  # fmt: skip
