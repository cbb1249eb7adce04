"""Cover sheets: printed by the dozen, laid between letters, they tell the reader to whom and when those that follow came."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import web

from channels.paper.desk import arrival_day, service_of, services
from grc.clock import PARIS
from grc.messages.marks import Marks, SheetMark
from grc.paper.model import Letterhead, Mark, Paragraph, Sheet
from grc.paper.render import render as set_in_type
from grc.web.desk import Desk
from grc.web.page import render
from grc.web.pages.frame import frame
from workflows.dates import with_weekday

CAPTION = "Posez cette feuille sur la première page de chaque lettre. Elle n’est pas gardée."


@dataclass(frozen=True, slots=True)
class CoverSheets:
    """The page that offers them, and the sheets."""

    marks: Marks

    async def show(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/intercalaires`."""
        today = desk.now.astimezone(PARIS).date()
        return render(desk.request, "paper/sheets.html", services=await services(desk), today=today.isoformat(), **await frame(desk))

    async def print(self, desk: Desk) -> web.StreamResponse:
        """`GET /agent/courrier/intercalaires.pdf?service=…&arrivee=…`: one sheet, to be printed as often as needed."""
        chosen = await service_of(desk, desk.request.query.get("service", ""))
        day = arrival_day(desk.request.query.get("arrivee", ""), desk.now.astimezone(PARIS).date())
        mark = SheetMark(chosen["collectivity_id"], chosen["id"], day)

        async def then() -> web.StreamResponse:
            content = await asyncio.to_thread(set_in_type, sheet_of(chosen["place"], chosen["name"], mark, self.marks))
            name = f"intercalaire-{chosen['slug']}-{day.isoformat()}.pdf"
            return web.Response(
                body=content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'}
            )

        desk.then = then
        return web.Response()


def sheet_of(place: str, service: str, mark: SheetMark, marks: Marks) -> Sheet:
    """A cover sheet, before it is a PDF. Pure."""
    said = with_weekday(mark.day)
    return Sheet(
        title=f"Lettres arrivées le {said}", letterhead=Letterhead(place, (service,)), party=None, place_and_date="Feuille intercalaire",
        reference="", blocks=(Mark(marks.sheet(mark), CAPTION), Paragraph(f"Service : {service}\nDate d’arrivée : {said}")),
    )  # fmt: skip
