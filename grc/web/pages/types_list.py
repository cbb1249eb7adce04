"""The types of request of an administrator's collectivities: in force, being written, and what waits to be looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from aiohttp import web

from grc.clock import PARIS
from grc.db import sql
from grc.types import drafts, setting_rows, settings, store
from grc.types.authors import Author, agency_title
from grc.types.drafts import Written
from grc.types.setting_rows import Setting
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import acting_for, address
from workflows import yaml_lines
from workflows.catalogue import catalogue
from workflows.definition import Definition
from workflows.vocabulary import AUDIENCES

_queries = sql.load(__file__, "types.sql")


@dataclass(frozen=True, slots=True)
class Line:
    """A type in the list. `running`: how many requests are open on which version; `waiting`: changes of the agency to look at."""

    name: str
    title: str
    category: str
    icon: str
    audience: str
    version: int
    origin: str
    open: bool
    running: str
    draft: bool
    settled: bool
    waiting: int

    @property
    def href(self) -> str:
        return address(self.name)


async def show(desk: Desk) -> web.StreamResponse:
    """The list for one of his collectivities: the one asked for, else the first."""
    mine = await acting_for(desk)
    author = next((one for one in mine if one.code == desk.request.query.get("pour")), mine[0])
    lines = await _lines(desk, author)
    categories = [(name, list(group)) for name, group in groupby(lines, key=lambda line: line.category)]
    return render(
        desk.request, "agent/types/list.html", author=author, mine=mine, categories=categories,
        done=desk.request.query.get("fait", ""), beginnings=await _beginnings(desk, author, lines), **await frame(desk),
    )  # fmt: skip


async def _lines(desk: Desk, author: Author) -> Sequence[Line]:
    agency, today = await agency_title(desk.tx), desk.now.astimezone(PARIS).date()
    own = await setting_rows.all_current(desk.tx, author.id)
    written = {one.name: one for one in await drafts.written(desk.tx, [author.id])}  # the draft is the last of each name
    running: dict[str, dict[int, int]] = {}
    async for row in _queries.open_by_version(desk.tx.conn):
        running.setdefault(row["type"], {})[row["version"]] = row["n"]
    found: dict[str, Line] = {}
    for audience in AUDIENCES:
        for one in await store.offered(desk.tx, author.id, audience, on=None):
            made = one.definition
            mine = written.get(made.name)
            found[made.name] = Line(
                made.name, made.title, made.category, made.icon, _FOR[made.audience], made.version, _origin(author, made, agency),
                made.is_open(today), _running(running.get(made.name, {}), made.version),
                mine is not None and mine.version == drafts.DRAFT, one.variant != store.PLAIN,
                await _waiting(desk, made, own.get(made.name)),
            )  # fmt: skip
    for name, draft in written.items():
        if draft.version == drafts.DRAFT and name not in found:
            found[name] = _new(draft)
    return sorted(found.values(), key=lambda line: (line.category, line.title))


async def _waiting(desk: Desk, made: Definition, setting: Setting | None) -> int:
    """How many places the agency has changed that the collectivity had set otherwise."""
    found = await store.document(desk.tx, made.name, made.version) if setting else None
    return len(settings.waiting(setting.patch, setting.seen, found.data)) if setting and found else 0


def _origin(author: Author, made: Definition, agency: str) -> str:
    entry = catalogue().newest.get(made.name)
    if entry is not None and entry.definition.version == made.version:
        return "fourni avec le logiciel"
    return author.title if author.writes(made.name) else agency


# For whom, in as few words as a column has.
_FOR = {"citizen": "habitants", "member": "collectivités", "internal": "nos services"}


def _running(by_version: Mapping[int, int], newest: int) -> str:
    """« 12, dont 4 sur la version 2 »."""
    total = sum(by_version.values())
    if not total:
        return ""
    older = [f"{number} sur la version {version}" for version, number in sorted(by_version.items(), reverse=True) if version != newest]
    return words.count(total, "", "").strip() + (f", dont {', '.join(older)}" if older else "")


def _new(draft: Written) -> Line:
    """A type that was never published: what its draft says of itself, if it can be read."""
    try:
        data = yaml_lines.read(draft.document).data
    except yaml_lines.Unreadable:
        data = None
    said = data if isinstance(data, Mapping) else {}
    text = {key: said.get(key) if isinstance(said.get(key), str) else None for key in ("title", "category", "icon", "audience")}
    return Line(
        draft.name, text["title"] or draft.name, text["category"] or "Autres demandes", text["icon"] or "message-square",
        _FOR.get(text["audience"] or "citizen", ""), 0, "brouillon jamais publié", False, "", True, False, 0,
    )  # fmt: skip


async def _beginnings(desk: Desk, author: Author, lines: Sequence[Line]) -> Sequence[tuple[str, str]]:
    """The types that a new one may begin as."""
    return [(line.name, line.title) for line in lines if line.version]
