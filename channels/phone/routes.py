"""Every address of the telephone on one screen."""

from __future__ import annotations

from collections.abc import Sequence

from channels.phone import card, journal, recording
from channels.phone.receive import MOST_BYTES, WORD, Reception
from grc.messages.channel import Room
from grc.web.hook import pattern
from grc.web.route import Route, Who

CORNER = "/agent/appels/miens"
CALL = "/agent/appels/{place:[0-9]{1,9}}/{call:[0-9]{1,18}}"


def routes(room: Room) -> Sequence[Route]:
    """The door of switchboards, the card of a call with its sheet, the log."""
    door = Reception(room.accept)
    basic = f"/hooks/{WORD}/{{account:[0-9]{{1,9}}}}"
    return (
        Route("POST", pattern(WORD), door.called, Who.LINK, "phone_hook", max_body=MOST_BYTES),
        Route("POST", basic, door.called_with_password, Who.LINK, "phone_hook_basic", max_body=MOST_BYTES),
        Route("POST", f"{pattern(WORD)}/enregistrement", recording.handed_in, Who.LINK, "phone_recording", max_body=recording.MOST_BYTES),
        Route("GET", "/agent/appels", journal.show, Who.AGENT, "calls"),
        Route("GET", CORNER, card.corner, Who.AGENT, "calls_mine"),
        Route("GET", CALL, card.page, Who.AGENT, "call"),
        Route("POST", f"{CALL}/fiche", card.fill_in, Who.AGENT, "call_sheet"),
        Route("POST", f"{CALL}/ranger", card.put_away, Who.AGENT, "call_put_away"),
        Route("GET", f"{CALL}/enregistrement", recording.play, Who.AGENT, "call_recording"),
    )
