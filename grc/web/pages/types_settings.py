"""What a collectivity says of its own on a type of the agency, and what the agency says differently since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from grc.actions.settle_type import settle
from grc.db import sql
from grc.errors import BadInput, NotFound
from grc.types import drafts, setting_rows, settings, store
from grc.types.authors import Author
from grc.types.setting_rows import Setting
from grc.types.settings import Said, Wrong
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, acting_for, address, anchor
from grc.web.pages.types_sheet import is_everybodys
from workflows import edit, inputs, vocabulary
from workflows.change import called
from workflows.edit import MISSING, Path, parse, spell
from workflows.inherit import amend
from workflows.said import said as for_page
from workflows.vocabulary import NBSP

_queries = sql.load(__file__, "types.sql")


@dataclass(frozen=True, slots=True)
class Reach:
    """A type as a collectivity has it: the agency's document, and what the collectivity says on top of it."""

    author: Author
    name: str
    whole: Mapping[str, Any]
    setting: Setting | None

    @property
    def patch(self) -> Mapping[str, Any]:
        return self.setting.patch if self.setting else {}

    @property
    def lived(self) -> Mapping[str, Any]:
        """The document as new requests of the collectivity live it."""
        made: Mapping[str, Any] = amend(self.whole, settings.fitting(self.whole, self.patch))
        return made

    @property
    def href(self) -> str:
        return settings_address(self.name, self.author)


@dataclass(frozen=True, slots=True)
class Choice:
    """A place where both say something: ours and theirs, side by side."""

    path: str
    title: str
    ours: str
    then: str
    now: str


def settings_address(name: str, author: Author) -> str:
    """Where a collectivity sets a type."""
    return f"{address(name)}/reglages/{author.code}"


async def show(desk: Desk) -> web.StreamResponse:
    """The settings, with what waits first."""
    return await _page(desk, await _reach(desk), (), {})


async def save(desk: Desk) -> web.StreamResponse:
    """Keeps what one section says; or shows it again with what must be mended, and what was typed."""
    here = await _reach(desk)
    told = [(path, value) for path, value in inputs.said(desk.form.fields, here.lived) if value != edit.at(here.lived, path)]
    faults = await settle(desk.tx, here.author.id, here.name, told, desk.agent.id, desk.now)
    if faults:
        return await _page(desk, here, faults, {path: value for path, value in told if value is not MISSING and _is_there(here, path)})
    return see_other(f"{here.href}?fait=regler#{anchor((desk.form.text('partie', 40) or 'contenu',))}")


async def take(desk: Desk) -> web.StreamResponse:
    """At one place: keep ours, now that theirs was looked at, or take theirs."""
    here = await _reach(desk)
    path = parse(desk.form.text("chemin", 2_000))
    ours = edit.at(here.patch, path) if settings.allowed(path) else MISSING
    if ours is MISSING:
        raise BadInput("chemin", "Ce réglage n’est plus là : rechargez la page.")
    value = ours if desk.form.text("garder") == "1" else MISSING
    faults = await settle(desk.tx, here.author.id, here.name, [(path, value)], desk.agent.id, desk.now)
    if faults:
        return await _page(desk, here, faults, {})
    return see_other(f"{here.href}?fait={'garder' if value is not MISSING else 'reprendre'}")


def _is_there(here: Reach, path: Path) -> bool:
    return settings.allowed(path) and edit.at(here.whole, path[:-1]) is not MISSING


async def _reach(desk: Desk) -> Reach:
    name, code = desk.request.match_info["name"], desk.request.match_info["code"]
    author = next((one for one in await acting_for(desk) if one.code == code), None)
    number = await drafts.newest(desk.tx, name)
    found = await store.document(desk.tx, name, number) if number else None
    if author is None or found is None or author.writes(name) or not is_everybodys(name):
        raise NotFound(NOTHING)
    return Reach(author, name, found.data, await setting_rows.current(desk.tx, author.id, name))


async def _page(desk: Desk, here: Reach, faults: Sequence[Wrong], typed: Mapping[Path, Any]) -> web.StreamResponse:
    lived: Any = here.lived
    for path, value in typed.items():
        lived = edit.put(lived, {}, path, value)
    seen = here.setting.seen if here.setting else {}
    own = settings.said(here.patch, seen, here.whole)
    waits = settings.waiting(here.patch, seen, here.whole)
    services = [(row["slug"], row["name"]) async for row in _queries.services(desk.tx.conn, collectivity_id=here.author.id)]
    return render(
        desk.request, "agent/types/settings.html", status=422 if faults else 200,
        here=here, author=here.author, whole=for_page(lived), theirs=for_page(here.whole), autosave=False, nothing=for_page({}),
        anchor=lambda path: anchor(parse(path)), spelt=inputs.spelt, services=services, actors=list(vocabulary.ACTORS.items()),
        units=list(vocabulary.UNITS.items()), faults={spell(fault.path): fault.text for fault in faults},
        choices=[_choice(here, one) for one in waits], ours={spell(one.path): _words(here, one.path, one.now) for one in own},
        root=address(here.name), done=desk.request.query.get("fait", ""),
        since=words.spoken(here.setting.made_at, desk.now) if here.setting else "", **await frame(desk),
    )  # fmt: skip


def _choice(here: Reach, said: Said) -> Choice:
    return Choice(
        spell(said.path), _title(here.whole, said.path), _words(here, said.path, said.ours), _words(here, said.path, said.then),
        _words(here, said.path, said.now),
    )  # fmt: skip


_CALLED = {"fields": "Champ", "texts": "Texte", "deadlines": "Échéance", "transitions": "Acte"}


def _title(whole: Mapping[str, Any], path: Path) -> str:
    """Which place, in words: « Champ « Lieu » · aide »."""
    what = vocabulary.KEYS.get(path[-1], path[-1])
    if len(path) == 1:
        return what.capitalize()
    return f"{_CALLED[path[0]]} «{NBSP}{called(edit.at(whole, path[:-1]), path[-2])}{NBSP}» · {what}"


def _words(here: Reach, path: Path, value: Any) -> str:
    """A value as a person reads it."""
    match value:
        case _ if value is MISSING:
            return "rien"
        case bool():
            return "ouvert" if value else "fermé"
        case list():
            return ", ".join(vocabulary.ACTORS.get(str(one), str(one)) for one in value)
        case Mapping():
            return next((f"{value[unit]} {words_}" for unit, words_ in vocabulary.UNITS.items() if unit in value), "")
        case _:
            return str(value)
