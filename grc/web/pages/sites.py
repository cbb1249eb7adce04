"""`/admin/sites`: which web sites may show the forms of a collectivity, and what to paste into their pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web
from markupsafe import escape

from grc.actions.name_sites import name_sites
from grc.clock import PARIS
from grc.collectivities import sites
from grc.collectivities.kinds import kinds
from grc.errors import BadInput
from grc.types import store as types
from grc.web.citizen import place
from grc.web.citizen.offer import GENERAL
from grc.web.citizen.place import Place
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame
from grc.web.parts import settings
from grc.web.words import NNBSP

SHARED = "_commune"  # no name of a type: the shared page, which the agency alone has


@dataclass(frozen=True, slots=True)
class Snippets:
    """What to paste for one form: a line of script, a frame, a link; and where its preview is."""

    title: str
    script: str
    iframe: str
    link: str
    preview: str


async def show(desk: Desk) -> web.StreamResponse:
    """The sites, and the snippets of the form that `?formulaire=` names."""
    return await _page(desk)


async def save(desk: Desk) -> web.StreamResponse:
    """Keeps the sites, or says which line is none."""
    here, _ = await administered(desk)
    typed = desk.form.text("sites", 20_000)
    try:
        await name_sites(desk.tx, desk.agent, here.id, typed.splitlines(), desk.now)
    except BadInput as error:
        return await _page(desk, str(error), typed)
    return see_other(f"/admin/sites?collectivite={here.id}&fait=enregistrer")


async def _page(desk: Desk, error: str = "", typed: str = "") -> web.StreamResponse:
    here, administers = await administered(desk)
    seen, hosts = await place.by_id(desk.tx, here.id), (await kinds(desk.tx, [here.id]))[here.id] == "agency"
    today = desk.now.astimezone(PARIS).date()
    offered = [one.definition for one in await types.offered(desk.tx, here.id, on=today) if one.definition.name != GENERAL]
    shared = {SHARED: f"À qui s’adresser{NNBSP}?"} if hosts else {}
    forms = {"": f"Écrire {seen.to}", **shared, **{one.name: one.title for one in offered}}
    asked = desk.request.query.get("formulaire", "")
    chosen = asked if asked in forms else ""
    own = await sites.own(desk.tx, here.id)
    values: dict[str, Any] = {
        "here": here, "places": administers, "hosts": hosts, "forms": forms, "chosen": chosen, "error": error,
        "typed": typed if error else "\n".join(own), "named": bool(own),
        "inherited": [one for one in await sites.allowed(desk.tx, here.id) if one not in own],
        "snippets": snippets(settings(desk.request).url(), seen, chosen, forms[chosen]),
        "ours": settings(desk.request).url(),
        "done": "Sites enregistrés." if desk.request.query.get("fait") == "enregistrer" and not error else "",
    }  # fmt: skip
    return render(desk.request, "agent/sites.html", status=422 if error else 200, **{**await frame(desk), **values})


def snippets(ours: str, here: Place, form: str, title: str) -> Snippets:
    """The three of one form; `ours` is the address of this installation. Pure."""
    code = "" if form == SHARED else here.code
    rest = "/demarches" if form == SHARED else f"/demarches/{form}" if form else "/contact"
    alone, framed = f"{ours}{f'/{code}' if code else ''}{rest}", f"{ours}{f'/{code}' if code else ''}/cadre{rest}"
    data = (f' data-collectivite="{code}"' if code else "") + (f' data-demarche="{form}"' if form and code else "")
    name = escape(title)
    link = f'<a href="{alone}" referrerpolicy="no-referrer-when-downgrade">{name}</a>'
    return Snippets(
        title,
        f'<script src="{ours}/embed.js"{data} data-titre="{name}" defer></script>\n<noscript>{link}</noscript>',
        f'<iframe src="{framed}" title="{name}" width="100%" height="1400" referrerpolicy="no-referrer-when-downgrade"></iframe>\n'
        f"<p>{link}</p>",
        link,
        framed.removeprefix(ours),
    )
