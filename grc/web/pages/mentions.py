"""`/admin/mentions`: what a collectivity says on its legal pages, seen as it will be read, published where the law lacks nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from grc.actions.word_pages import word_pages
from grc.collectivities import legal_pages
from grc.collectivities.kinds import kinds
from grc.collectivities.legal_pages import OWED, OWED_BY_HOST, LegalPages, Missing, missing
from grc.tickets.notice_texts import Place
from grc.web import words
from grc.web.citizen import legal_pages as public
from grc.web.citizen import place
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame

# The fields of the form by those of what is said; numbers are read apart.
_TEXTS: Mapping[str, str] = {
    "director": "directeur", "capacity": "qualite", "address": "adresse", "phone": "telephone", "dpo": "delegue",
    "dpo_contact": "joindre", "recipients": "destinataires", "inaccessible": "inaccessible", "host": "hebergeur",
    "host_address": "hebergeur-adresse", "host_phone": "hebergeur-telephone",
}  # fmt: skip
_NUMBERS: Mapping[str, str] = {"keep_months": "mois", "archive_years": "annees"}
_BOXES = {**_TEXTS, **_NUMBERS}


async def show(desk: Desk) -> web.StreamResponse:
    """What is published, or an older version, or what would be proposed, with the pages as they read."""
    here, places = await administered(desk)
    asked = desk.request.query.get("version", "")
    kept = await legal_pages.versions(desk.tx, here.id)
    version = next((one for one in kept if str(one.id) == asked), None)
    says = version.pages if version else (await public.publisher(desk.tx, await place.by_id(desk.tx, here.id))).says
    return await _page(desk, here, places, says)


async def save(desk: Desk) -> web.StreamResponse:
    """Publishes what was typed, or says what the law still wants of it; only shows it where that is asked."""
    here, places = await administered(desk)
    says = _typed(desk)
    if desk.form.text("apercu") == "1":
        return await _page(desk, here, places, says)
    refused = await word_pages(desk.tx, desk.agent, here.id, says, desk.now)
    if refused:
        return await _page(desk, here, places, says, refused, status=422)
    return see_other(f"/admin/mentions?collectivite={here.id}&fait=publier")


def _typed(desk: Desk) -> LegalPages:
    texts = {name: desk.form.text(box) for name, box in _TEXTS.items()}
    return LegalPages.of({**texts, **{name: _number(desk.form.text(box)) for name, box in _NUMBERS.items()}})


def _number(text: str) -> int | None:
    """A whole number, or None where it is none: what is owed and missing is told beside all that is."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


async def _page(
    desk: Desk, here: Place, places: Sequence[Place], says: LegalPages, refused: Sequence[Missing] = (), status: int = 200
) -> web.StreamResponse:
    hosts = (await kinds(desk.tx, [here.id]))[here.id] == "agency"
    kept = await legal_pages.versions(desk.tx, here.id)
    owed = {**OWED, **(OWED_BY_HOST if hosts else {})}
    seen = await place.by_id(desk.tx, here.id)
    values: dict[str, Any] = {
        "here": here, "places": places, "says": says, "hosts": hosts, "boxes": _BOXES, "collectivity": seen,
        "owed": {name: article for name, (_, article) in owed.items()}, "what": {name: what for name, (what, _) in owed.items()},
        "refused": [(_BOXES[one.field], one.what, one.article) for one in refused], "wrong": {one.field for one in refused},
        "kept": [(one, words.moment(one.made_at)) for one in kept], "finished": any(one.current for one in kept),
        "lacking": [one.what for one in missing(says, hosts=hosts)],
        "unfinished": await legal_pages.unfinished(desk.tx) if hosts else [],
        "done": "Ces pages sont publiées." if desk.request.query.get("fait") == "publier" else "",
        **await public.shown(desk.tx, seen, says),
    }  # fmt: skip
    return render(desk.request, "agent/mentions.html", status=status, **{**await frame(desk), **values})
