"""`/admin/sources-abusives`: the sources a collectivity holds to be abusive: who said so, why, until when, and what came since."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from grc.actions.mark_abusive import lift, prolong, proposed_end
from grc.actions.silence import last_day
from grc.errors import BadInput
from grc.tickets import abusive
from grc.tickets.abusive import Line
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages import law_typed
from grc.web.pages.administered import administered
from grc.web.pages.frame import frame

DONE = {"prolonger": "Signalement prolongé.", "lever": "Signalement levé : les accusés de réception repartent."}


@dataclass(frozen=True, slots=True)
class Row:
    """A source as the page shows it. `near`: its end is near, and whoever leads is asked what becomes of it."""

    line: Line
    icon: str
    value: str
    until: str
    near: bool
    came: str


async def show(desk: Desk) -> web.StreamResponse:
    """Those that stand, and those that are over."""
    return await _page(desk)


async def act(desk: Desk) -> web.StreamResponse:
    """Gives one another last day, or lifts it with a reason; says what is wrong where it cannot."""
    here, _ = await administered(desk, "chief")
    number, what = desk.form.number("signalement") or 0, desk.form.text("faire")
    try:
        match what:
            case "prolonger":
                await prolong(desk.tx, desk.agent, here.id, number, law_typed.day(desk, "jusque"), desk.now)
            case "lever":
                await lift(desk.tx, desk.agent, here.id, number, desk.form.text("pourquoi"), desk.now)
            case _:
                raise BadInput("faire", "Dites ce qu’il faut faire de ce signalement.")
    except BadInput as error:
        return await _page(desk, str(error), number)
    return see_other(f"/admin/sources-abusives?collectivite={here.id}&fait={what}")


async def _page(desk: Desk, error: str = "", wrong: int = 0) -> web.StreamResponse:
    here, places = await administered(desk, "chief")
    rows = [_row(line, desk) for line in await abusive.listed(desk.tx, here.id, desk.now)]
    standing = [row for row in rows if _stands(row.line, desk)]
    return render(
        desk.request, "agent/sources_abusives.html", status=422 if error else 200, here=here, places=places, error=error, wrong=wrong,
        standing=sorted(standing, key=lambda row: not row.near), over=[row for row in rows if row not in standing],
        proposed=proposed_end(desk.now).isoformat(), typed=desk.form.fields.get("pourquoi", ""),
        done=DONE.get(desk.request.query.get("fait", ""), ""), **await frame(desk),
    )  # fmt: skip


def _row(line: Line, desk: Desk) -> Row:
    sign, _ = telling.identity(line.kind)
    came = words.count(line.messages, "message", "messages") if line.messages else "rien"
    near = _stands(line, desk) and line.review_at <= desk.now
    return Row(line, sign, telling.value(line.kind, line.value), last_day(line.until), near, came)


def _stands(line: Line, desk: Desk) -> bool:
    return line.lifted_at is None and line.until > desk.now
