"""The counter: an agent takes a request for somebody who stands before him, calls, or has written a letter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from channels.counter import parse as reading
from channels.counter import receipt
from channels.counter.receive import Counter
from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.web.route import Route, Who

RECEIPT = "/agent/guichet/recu/{reference:[0-9A-Z]{4}-[0-9A-Z]{3,5}}"


@dataclass(slots=True)
class CounterChannel:
    """The channel of the counter."""

    room: Room
    name: str = field(default="counter", init=False)
    answers_by: str = field(default="email", init=False)
    label: str = field(default="guichet", init=False)
    icon: str = field(default="store", init=False)
    kinds: Sequence[str] = ("email", "tel")

    def routes(self) -> Iterable[Route]:
        """The form, the persons it finds, the questions of a type, its sending, the receipt."""
        counter = Counter(self.room.accept)
        return (
            Route("GET", "/agent/guichet", counter.show, Who.AGENT, "counter"),
            Route("GET", "/agent/guichet/personnes", counter.persons, Who.AGENT, "counter_persons"),
            Route("GET", RECEIPT, receipt.show, Who.AGENT, "counter_receipt"),
            Route("GET", f"{RECEIPT}.pdf", receipt.pdf, Who.AGENT, "counter_receipt_pdf"),
            Route("POST", RECEIPT, receipt.send, Who.AGENT, "counter_receipt_send"),
            Route("POST", "/agent/guichet/champs", counter.questions, Who.AGENT, "counter_questions"),
            Route("POST", "/agent/guichet", counter.send, Who.AGENT, "counter_send"),
        )

    def parse(self, received: Received) -> InboundMessage:
        """The message of an envelope."""
        return reading.parse(received)

    async def check(self) -> list[Health]:
        """The counter needs nothing but the web and the database, which are checked elsewhere."""
        return []

    async def listen(self, stop: asyncio.Event) -> None:
        """Requests come in by the web."""

    async def send(self, message: OutboundMessage) -> Sent:
        """Whoever came to the counter is answered by another way: nothing is ever sent here."""
        return Sent("permanent-failure", "The counter takes no answer: it leaves by mail, text message or letter.")


def channel(room: Room) -> CounterChannel:
    """The channel in this house."""
    return CounterChannel(room)
