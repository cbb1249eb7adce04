"""The citizen's page of a request, `/suivi/<token>`: how it stands, what was said, and an answer by the same page."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from channels.suivi import parse as reading
from channels.suivi.acts import Acts
from channels.suivi.member import MemberAnswer
from channels.suivi.pages import Pages
from channels.suivi.receive import Reception
from channels.suivi.settings import suivi_limits
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.web.citizen.token import TokenMaker
from grc.web.route import Route, Who

MEMBER = "/agent/agence/demandes/{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}/repondre"
# Larger than any answer: the handler stops reading by itself, so as to keep what was typed before a file that is too large.
ANY_SIZE = 100_000_000_000


@dataclass(slots=True)
class Suivi:
    """The channel of the citizen's page."""

    room: Room
    name: str = field(default="suivi", init=False)
    answers_by: str = field(default="email", init=False)
    label: str = field(default="page de suivi", init=False)
    icon: str = field(default="link", init=False)

    def routes(self) -> Iterable[Route]:
        """The page, its files, an answer to it, and where to find the link."""
        limits = suivi_limits(self.room.settings)
        tokens = TokenMaker(self.room.settings.key("suivi"), "suivi")
        pages = Pages(limits, tokens)
        reception = Reception(pages, self.room.accept, limits, tokens)
        acts, members = Acts(pages, tokens), MemberAnswer(self.room.accept, limits, self.room.settings.key("member"))
        return (
            Route("GET", "/suivi", pages.where, Who.ANYONE, "suivi_where"),
            Route("GET", "/suivi/{token}", pages.show, Who.LINK, "suivi"),
            Route("POST", "/suivi/{token}", reception.receive, Who.LINK, "suivi_answer", max_body=ANY_SIZE),
            Route("POST", "/suivi/{token}/etape", acts.step, Who.LINK, "suivi_step"),
            Route("POST", "/suivi/{token}/avis", acts.rate, Who.LINK, "suivi_rate"),
            Route("POST", MEMBER, members.send, Who.AGENT, "suivi_member", max_body=limits.body),
            Route("GET", "/suivi/{token}/fichier/{file}", pages.file, Who.LINK, "suivi_file"),
        )

    def parse(self, received: Received) -> InboundMessage:
        """The message of an envelope."""
        return reading.parse(received)

    async def check(self) -> list[Health]:
        """The page needs nothing but the web and the database, which are checked elsewhere."""
        return []

    async def listen(self, stop: asyncio.Event) -> None:
        """Answers come in by the web."""

    async def send(self, message: OutboundMessage) -> Sent:
        """What we answer stands on the page by itself, and leaves by e-mail besides: nothing is ever sent here."""
        return Sent("permanent-failure", "The citizen's page takes no answer: it leaves by e-mail.")


def channel(room: Room) -> Suivi:
    """The channel in this house."""
    return Suivi(room)
