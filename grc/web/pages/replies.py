"""`/admin/reponses`: for how long a reply reopens a closed request, and to whom the service writes nothing by itself."""

from __future__ import annotations

from aiohttp import web

from grc.actions.set_replies import MOST_DAYS, set_replies
from grc.collectivities import replies
from grc.errors import BadInput
from grc.web import words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame


async def show(desk: Desk) -> web.StreamResponse:
    """The setting, and the addresses."""
    return await _page(desk)


async def save(desk: Desk) -> web.StreamResponse:
    """Keeps the number of days, or says what is wrong with it."""
    here, _ = await administered(desk)
    try:
        await set_replies(desk.tx, desk.agent, here.id, desk.form.number("jours"), desk.now)
    except BadInput as error:
        return await _page(desk, str(error), desk.form.text("jours", 20))
    return see_other(f"/admin/reponses?collectivite={here.id}&fait=enregistrer")


async def _page(desk: Desk, error: str = "", typed: str = "") -> web.StreamResponse:
    here, places = await administered(desk)
    days = typed or str(await replies.days(desk.tx, here.id))
    muted = [(one, words.day(one.at)) for one in await replies.muted(desk.tx, here.id)]
    done = "Réglage enregistré." if desk.request.query.get("fait") == "enregistrer" and not error else ""
    return render(
        desk.request, "agent/reponses.html", status=422 if error else 200, here=here, places=places, days=days, most=MOST_DAYS,
        muted=muted, error=error, done=done, **await frame(desk),
    )  # fmt: skip
