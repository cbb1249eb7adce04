"""Which collectivity an administrator's page is about, of those he administers: `?collectivite=`, or the same field of its form."""

from __future__ import annotations

from grc.errors import BadInput, NotFound
from grc.tickets import notice_texts
from grc.tickets.notice_texts import Place
from grc.web.desk import Desk


async def administered(desk: Desk, role: str = "admin") -> tuple[Place, list[Place]]:
    """The collectivity in question, and all he administers, or has at least this role in. NotFound where it is none of them."""
    mine = [number for number in desk.agent.collectivities if desk.agent.may(role, number)]
    places = await notice_texts.places(desk.tx, mine)
    asked = desk.form.number("collectivite") if desk.form.fields else None
    wanted = asked if asked is not None else _number(desk.request.query.get("collectivite", ""))
    here = next((one for one in places if one.id == wanted), None) if wanted is not None else next(iter(places), None)
    if here is None:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    return here, places


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadInput("collectivite", "Cette collectivité n’existe pas.")
    return int(text)
