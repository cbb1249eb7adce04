"""What could not be delivered, by what the relays answered: tried again, or sent to another address.

Another address is the choice of those who see the request: an operator would read by it what is not his.
"""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import web

from grc.actions.redirect import redirect
from grc.errors import BadInput
from grc.messages import arrivals, failures
from grc.messages.arrivals import NEWEST, Who
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.ledger import number
from grc.web.parts import CHANNELS, channel_face

HOME = "/agent/registre/envois"
DONE = {
    "reessaye": f"Remis dans la file{words.NBSP}: les envois repartent pour deux jours d’essais.",
    "adresse": "Le message part à la nouvelle adresse, et l’historique de la demande le dit.",
}


async def show(desk: Desk) -> web.StreamResponse:
    """The answers by which deliveries failed, and the deliveries of the one that was chosen."""
    return await _show(desk, desk.request.query.get("reponse"))


async def _show(desk: Desk, chosen: str | None, fault: BadInput | None = None) -> web.StreamResponse:
    around = await frame(desk)
    scope = await desk.as_registrar()
    groups = await failures.groups(desk.tx, scope)
    chosen = chosen[:200] if chosen is not None else groups[0].answer if groups else ""
    found, older = await failures.failed(desk.tx, scope, chosen, number(desk.request.query.get("avant", "")) or NEWEST)
    places = await arrivals.names(desk.tx, [one.collectivity_id for one in found])
    channels = desk.request.app[CHANNELS]
    lines = [
        (one, words.spoken(one.at, desk.now), channel_face(channels, one.channel), places.get(one.collectivity_id, "")) for one in found
    ]
    return render(
        desk.request, "agent/envois.html", status=fault.status if fault else 200, groups=groups, chosen=chosen,
        elsewhere=scope is not None, lines=lines, older=f"{HOME}?{urlencode({'reponse': chosen, 'avant': older})}" if older else "",
        error=str(fault) if fault else "", done=DONE.get(desk.request.query.get("fait", ""), ""), **around,
    )  # fmt: skip


async def retry(desk: Desk) -> web.StreamResponse:
    """Puts one delivery, or all of an answer, back in line."""
    scope = await desk.as_registrar()
    chosen, answer = desk.form.number("envoi_id"), desk.form.text("reponse", 200)
    await failures.retry(desk.tx, scope, [] if chosen is None else [chosen], answer, Who(desk.agent.id, desk.agent.name), desk.now)
    return see_other(f"{HOME}?fait=reessaye")


async def elsewhere(desk: Desk) -> web.StreamResponse:
    """Sends the message of one delivery to another address."""
    collectivity, chosen = desk.form.number("chez") or 0, desk.form.number("envoi_id") or 0
    try:
        await redirect(desk.tx, desk.agent, collectivity, chosen, desk.form.text("adresse", 300), desk.now)
    except BadInput as error:
        return await _show(desk, desk.form.text("reponse", 200), error)
    return see_other(f"{HOME}?fait=adresse")
