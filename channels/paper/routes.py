"""The pages of paper: the desk of letters that come, cover sheets, the letters that leave."""

from __future__ import annotations

from channels.paper.desk import ScanDesk
from channels.paper.outgoing import Outgoing
from channels.paper.reading import Reader
from channels.paper.sheets import CoverSheets
from grc import clock
from grc.messages.channel import Room
from grc.messages.marks import Marks
from grc.web.module import Way
from grc.web.route import Route, Who

WAYS = (
    Way("/agent/courrier", "Lettres reçues", "mail-open", Who.AGENT),
    Way("/agent/courrier/depart", "Lettres à poster", "printer", Who.AGENT),
)
LETTER = "{place:[0-9]{1,9}}-{letter:[0-9]{1,18}}"
MB = 1_000_000


def routes(room: Room, marks: Marks) -> tuple[Route, ...]:
    """All of them, each with who may."""
    desk, sheets, leaving = ScanDesk(Reader(room.db, marks, clock.now)), CoverSheets(marks), Outgoing(room.db)
    return (
        Route("GET", "/agent/courrier", desk.show, Who.AGENT, "paper_desk"),
        Route("POST", "/agent/courrier/deposer", desk.hand_in, Who.AGENT, "paper_hand_in", max_body=205 * MB),
        Route("GET", "/agent/courrier/intercalaires", sheets.show, Who.AGENT, "paper_sheets"),
        Route("GET", "/agent/courrier/intercalaires.pdf", sheets.print, Who.AGENT, "paper_sheet"),
        Route("GET", "/agent/courrier/depart", leaving.show, Who.AGENT, "paper_leaving"),
        Route("POST", "/agent/courrier/depart", leaving.act, Who.AGENT, "paper_leaving_do"),
        Route("GET", f"/agent/courrier/depart/{LETTER}.pdf", leaving.one, Who.AGENT, "paper_leaving_pdf"),
        Route("POST", f"/agent/courrier/depart/{LETTER}/{{act:[a-z]+}}", leaving.follow, Who.AGENT, "paper_leaving_follow"),
        Route("GET", f"/agent/courrier/{LETTER}", desk.one, Who.AGENT, "paper_letter"),
        Route("POST", f"/agent/courrier/{LETTER}", desk.decide, Who.AGENT, "paper_letter_do"),
        Route("POST", f"/agent/courrier/{LETTER}/{{act:[a-z]+}}", desk.aside, Who.AGENT, "paper_letter_aside"),
        Route("GET", f"/agent/courrier/{LETTER}/original", desk.original, Who.AGENT, "paper_letter_original"),
        Route("GET", f"/agent/courrier/{LETTER}/pages/{{page:[0-9]{{1,4}}}}", desk.picture, Who.AGENT, "paper_letter_page"),
    )
