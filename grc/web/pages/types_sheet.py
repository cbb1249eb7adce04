"""A type on one page: its life with the requests that are in it now, its versions, who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from grc.actions import publish as publishing
from grc.errors import NotFound
from grc.types import drafts, store
from grc.types.authors import Author
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, acting_for, address, author_of, counts, picture
from workflows.catalogue import catalogue
from workflows.vocabulary import AUDIENCES


@dataclass(frozen=True, slots=True)
class Version:
    """A version as the page tells it: since when, by whom, how many requests are open on it."""

    number: int
    state: str
    since: str
    by: str
    open: int
    mine: bool


async def show(desk: Desk) -> web.StreamResponse:
    """The page of a type, for whoever may write it or set it for his own collectivity."""
    name = desk.request.match_info["name"]
    mine = await acting_for(desk)
    writer = next((author for author in mine if author.writes(name)), None)
    draft = await drafts.draft(desk.tx, writer.id, name) if writer else None
    number = await drafts.newest(desk.tx, name)
    if not number and draft is not None:
        return see_other(f"{address(name)}/brouillon/general")
    found = await store.document(desk.tx, name, number) if number and reaches(mine, name) else None
    if found is None:
        raise NotFound(NOTHING)
    running = await counts(desk, name)
    versions = await _versions(desk, name, running, writer)
    return render(
        desk.request, "agent/types/sheet.html",
        name=name, root=address(name), title=found.data.get("title", name), summary=found.data.get("summary", ""),
        audience=AUDIENCES.get(found.data.get("audience", "citizen"), ""), icon_=found.data.get("icon", "message-square"),
        picture=picture(found.data, running), versions=versions, total=sum(version.open for version in versions),
        writer=writer, draft=draft, drafted=words.spoken(draft.written_at, desk.now) if draft else "", mine=mine,
        done=desk.request.query.get("fait", ""), **await frame(desk),
    )  # fmt: skip


def reaches(mine: Sequence[Author], name: str) -> bool:
    """Whether a type serves one of these collectivities: their own, or the agency's."""
    return any(author.writes(name) for author in mine) or Author(0, "agency", "", "").writes(name)


async def _versions(desk: Desk, name: str, running: Mapping[int, Mapping[str, int]], writer: Author | None) -> Sequence[Version]:
    found = [
        Version(
            one.version, one.state, _since(one.published_at, desk.now), one.written_by, sum(running.get(one.version, {}).values()),
            writer is not None and one.collectivity_id == writer.id,
        )
        for one in await drafts.versions(desk.tx, name)
    ]  # fmt: skip
    known = {version.number for version in found}
    for other, number in catalogue().entries:
        if other == name and number not in known:
            found.append(Version(number, "module", "", "", sum(running.get(number, {}).values()), False))
    return sorted(found, key=lambda version: -version.number)


def _since(at: datetime | None, now: datetime) -> str:
    return words.spoken(at, now) if at else ""


async def publish(desk: Desk) -> web.StreamResponse:
    """The draft becomes the next version; where something is to be mended, the refusal says so and the draft stays."""
    name = desk.request.match_info["name"]
    author = await author_of(desk, name)
    await publishing.publish(desk.tx, author.id, name, desk.agent.id, desk.now)
    return see_other(f"{address(name)}?fait=publier")


async def withdraw(desk: Desk) -> web.StreamResponse:
    """A version is no longer begun with."""
    name = desk.request.match_info["name"]
    author = await author_of(desk, name)
    await publishing.withdraw(desk.tx, author.id, name, desk.form.number("version") or 0)
    return see_other(f"{address(name)}?fait=retirer")
