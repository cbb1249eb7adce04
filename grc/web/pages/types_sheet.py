"""A type on one page: its life with the requests that are in it now, its versions, who may do what with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from grc.actions import publish as publishing
from grc.actions import remap
from grc.errors import Conflict, NotFound
from grc.types import drafts, store
from grc.types.authors import AGENCY, Author
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, acting_for, address, author_of, counts, picture
from workflows.catalogue import UnknownType, catalogue
from workflows.definition import Definition
from workflows.moving import Unmovable, target
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


@dataclass(frozen=True, slots=True)
class Passage:
    """The open requests on an older version, by state: how many, and where each would be in the version in force, or why it cannot."""

    version: int
    lines: Sequence[tuple[str, int, str, str]]  # the state's label, how many, the state there, why not

    @property
    def movable(self) -> int:
        """How many can come."""
        return sum(number for _, number, there, _ in self.lines if there)


async def show(desk: Desk) -> web.StreamResponse:
    """The page of a type, for whoever may write it or set it for his own collectivity."""
    name = desk.request.match_info["name"]
    mine = await acting_for(desk)
    writer = next((author for author in mine if author.writes(name)), None)
    draft = await drafts.draft(desk.tx, writer.id, name) if writer else None
    number = await drafts.newest(desk.tx, name)
    if not number and draft is not None:
        return see_other(f"{address(name)}/brouillon/general")
    found = await store.document(desk.tx, name, number) if number and (writer or is_everybodys(name)) else None
    if found is None:
        raise NotFound(NOTHING)
    running = await counts(desk, name)
    versions = await _versions(desk, name, running, writer)
    in_force = next((version.number for version in versions if version.state != "withdrawn"), number)
    return render(
        desk.request, "agent/types/sheet.html",
        name=name, root=address(name), title=found.data.get("title", name), summary=found.data.get("summary", ""),
        audience=AUDIENCES.get(found.data.get("audience", "citizen"), ""), icon_=found.data.get("icon", "message-square"),
        picture=picture(found.data, running), versions=versions, total=sum(version.open for version in versions),
        setters=[author for author in mine if not author.writes(name)], writer=writer, draft=draft,
        drafted=words.spoken(draft.written_at, desk.now) if draft else "", mine=mine,
        passages=await _passages(desk, name, running, in_force),
        in_force=in_force, asked=desk.request.query.get("combien", ""), done=desk.request.query.get("fait", ""), **await frame(desk),
    )  # fmt: skip


def is_everybodys(name: str) -> bool:
    """Whether a type of this name serves all collectivities: it is the agency's, or of a module."""
    return Author(0, AGENCY, "", "").writes(name)


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


async def _passages(desk: Desk, name: str, running: Mapping[int, Mapping[str, int]], newer: int) -> Sequence[Passage]:
    """The open requests on older versions; those of a module that was taken away stay where they are."""
    found = []
    for older, states in sorted(running.items()):
        if older < newer:
            try:
                found.append(await _passage(desk, name, older, newer, states))
            except UnknownType:
                continue
    return found


async def _passage(desk: Desk, name: str, older: int, newer: int, states: Mapping[str, int]) -> Passage:
    old, new = await store.definition(desk.tx, name, older), await store.definition(desk.tx, name, newer)
    lines = []
    for state, number in states.items():
        label = old.states[state].label if state in old.states else state
        try:
            lines.append((label, number, new.states[target(old, new, state)].label, ""))
        except Unmovable as error:
            lines.append((label, number, "", str(error)))
    return Passage(older, lines)


async def move(desk: Desk) -> web.StreamResponse:
    """Asks that the open requests on an older version come to the one in force, as far as they can; the worker does it."""
    name = desk.request.match_info["name"]
    mine = await acting_for(desk)
    if not any(author.writes(name) for author in mine) and not is_everybodys(name):
        raise NotFound(NOTHING)
    older, running = desk.form.number("version") or 0, await counts(desk, name)
    try:
        newer = (await store.current(desk.tx, desk.agent.collectivities[0], name)).definition.version
    except UnknownType:
        raise NotFound(NOTHING) from None
    if older not in running or older >= newer:
        raise Conflict("Il n’y a plus de demande en cours sur cette version.")
    old, new = await store.definition(desk.tx, name, older), await store.definition(desk.tx, name, newer)
    states = [state for state in running[older] if _comes(old, new, state)]
    how = remap.RESTART if desk.form.text("echeances") == remap.RESTART else remap.KEEP
    asked = await remap.ask(desk.tx, [author.id for author in mine], name, older, newer, states, how, desk.agent.name, desk.now)
    return see_other(f"{address(name)}?fait=passer&combien={asked}")


def _comes(old: Definition, new: Definition, state: str) -> bool:
    try:
        return bool(target(old, new, state))
    except (Unmovable, KeyError):
        return False
