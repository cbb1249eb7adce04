"""The registers an agent reaches: which there are, and the lines of one as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from grc.collectivities.kinds import names
from grc.errors import NotFound
from grc.records import store
from grc.records.model import Line
from grc.records.reach import Reach, reach, reaches
from grc.web import words
from grc.web.body import clean
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame
from workflows.parts.fields import Field
from workflows.register import registers
from workflows.values import say

LONGEST_CELL = 90  # signs of a value in the table


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A register in the list of those there are."""

    path: str
    icon: str
    title: str
    summary: str
    count: str
    kept: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in the table."""

    text: str
    number: bool


async def show(desk: Desk) -> web.StreamResponse:
    """The registers, with how many lines each has for this agent."""
    found = await reaches(desk.tx, desk.agent, registers().values())
    owners = sorted({one.owner for one in found})
    whole = await store.counts(desk.tx, owners, sorted({one.register.name for one in found}))
    own = {one.owner: [o.register.name for o in found if o.owner == one.owner and o.members is not None] for one in found}
    partly = {
        (owner, name): count
        for owner, asked in own.items()
        if asked
        for name, count in (await store.counts_of(desk.tx, owner, asked, desk.agent.collectivities)).items()
    }
    called = await names(desk.tx, owners)
    listed = [
        RegisterLine(
            address(one), one.register.icon, one.register.title, one.register.summary,
            _counted((whole if one.members is None else partly)[one.owner, one.register.name]), called[one.owner],
        )
        for one in found
    ]  # fmt: skip
    return render(desk.request, "agent/registres.html", registers=sorted(listed, key=lambda one: one.title), **await frame(desk))


async def lines(desk: Desk) -> web.StreamResponse:
    """The lines of a register: a page of them, those that answer a search, those about one member, those put away."""
    here = await here_of(desk)
    query = desk.request.query
    asked, away = clean(query.get("q", "")).strip()[:200], query.get("rangees") == "1"
    member = _member(query.get("membre", "")) if here.ours and here.register.member_field else None
    if asked:
        found = list(await store.search(desk.tx, here.owner, here.register, asked, member=member, active=not away))
        after = ""
    else:
        members = [member] if member is not None else here.members
        page = await store.page(
            desk.tx, here.owner, here.register, members=members, active=not away, after=clean(query.get("apres", ""))[:2000]
        )  # fmt: skip
        found, after = list(page.lines), page.after
    shown = [here.register.by_field[name] for name in here.register.columns if visible(here, here.register.by_field[name])]
    return render(
        desk.request,
        "agent/registre_lignes.html",
        heads=[(one.label, one.kind in ("number", "computed")) for one in shown],
        lines=[(line, [_cell(one, line) for one in shown]) for line in found],
        asked=asked,
        away=away,
        member=member,
        members=await store.members(desk.tx, here.owner) if here.ours and here.register.member_field else (),
        more=address(here, q=asked, membre=member, rangees="1" if away else None, apres=after) if after else "",
        full=len(found) >= store.FOUND and bool(asked),
        later=bool(query.get("apres")),
        done=query.get("fait", ""),
        told={name: _count(query.get(name, "")) for name in ("ajoutees", "changees", "refusees")},
        **await around(desk, here),
        **await frame(desk),
    )


async def here_of(desk: Desk) -> Reach:
    """The register that the path names, of the collectivity that the query or the form names, as this agent reaches it."""
    register = registers().get(desk.request.match_info["register"])
    owner = desk.request.query.get("pour", "") or desk.form.fields.get("pour", "")
    return await reach(desk.tx, desk.agent, register, _member(owner))


def address(here: Reach, *more: str, **query: Any) -> str:
    """The address of a register, of something in it, with what is asked; of whose it is where the agent may have several."""
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    if here.register.owner == "each":
        asked["pour"] = here.owner
    return "/".join(("/agent/registres", here.register.name, *more)) + (f"?{urlencode(asked)}" if asked else "")


def visible(here: Reach, field: Field) -> bool:
    """Whether this agent sees a field: what is not shown is for those who keep the register."""
    return here.ours or field.shown


async def around(desk: Desk, here: Reach) -> dict[str, Any]:
    """What the pages of one register say around its lines."""
    several = [one for one in await reaches(desk.tx, desk.agent, [here.register]) if one.owner != here.owner]
    called = await names(desk.tx, [here.owner, *(one.owner for one in several)])
    return {
        "here": here,
        "register": here.register,
        "owner": called[here.owner],
        "others": [(called[one.owner], address(one)) for one in several],
        "address": lambda *more, **query: address(here, *more, **query),
    }


async def line_of(desk: Desk, here: Reach) -> Line:
    """The line that the path names. One that was put away is there for those who keep the register."""
    line = await store.line(desk.tx, here.owner, here.register, int(desk.request.match_info["line"]))
    if not line.active and not here.ours:
        raise NotFound("Cette ligne n’existe pas, ou ne vous est pas accessible.")
    return line


def values_of(here: Reach, line: Line) -> Sequence[tuple[str, str]]:
    """The values of a line in words, of the fields this agent sees."""
    said = ((one.label, say(one, line.data.get(one.name))) for one in here.register.fields if visible(here, one))
    return [(label, text) for label, text in said if text]


def _cell(one: Field, line: Line) -> Cell:
    text = say(one, line.data.get(one.name)).replace("\n", " · ")
    return Cell(text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…", one.kind in ("number", "computed"))


def _counted(number: int) -> str:
    return words.count(number, "ligne", "lignes") if number < 10_000 else f"plus de 10{words.NNBSP}000{words.NBSP}lignes"


def _member(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _count(text: str) -> int:
    return _member(text) or 0
