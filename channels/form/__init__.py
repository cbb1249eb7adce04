"""The citizen's forms: `/<insee or siren>/contact`, and one for each type of request. What they take is answered by e-mail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from channels.form import parse as reading
from channels.form.brake import Brake
from channels.form.member import MemberForm
from channels.form.pages import Pages
from channels.form.proof import Prover
from channels.form.receive import Reception
from channels.form.settings import form_settings
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.web.citizen.framed import framed
from grc.web.citizen.token import TokenMaker
from grc.web.route import Route, Who

MEMBER = "/agent/agence/nouvelle/{type:[a-z][a-z0-9_]{0,39}}"
# Larger than any form: the handler stops reading by itself, so as to keep what was typed before a file that is too large.
ANY_SIZE = 100_000_000_000


@dataclass(slots=True)
class Form:
    """The channel of the form."""

    room: Room
    name: str = field(default="form", init=False)
    answers_by: str = field(default="email", init=False)
    label: str = field(default="formulaire", init=False)
    icon: str = field(default="notebook-pen", init=False)

    def routes(self) -> Iterable[Route]:
        """The form, its sending, its receipt."""
        settings, key = form_settings(self.room.settings), self.room.settings.key("form")
        tokens, prover = TokenMaker(key, "form"), Prover(key, settings.proof_cost)
        pages = Pages(settings, tokens, prover)
        reception = Reception(pages, self.room.accept, settings, tokens, prover, Brake(self.room.db, key, settings.window))
        members = MemberForm(self.room.accept, settings, TokenMaker(key, "member"))
        return (
            Route("GET", "/{place}/contact", pages.show, Who.ANYONE, "form"),
            Route("POST", "/{place}/contact", reception.receive, Who.ANYONE, "form_send", max_body=ANY_SIZE),
            Route("GET", "/{place}/demarches/{type}", pages.show, Who.ANYONE, "form_of_type"),
            Route("POST", "/{place}/demarches/{type}", reception.receive, Who.ANYONE, "form_of_type_send", max_body=ANY_SIZE),
            Route("GET", MEMBER, members.show, Who.AGENT, "form_of_member"),
            Route("POST", MEMBER, members.send, Who.AGENT, "form_of_member_send", max_body=settings.limits.body),
            Route("GET", "/{place}/contact/recu/{number}", pages.receipt, Who.LINK, "form_receipt"),
            *_framed(pages, reception),
        )

    def parse(self, received: Received) -> InboundMessage:
        """The message of an envelope."""
        return reading.parse(received)

    async def check(self) -> list[Health]:
        """Forms need nothing but the web and the database, which are checked elsewhere."""
        return []

    async def listen(self, stop: asyncio.Event) -> None:
        """Forms come in by the web."""

    async def send(self, message: OutboundMessage) -> Sent:
        """Answers to a form leave by e-mail: nothing is ever sent here."""
        return Sent("permanent-failure", "A form takes no answer: it leaves by e-mail.")


def _framed(pages: Pages, reception: Reception) -> Iterable[Route]:
    """The same within the pages of web sites: nothing else of ours can be framed."""
    show, take = framed(pages.show), framed(reception.receive)
    return (
        Route("GET", "/{place}/cadre/contact", show, Who.ANYONE, "form_framed"),
        Route("POST", "/{place}/cadre/contact", take, Who.ANYONE, "form_framed_send", max_body=ANY_SIZE),
        Route("GET", "/{place}/cadre/demarches/{type}", show, Who.ANYONE, "form_of_type_framed"),
        Route("POST", "/{place}/cadre/demarches/{type}", take, Who.ANYONE, "form_of_type_framed_send", max_body=ANY_SIZE),
        Route("GET", "/{place}/cadre/contact/recu/{number}", framed(pages.receipt), Who.LINK, "form_receipt_framed"),
    )


def channel(room: Room) -> Form:
    """The channel in this house."""
    return Form(room)
