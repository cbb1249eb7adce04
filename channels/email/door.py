"""Mail comes in by our own door: LMTP for who owns a mail server, SMTP for the demonstration.

250 is said only once the mail is in the ledger, committed; while the database is away the answer is 4xx, and the sender keeps it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import structlog

from channels.email import commands
from channels.email.commands import BadArgument
from channels.email.letterbox import Answer, Envelope, Letterbox, Place
from channels.email.wire import Gone, Room, Unread, Wire
from grc.errors import Unavailable
from grc.messages.model import Accepted, Rejected

log = structlog.get_logger()

LONGEST_LINE = 2048
Speaks = Literal["lmtp", "smtp"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one client, and all of them together, may ask of the door."""

    mail_bytes: int
    held_bytes: int = 256 * 1024 * 1024  # of all mails being read
    clients: int = 200
    recipients: int = 100
    mistakes: int = 20
    command_seconds: float = 300.0  # RFC 5321, 4.5.3.2.7
    mail_seconds: float = 600.0
    farewell_seconds: float = 5.0  # for conversations under way when the program ends


class Door:
    """One listening socket; `opened` is set, and `port` known, once it takes clients."""

    def __init__(self, speaks: Speaks, letterbox: Letterbox, bounds: Bounds, *, catches: bool = False) -> None:
        self._speaks = speaks
        self._letterbox = letterbox
        self._bounds = bounds
        self._catches = catches
        self._room = Room(bounds.held_bytes)
        self._clients: dict[asyncio.Task[None], Conversation | None] = {}
        self.opened = asyncio.Event()
        self.port = 0

    async def serve(self, host: str, port: int, stop: asyncio.Event) -> None:
        """Takes mail until `stop`. Another process that has the port is waited for: it may be a worker about to end."""
        server = await self._bind(host, port, stop)
        if server is None:
            return
        try:
            await stop.wait()
        finally:
            server.close()
            for talk in self._clients.values():
                if talk is not None:
                    talk.take_leave()
            if self._clients:
                await asyncio.wait(list(self._clients), timeout=self._bounds.farewell_seconds)
            for client in self._clients:
                client.cancel()
            await asyncio.gather(*self._clients, return_exceptions=True)

    async def _bind(self, host: str, port: int, stop: asyncio.Event) -> asyncio.Server | None:
        told = False
        while not stop.is_set():
            try:
                server = await asyncio.start_server(self._greet, host, port)
            except OSError as error:
                if not told:
                    log.warning("door.closed", speaks=self._speaks, host=host, port=port, error=str(error))
                told = True
                try:
                    await asyncio.wait_for(stop.wait(), 2.0)
                except TimeoutError:
                    pass
            else:
                self.port = server.sockets[0].getsockname()[1]
                self.opened.set()
                log.info("door.open", speaks=self._speaks, host=host, port=self.port)
                return server
        return None

    async def _greet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._clients[task] = None
        try:
            if len(self._clients) > self._bounds.clients:
                writer.write(b"421 4.3.2 Too many clients, come back later\r\n")
                return
            peer = writer.get_extra_info("peername")
            wire = Wire(reader, self._room)
            talk = Conversation(self._speaks, self._letterbox, self._bounds, self._catches, wire, writer, str(peer[0]) if peer else "")
            self._clients[task] = talk
            try:
                await talk.hold()
            finally:
                wire.release()
        except (Gone, ConnectionError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass  # the end of the program; let through, it would be told as an error of the loop
        finally:
            del self._clients[task]
            writer.close()


class Conversation:
    """One client, from greeting to farewell."""

    def __init__(
        self, speaks: Speaks, letterbox: Letterbox, bounds: Bounds, catches: bool, wire: Wire, writer: asyncio.StreamWriter, peer: str
    ) -> None:
        self._speaks = speaks
        self._letterbox = letterbox
        self._bounds = bounds
        self._catches = catches
        self._wire = wire
        self._writer = writer
        self._peer = peer
        self._helo = ""
        self._mail_from: str | None = None
        self._recipients: list[tuple[str, Place]] = []
        self._over = False
        self._waiting = False

    def take_leave(self) -> None:
        """The program ends: at once where the client is silent, else after the answer he waits for."""
        self._over = True
        if self._waiting:
            self._writer.write(b"421 4.3.2 Closing, come back later\r\n")
            self._writer.close()

    async def hold(self) -> None:
        """Answers command after command until the client leaves, falls silent or errs too often."""
        mistakes = 0
        await self._say(f"220 grc {'LMTP' if self._speaks == 'lmtp' else 'ESMTP'} service ready")
        while not self._over:
            try:
                self._waiting = True
                async with asyncio.timeout(self._bounds.command_seconds):
                    line = await self._wire.line(LONGEST_LINE)
                self._waiting = False
            except TimeoutError:
                await self._say("421 4.4.2 Silent for too long")
                return
            try:
                answer = await self._answer(line)
            except BadArgument as error:
                answer = str(error)
            except Unavailable as error:
                log.warning("door.database_away", error=str(error))
                answer = "451 4.3.0 Not now, try again later"
            except (Gone, ConnectionError):
                raise
            except Exception:
                log.exception("door.failed", peer=self._peer)
                answer = "451 4.3.0 Not now, try again later"
            mistakes += answer.startswith("50")
            if mistakes > self._bounds.mistakes:
                answer = "421 4.7.0 Too many mistakes"
                self._over = True
            await self._say(answer)

    async def _say(self, answer: str) -> None:
        if answer:
            self._writer.write(answer.encode() + b"\r\n")
        if self._wire.idle or self._over:  # RFC 2920: answers to a group of commands leave together
            async with asyncio.timeout(self._bounds.command_seconds):
                await self._writer.drain()

    async def _answer(self, line: bytes | None) -> str:
        if line is None:
            return "500 5.5.2 Line too long"
        verb, _, argument = line.partition(b" ")
        match verb.upper():
            case b"LHLO" if self._speaks == "lmtp":
                return self._hello(argument)
            case b"EHLO" if self._speaks == "smtp":
                return self._hello(argument)
            case b"HELO" if self._speaks == "smtp":
                self._hello(argument)
                return "250 grc"
            case b"MAIL":
                return self._begin(argument)
            case b"RCPT":
                return await self._recipient(argument)
            case b"DATA":
                return await self._data()
            case b"RSET":
                self._reset()
                return "250 2.0.0 Forgotten"
            case b"NOOP":
                return "250 2.0.0 Still here"
            case b"VRFY":
                return "252 2.5.0 Send it, and it will be seen"
            case b"QUIT":
                self._over = True
                return "221 2.0.0 Goodbye"
        return "500 5.5.1 Unknown command"

    def _reset(self) -> None:
        self._mail_from = None
        self._recipients = []

    def _hello(self, argument: bytes) -> str:
        self._helo = argument.decode("utf-8", "replace").strip().replace("\x00", "")[:255]
        if not self._helo:
            raise BadArgument("501 5.5.4 Say your name")
        self._reset()
        offers = ["grc", "PIPELINING", f"SIZE {self._bounds.mail_bytes}", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES"]
        return "\r\n".join([*(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"])

    def _begin(self, argument: bytes) -> str:
        if not self._helo:
            return "503 5.5.1 Say hello first"
        if self._mail_from is not None:
            return "503 5.5.1 One sender a mail"
        self._mail_from = commands.sender(argument, self._bounds.mail_bytes)
        return "250 2.1.0 Go on"

    async def _recipient(self, argument: bytes) -> str:
        if self._mail_from is None:
            return "503 5.5.1 Say MAIL first"
        address = commands.recipient(argument)
        if len(self._recipients) >= self._bounds.recipients:
            return "452 4.5.3 Too many recipients"
        place = await self._letterbox.place(address)
        if place is None and self._catches:
            place = Place(address.lower(), None)
        if place is None:
            return f"550 5.1.1 <{address}> is not known here"
        self._recipients.append((address, place))
        return "250 2.1.5 Go on"

    async def _data(self) -> str:
        if not self._recipients or self._mail_from is None:
            return "503 5.5.1 No recipient"
        self._writer.write(b"354 Go on, end with a dot\r\n")
        await self._writer.drain()
        try:
            async with asyncio.timeout(self._bounds.mail_seconds):
                mail = await self._wire.mail(self._bounds.mail_bytes)
        except TimeoutError:
            self._over = True
            return "421 4.4.2 The mail took too long"
        envelope = Envelope(self._speaks, self._mail_from, tuple(self._recipients), self._helo, self._peer)
        self._reset()
        try:
            return await self._posted(envelope, mail)
        finally:
            self._wire.release()

    async def _posted(self, envelope: Envelope, mail: bytes | Unread) -> str:
        addresses = [address for address, _ in envelope.recipients]
        if mail is Unread.TOO_LARGE:
            return self._each(addresses, f"552 5.3.4 A mail of more than {self._bounds.mail_bytes} bytes is not taken")
        if mail is Unread.NO_ROOM:
            return self._each(addresses, "452 4.3.1 No room at this moment, try again later")
        assert isinstance(mail, bytes)
        try:
            answers = await self._letterbox.post(envelope, mail)
        except Exception:
            log.exception("door.post_failed", peer=self._peer)
            return self._each(addresses, "451 4.3.0 Not now, try again later")
        if self._speaks == "lmtp":  # RFC 2033, 4.2: an answer for each recipient that was accepted, in their order
            return "\r\n".join(_told(answers[address]) for address in addresses)
        return _worst(list(answers.values()))

    def _each(self, addresses: Sequence[str], answer: str) -> str:
        return "\r\n".join([answer] * len(addresses)) if self._speaks == "lmtp" else answer


def _told(answer: Answer) -> str:
    if isinstance(answer, Accepted):
        return f"250 2.0.0 Taken as {answer.received_id}"
    if isinstance(answer, Rejected):
        return f"550 5.7.1 {_line(answer.reason)}"
    return f"451 4.3.0 Not now, try again later: {_line(answer.reason)}"


def _worst(answers: Sequence[Answer]) -> str:
    """One answer for all recipients: the mail is taken only where every one of them has it, for what was taken before stays one."""
    waiting = [answer for answer in answers if not isinstance(answer, Accepted | Rejected)]
    taken = [answer for answer in answers if isinstance(answer, Accepted)]
    return _told((waiting or taken or list(answers))[0])


def _line(text: str) -> str:
    return " ".join(text.split())[:400]
