"""One line of a register: what it says and what became of it; added, changed, put away and brought back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aiohttp import web

from grc.clock import PARIS
from grc.errors import BadInput
from grc.records import store
from grc.records.keep import keep, move
from grc.records.model import Change, Line
from grc.records.reach import Reach
from grc.types.options import options
from grc.web import words
from grc.web.asked import by_input, draw
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.pages.registers import address, around, here_of, line_of, values_of
from grc.web.parts import settings
from grc.web.places import places
from workflows import gestures
from workflows.form import PREFIX, Raw, as_typed, read
from workflows.values import say

WHAT = {"added": "Ajoutée", "changed": "Changée", "put_away": "Rangée", "brought_back": "Remise en service"}


async def show(desk: Desk) -> web.StreamResponse:
    """The line, with its history for those who keep the register."""
    here = await here_of(desk)
    line = await line_of(desk, here)
    history = await store.history(desk.tx, here.owner, line.id) if here.ours else ()
    return render(
        desk.request,
        "agent/registre_ligne.html",
        line=line,
        values=values_of(here, line),
        history=[(change, WHAT[change.what], words.spoken(change.at, desk.now), _changes(here, change)) for change in history],
        done=desk.request.query.get("fait", ""),
        **await around(desk, here),
        **await frame(desk),
    )


async def ask_new(desk: Desk) -> web.StreamResponse:
    """The empty form of a line."""
    here = await here_of(desk)
    here.allow()
    return await _form(desk, here, None, {name: [text] for name, text in desk.request.query.items() if name.startswith(PREFIX)})


async def add(desk: Desk) -> web.StreamResponse:
    """Adds the line, or shows the form again with what must be mended."""
    return await _keep(desk, await here_of(desk), None)


async def ask_change(desk: Desk) -> web.StreamResponse:
    """The form of a line, filled in."""
    here = await here_of(desk)
    here.allow()
    line = await line_of(desk, here)
    return await _form(desk, here, line, as_typed(here.register.fields, line.data))


async def change(desk: Desk) -> web.StreamResponse:
    """Changes the line, or shows the form again with what must be mended."""
    here = await here_of(desk)
    return await _keep(desk, here, await line_of(desk, here))


async def put_away(desk: Desk) -> web.StreamResponse:
    """Puts the line away, or brings it back: either undoes the other."""
    here = await here_of(desk)
    line, back = int(desk.request.match_info["line"]), desk.form.text("remettre", 1) == "1"
    await move(desk.tx, here, desk.agent, line, desk.now, active=back)
    return see_other(address(here, str(line), fait="remise" if back else "rangee"))


async def _keep(desk: Desk, here: Reach, line: Line | None) -> web.StreamResponse:
    here.allow()
    raw: Raw = desk.form.every
    if gesture := gestures.asked_for(raw):
        return await _form(desk, here, line, gestures.after(raw, gesture))
    today = desk.now.astimezone(PARIS).date()
    found = await options(desk.tx, here.owner, here.register.fields, raw, today)
    filled = read(here.register.fields, raw, today, found.find)
    faults = by_input((fault.name, fault.text) for fault in filled.faults)
    if not faults:
        try:
            number = await keep(desk.tx, here, desk.agent, line, filled.values, desk.now)
            return see_other(address(here, str(number), fait="ajoutee" if line is None else "changee"))
        except BadInput as error:
            faults = {PREFIX + error.field: [str(error)]}
    return await _form(desk, here, line, raw, faults)


async def _form(
    desk: Desk, here: Reach, line: Line | None, raw: Raw, faults: Mapping[str, Sequence[str]] | None = None
) -> web.StreamResponse:
    today = desk.now.astimezone(PARIS).date()
    found = await options(desk.tx, here.owner, here.register.fields, raw, today)
    filled = read(here.register.fields, raw, today, found.find)
    return render(
        desk.request,
        "agent/registre_saisie.html",
        status=422 if faults else 200,
        line=line,
        asked=draw(here.register.fields, raw, filled, found, faults),
        wrong=[(name, text) for name, texts in (faults or {}).items() for text in texts],
        places=places(settings(desk.request)),
        **await around(desk, here),
        **await frame(desk),
    )


def _changes(here: Reach, change: Change) -> list[tuple[str, str, str]]:
    """Of each field its name, what it was and what it became, in words."""
    told: list[tuple[str, str, str]] = []
    for name, (before, after) in change.data.items():
        one = here.register.by_field.get(name)
        told.append((one.label if one else name, *(say(one, value) if one else str(value or "") for value in (before, after))))  # type: ignore[arg-type]
    return told
