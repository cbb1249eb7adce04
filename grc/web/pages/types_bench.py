"""The bench on which an administrator works: for which collectivity he acts, the draft before him, what is wrong in it, its picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from grc.actions.publish import looked_at
from grc.db import sql
from grc.errors import NotFound
from grc.types import drafts
from grc.types.authors import Author, authors
from grc.types.drafts import Written
from grc.web.desk import Desk
from workflows.drawing import draw
from workflows.examine import Examined
from workflows.picture import graph

_queries = sql.load(__file__, "types.sql")
NOTHING = "Cette page n’existe pas, ou ne vous est pas accessible."
# The parts of the builder: their address, their title, their sign.
PARTS: Mapping[str, tuple[str, str]] = {
    "general": ("Général", "settings-2"),
    "champs": ("Champs", "text-cursor-input"),
    "etats": ("États", "circle-dot"),
    "actes": ("Actes", "mouse-pointer-click"),
    "reactions": ("Réactions", "zap"),
    "echeances": ("Échéances", "clock"),
    "textes": ("Textes", "mail"),
    "documents": ("Documents", "file-text"),
    "chiffres": ("Chiffres", "chart-column"),
    "scenarios": ("Scénarios", "list-checks"),
    "passages": ("Passages", "git-branch"),
    "parcours": ("Parcours", "workflow"),
    "apercu": ("Aperçu", "smartphone"),
    "texte": ("Document", "code"),
}
# In which part each key of the document is mended; all others are general.
_HOME = {
    "fields": "champs", "checks": "champs", "items": "champs", "states": "etats", "initial": "etats", "transitions": "actes",
    "reactions": "reactions", "deadlines": "echeances", "texts": "textes", "documents": "documents", "figures": "chiffres",
    "scenarios": "scenarios", "moves": "passages", "covered_by": "texte", "extends": "texte", "version": "texte", "name": "texte",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mend:
    """A fault as the side shows it: where, what, and the link to the part to mend."""

    part: str
    where: str
    text: str
    href: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Bench:
    """A draft in the hands of an administrator of its collectivity."""

    author: Author
    name: str
    draft: Written
    examined: Examined

    @property
    def root(self) -> str:
        """The address of the type."""
        return address(self.name)


def address(name: str) -> str:
    """The address of the page of a type."""
    return f"/admin/types/{quote(name)}"


async def acting_for(desk: Desk) -> Sequence[Author]:
    """The collectivities whose administrator he is, the agency first. NotFound where there is none."""
    found = [author for author in await authors(desk.tx, desk.agent.collectivities) if desk.agent.may("admin", author.id)]
    if not found:
        raise NotFound(NOTHING)
    return found


async def author_of(desk: Desk, name: str) -> Author:
    """For whom he writes the type of this name. NotFound where it is not his to write: it looks like one that does not exist."""
    author = next((author for author in await acting_for(desk) if author.writes(name)), None)
    if author is None:
        raise NotFound(NOTHING)
    return author


async def bench(desk: Desk) -> Bench:
    """The draft of the address, looked at as it stands. NotFound where there is none of his."""
    name = desk.request.match_info["name"]
    author = await author_of(desk, name)
    draft = await drafts.draft(desk.tx, author.id, name)
    if draft is None:
        raise NotFound(NOTHING)
    return Bench(author, name, draft, await looked_at(desk.tx, draft.document))


def mends(bench: Bench) -> Sequence[Mend]:
    """What is to be mended, each with the link to its part, in the order of the parts."""
    order = list(PARTS)
    found = []
    for fault in bench.examined.faults:
        part = _HOME.get(str(fault.path[0]), "general") if fault.path and bench.examined.shapely else "texte"
        place = f"ligne-{fault.line}" if part == "texte" else _anchor_of(bench.examined.whole, fault.path)
        found.append(Mend(part, fault.where, fault.text, f"{bench.root}/brouillon/{part}#{place}", place))
    return sorted(found, key=lambda mend: order.index(mend.part))


def _anchor_of(whole: Any, path: Sequence[str | int]) -> str:
    """Where on the page of its part a fault is mended: at the part of the list it is in."""
    if len(path) < 2:
        return anchor((str(path[0]),)) if path else "contenu"
    part = whole[path[0]]
    step = path[1]
    if isinstance(step, int) and isinstance(part, list):
        name = next((part[step][key] for key in ("name", "title") if key in part[step]), None) if isinstance(part[step], Mapping) else None
        return anchor((str(path[0]), f"@{name}" if name is not None else str(step)))
    return anchor((str(path[0]), str(step)))


def anchor(path: Sequence[str]) -> str:
    """A path as the id of an element: `fields-urgence`."""
    return "-".join("".join(c if c.isalnum() else "_" for c in step.removeprefix("@")) for step in path)


async def counts(desk: Desk, name: str) -> Mapping[int, Mapping[str, int]]:
    """How many requests of this type are open now, by version and state: everywhere for the agency, at home for others."""
    found: dict[int, dict[str, int]] = {}
    async for row in _queries.open_by_state(desk.tx.conn, name=name):
        found.setdefault(row["version"], {})[row["state"]] = row["n"]
    return found


def picture(whole: Any, by_version: Mapping[int, Mapping[str, int]]) -> Markup:
    """The drawing of a life, with how many requests are in each state now, whatever their version; empty where nothing can be drawn."""
    if not isinstance(whole, Mapping) or not isinstance(whole.get("states"), Mapping):
        return Markup()
    total: dict[str, int] = {}
    for states in by_version.values():
        for state, number in states.items():
            total[state] = total.get(state, 0) + number
    made = graph(whole, total)
    return Markup(draw(made, standalone=False)) if made.nodes else Markup()  # noqa: S704 (every text in it is escaped)
