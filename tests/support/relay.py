"""The mail server of the citizens: a real SMTP server that keeps what it is given, and can be away for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP


@dataclass(frozen=True, slots=True)
class Caught:
    """A mail that left, with its envelope and the moment it came."""

    at: float
    mail_from: str
    rcpt_to: str
    mail: EmailMessage

    @property
    def text(self) -> str:
        """The plain text of the mail."""
        part = self.mail.get_body(("plain",))
        assert part is not None
        return str(part.get_content())


class Relay:
    """Listens on one port of this machine. `close` and `open` again are an outage."""

    def __init__(self) -> None:
        self.mails: list[Caught] = []
        self.port = 0
        self._server: asyncio.Server | None = None
        self._news = asyncio.Condition()
        self._talks: list[SMTP] = []

    async def open(self) -> None:
        """Begins to listen, on the same port as before if it did."""
        loop = asyncio.get_running_loop()

        def talk() -> SMTP:
            self._talks.append(SMTP(self, enable_SMTPUTF8=True, loop=loop))
            return self._talks[-1]

        self._server = await loop.create_server(talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Is away: who calls is refused, and whoever was connected is cut off."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for talk in self._talks:
            if isinstance(talk.transport, asyncio.Transport):
                talk.transport.abort()
        self._talks.clear()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by the server for each mail."""
        mail = message_from_bytes(envelope.original_content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        async with self._news:
            for recipient in envelope.rcpt_tos:
                self.mails.append(Caught(time.monotonic(), envelope.mail_from, recipient, mail))
            self._news.notify_all()
        return "250 2.0.0 kept"

    def to(self, address: str) -> list[Caught]:
        """The mails that came for an address, in order."""
        return [caught for caught in self.mails if caught.rcpt_to == address]

    async def caught(self, wanted: Callable[[Caught], bool], within: float = 10.0) -> Caught:
        """The first mail like this, waited for. A mail that does not come fails with what came instead."""

        def first() -> Caught | None:
            return next((caught for caught in self.mails if wanted(caught)), None)

        try:
            async with self._news, asyncio.timeout(within):
                await self._news.wait_for(lambda: first() is not None)
        except TimeoutError:
            seen = [(caught.rcpt_to, caught.mail["Subject"]) for caught in self.mails]
            raise AssertionError(f"no such mail left within {within} s; these did: {seen}") from None
        one = first()
        assert one is not None
        return one
