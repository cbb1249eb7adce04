"""An agent writes first: to whom, in whose name, about what."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from urllib.parse import quote

from aiohttp import web

from grc.actions.write import write
from grc.errors import BadInput
from grc.tickets import page as reading
from grc.tickets import reference
from grc.tickets.page import Place
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame

FIELDS = ("service", "adresse", "nom", "objet", "texte")
_NAMES = {"to_addr": "adresse", "to_name": "nom", "subject": "objet", "text": "texte"}


async def ask(desk: Desk) -> web.StreamResponse:
    """The empty form, or one that begins with the address of a known person."""
    return await _form(desk, {"adresse": desk.request.query.get("a", "")[:254]}, None)


async def send(desk: Desk) -> web.StreamResponse:
    """Opens the ticket and goes to it; or the form again, with what was typed and what must be mended."""
    collectivity, _, service = desk.form.text("service", 40).partition("-")
    try:
        if not (collectivity.isdigit() and service.isdigit()):
            raise BadInput("service", "Choisissez le service au nom duquel vous écrivez.")
        key = await write(
            desk.tx,
            desk.agent,
            int(collectivity),
            int(service),
            desk.form.text("adresse", 300),
            desk.form.text("nom", 200),
            desk.form.text("objet", 300),
            desk.form.text("texte"),
            [f for f in desk.form.files.get("fichiers", ()) if f.content],
            desk.now,
        )
    except BadInput as error:
        return await _form(desk, {name: desk.form.fields.get(name, "") for name in FIELDS}, error)
    return see_other(f"/agent/demandes/{quote(reference.encode(key.id))}?vue=tous&fait=ecrire")


async def _form(desk: Desk, typed: dict[str, str], error: BadInput | None) -> web.StreamResponse:
    places = [
        place
        for place in await reading.places(desk.tx, desk.agent.collectivities)
        if desk.agent.roles(place.collectivity_id, place.service_id)
    ]
    return render(
        desk.request,
        "agent/write.html",
        status=error.status if error else 200,
        groups=_grouped(places),
        typed={name: typed.get(name, "") for name in FIELDS},
        wrong=_NAMES.get(error.field, error.field) if error else "",
        error=str(error) if error else "",
        **await frame(desk),
    )


def _grouped(places: Sequence[Place]) -> list[tuple[str, list[Place]]]:
    return [(name, list(group)) for name, group in groupby(places, key=lambda place: place.collectivity)]
