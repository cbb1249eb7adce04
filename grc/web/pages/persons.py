"""`/agent/personnes`: a person looked for by name, mail address, telephone number, or the reference of a request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from grc.people import find
from grc.people.find import Found
from grc.tickets import reference
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import is_partial, render
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame, initials

MOST = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A person as a list shows him: his addresses as (icon, kind in words, as one says it)."""

    found: Found
    initials: str
    addresses: Sequence[tuple[str, str, str]]
    where: str
    last: str
    open: str


async def show(desk: Desk) -> web.StreamResponse:
    """Whoever is found by `?q=`; while one types, the list alone."""
    here, places = await administered(desk, "agent")
    asked = desk.request.query.get("q", "").strip()[:200]
    values: dict[str, Any] = {"here": here, "asked": asked, "rows": await rows(desk, here.id, asked), "full": MOST}
    if is_partial(desk.request):
        return render(desk.request, "agent/_personnes.html", **values)
    return render(desk.request, "agent/personnes.html", places=places, **values, **await frame(desk))


async def rows(desk: Desk, collectivity_id: int, asked: str, most: int = MOST) -> list[Row]:
    """The persons these words may mean, as a list shows them."""
    found = await find.find(desk.tx, collectivity_id, asked, most, reference.read(asked) or "") if asked else []
    return [row(desk, one) for one in found]


def row(desk: Desk, found: Found) -> Row:
    """One person, in words."""
    return Row(
        found, initials(found.name), [(*telling.identity(a.kind), telling.value(a.kind, a.value, a.label)) for a in found.addresses],
        ", ".join(found.postal_address.splitlines()), words.ago(found.last_at, desk.now) if found.last_at else "",
        words.count(found.open, "demande ouverte", "demandes ouvertes") if found.open else "",
    )  # fmt: skip
