"""A register taken along as a table, and a table brought in: shown before it is done, done as it was shown."""

from __future__ import annotations

import asyncio

from aiohttp import web

from grc.clock import PARIS
from grc.errors import BadInput
from grc.records import sheet, store
from grc.records.bring_in import Plan, bring_in, prepared
from grc.records.model import Line
from grc.records.reach import Reach
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.files import disposition
from grc.web.pages.frame import frame
from grc.web.pages.registers import address, around, here_of
from workflows.values import say

MOST_SHOWN = 200  # lines of each kind in the preview


async def export(desk: Desk) -> web.StreamResponse:
    """The register as CSV, as far as this agent sees it: what it holds, or its head alone."""
    here = await here_of(desk)
    lines = [line for line in await store.everything(desk.tx, here.owner, here.register) if here.ours or line.active]
    name = f"{here.register.name}-{desk.now.astimezone(PARIS):%Y-%m-%d}.csv"
    desk.then = lambda: _written(here, lines, name)
    return web.Response()


async def _written(here: Reach, lines: list[Line], name: str) -> web.StreamResponse:
    """After the commit, beside the loop: thousands of lines take a while."""
    text = await asyncio.to_thread(sheet.written, here.register, lines, whole=here.ours)
    headers = {"Content-Disposition": disposition("attachment", name)}
    return web.Response(body=text.encode("utf-8-sig"), content_type="text/csv", charset="utf-8", headers=headers)


async def ask(desk: Desk) -> web.StreamResponse:
    """Which file to bring in, and what it must look like."""
    here = await here_of(desk)
    here.allow()
    return await _ask(desk, here)


async def bring(desk: Desk) -> web.StreamResponse:
    """What the file would do; or, where that was seen, does it."""
    here = await here_of(desk)
    here.allow()
    today = desk.now.astimezone(PARIS).date()
    try:
        if table := desk.form.fields.get("table"):
            plan = await bring_in(desk.tx, here, table, desk.agent.name, desk.agent.id, desk.now, today)
            counts = {"ajoutees": len(plan.added), "changees": len(plan.changed), "refusees": len(plan.refused)}
            return see_other(address(here, fait="apportees", **counts))
        files = [file for file in desk.form.files.get("fichier", ()) if file.content]
        if not files:
            raise BadInput("fichier", "Choisissez le fichier à importer.")
        read, plan = await prepared(desk.tx, here, files[0].content, today)
    except BadInput as error:
        return await _ask(desk, here, str(error))
    return render(
        desk.request,
        "agent/registre_apercu.html",
        file=files[0].name,
        table=sheet.decoded(files[0].content),
        plan=plan,
        changes=_changes(here, plan),
        unknown=read.unknown,
        most=MOST_SHOWN,
        **await around(desk, here),
        **await frame(desk),
    )


async def _ask(desk: Desk, here: Reach, error: str = "") -> web.StreamResponse:
    return render(
        desk.request,
        "agent/registre_import.html",
        status=422 if error else 200,
        error=error,
        columns=[(column.head, column.field.required, column.field.kind == "computed") for column in sheet.columns(here.register)],
        key=here.register.by_field[here.register.key].label,
        **await around(desk, here),
        **await frame(desk),
    )


def _changes(here: Reach, plan: Plan) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
    """Of each line that changes its key, its title, and each field with what it was and what it becomes, in words."""
    told = []
    for write in plan.changed[:MOST_SHOWN]:
        fields = [(here.register.by_field[name], before, after) for name, (before, after) in write.changes.items()]
        said = [(one.label, say(one, before), say(one, after)) for one, before, after in fields]
        if write.what in ("put_away", "brought_back"):
            said.append(("Rangée", *(("", "oui") if write.what == "put_away" else ("oui", ""))))
        told.append((write.key, write.title, said))
    return told
