"""One part of a draft on its page: its forms, with what is wrong and the picture beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from grc.errors import NotFound
from grc.types import drafts, store
from grc.web.desk import Desk
from grc.web.page import is_partial, render
from grc.web.pages.frame import frame
from grc.web.pages.types_bench import NOTHING, PARTS, Bench, anchor, bench, counts, mends, picture
from grc.web.pages.types_choices import choices
from grc.web.pages.types_elders import elders
from grc.web.pages.types_preview import texts
from workflows import edit, inputs
from workflows.difference import differences
from workflows.edit import MISSING, spell
from workflows.said import Said, said

# What stands on the page of each part.
_LISTS: Mapping[str, Sequence[str]] = {
    "champs": ("fields", "checks", "items"),
    "etats": ("states",),
    "actes": ("transitions",),
    "reactions": ("reactions",),
    "echeances": ("deadlines",),
    "textes": ("texts",),
    "documents": ("documents",),
    "chiffres": ("figures",),
    "scenarios": ("scenarios",),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A part of a list as its form shows it. `inherited`: it comes from the type below; `changed`: and says something else there."""

    path: str
    anchor: str
    name: str
    part: Mapping[str, Any]
    inherited: bool
    changed: bool
    first: bool
    last: bool


async def show(desk: Desk) -> web.StreamResponse:
    """The part of the address, or the general one; in the page that is open, only what a change may have changed."""
    part = desk.request.match_info.get("part", "general")
    if part not in PARTS:
        raise NotFound(NOTHING)
    here = await bench(desk)
    query = desk.request.query
    values = {
        **await page_values(desk, here, part),
        "gone": query.get("retire", "")[:200],
        "opened": query.get("ouvrir", ""),
        "done": query.get("fait", ""),
    }
    if is_partial(desk.request):
        return render(desk.request, "agent/types/_bench.html", **values)
    return render(desk.request, "agent/types/draft.html", **{**await frame(desk), **values})


async def page_values(desk: Desk, here: Bench, part: str) -> Mapping[str, Any]:
    """All that the page of a part says."""
    examined = here.examined
    whole = said(examined.whole) if examined.shapely else Said()
    wrong = mends(here)
    return {
        "bench": here,
        "csrf": desk.agent.csrf,
        "part": part,
        "nothing": Said(),
        "autosave": True,
        **await _changes(desk, here),
        "parts": [(name, title, sign, sum(mend.part == name for mend in wrong)) for name, (title, sign) in PARTS.items()],
        "mends": wrong,
        "whole": whole,
        "shapely": examined.shapely,
        "picture": picture(examined.whole, await counts(desk, here.name)),
        "lists": {key: items(examined, key) for key in _LISTS.get(part, ())} if examined.shapely else {},
        "anchor": lambda path: anchor(edit.parse(path)),
        "rows": lambda when: condition_rows(when, whole),
        "spelt": inputs.spelt,
        "written": await texts(desk, here) if part == "textes" else {},
        "elders": await elders(desk, here) if part == "passages" else (),
        **await choices(desk, here),
    }


async def _changes(desk: Desk, here: Bench) -> Mapping[str, Any]:
    """What the draft changes of the version in force."""
    number = await drafts.newest(desk.tx, here.name)
    before = await store.document(desk.tx, here.name, number) if number and here.examined.shapely else None
    return {"published": number, "changes": differences(before.data, here.examined.whole) if before else ()}


def items(examined: Any, key: str) -> Sequence[Item]:
    """The parts of a list or of a mapping of the whole document, in its order."""
    held = said(examined.whole.get(key))
    pairs: list[tuple[str, Any]] = []
    if isinstance(held, Mapping):
        pairs = list(held.items())
    elif isinstance(held, list):
        pairs = [(_step(part, number), part) for number, part in enumerate(held)]
    return list(_items(examined, key, [(step, part) for step, part in pairs if isinstance(part, Mapping)]))


def _items(examined: Any, key: str, pairs: Sequence[tuple[str, Any]]) -> Iterator[Item]:
    own, below = edit.at(examined.own, (key,)), examined.below
    ours = len(own) if isinstance(own, list) and key == "reactions" else 0
    made = []
    for number, (step, part) in enumerate(pairs):
        path = (key, step)
        under = edit.at(below, path)
        if key == "reactions":
            inherited, changed = bool(below) and number >= ours, False
        else:
            inherited = under is not MISSING
            changed = inherited and edit.at(examined.own, path) is not MISSING
        made.append((path, part, inherited, changed))
    movable: list[tuple[str, ...]] = [path for path, _, inherited, _ in made if not inherited] or [()]
    for path, part, inherited, changed in made:
        yield Item(
            spell(path), anchor(path), path[1].removeprefix("@"), part, inherited, changed,
            first=inherited or path == movable[0], last=inherited or path == movable[-1],
        )  # fmt: skip


def _step(part: Any, number: int) -> str:
    name = part.get("name", part.get("title")) if isinstance(part, Mapping) and "on" not in part else None
    return f"@{name}" if name is not None else str(number)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a condition: what is asked, how, of which values. `known` are the values to choose among."""

    key: str
    test: str
    value: str
    chosen: frozenset[str]
    known: Sequence[tuple[str, str]] | None


def condition_rows(when: Any, whole: Any) -> Sequence[Row]:
    """The rows of a condition, and an empty one to begin another with."""
    rows: list[Row] = []
    for key, test in when.items() if isinstance(when, Mapping) else ():
        tests = {"is": test} if isinstance(test, list) else dict(test) if isinstance(test, Mapping) else {}
        rows.extend(_row(key, name, value, whole) for name, value in tests.items() if value is not None)
    return [*rows, Row("", "is", "", frozenset(), None)]


def _row(key: str, test: str, value: Any, whole: Any) -> Row:
    known = inputs.possible(whole, key)
    values = value if isinstance(value, list) else [value]
    spelt = [inputs.spelt(one) for one in values]
    if test == "filled":
        test, spelt = ("filled" if value else "empty"), []
    pairs = [(inputs.spelt(one), label) for one, label in known.items()] if known and test in ("is", "not") else None
    return Row(key, test, ", ".join(spelt), frozenset(spelt), pairs)
