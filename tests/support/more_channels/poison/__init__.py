"""A channel whose parser is killed by what it reads, as a fault in a library written in C would: for one test alone."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterable

from grc.messages.channel import Health, Room
from grc.messages.model import InboundMessage, OutboundMessage, Received, Sent
from grc.web.route import Route

NAME = "poison"
DEADLY = b"deadly"
MENDED = "TEST_POISON_MENDED"  # set in the environment of a program in which the fault was mended


class Poison:
    """Every message is a line of text; a deadly one ends the process, until the fault is mended."""

    name = NAME
    label = "essai"
    icon = "mail"
    answers_by = NAME

    def routes(self) -> Iterable[Route]:
        """None."""
        return ()

    def parse(self, received: Received) -> InboundMessage:
        """The line, or the end of the process."""
        if received.raw.startswith(DEADLY) and MENDED not in os.environ:
            os.kill(os.getpid(), signal.SIGKILL)
        return InboundMessage(from_name="Essai", subject=received.raw.decode(), body_text=received.raw.decode())

    async def check(self) -> list[Health]:
        """Nothing to look at."""
        return []

    async def listen(self, stop: asyncio.Event) -> None:
        """Nothing to listen to."""

    async def send(self, message: OutboundMessage) -> Sent:
        """Nothing is sent."""
        return Sent("delivered", "")


def channel(room: Room) -> Poison:
    """The channel."""
    return Poison()
