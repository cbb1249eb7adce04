"""A connection to a mailbox: a typed shell around aioimaplib in which no wait is without end.

Every answer is awaited against silence, a deadline and the loss of the connection; after any of them the connection is dropped,
never used again. What the server sends is counted: neither an endless line nor an unasked flood fills the memory.
"""

from __future__ import annotations

import asyncio
import logging
import re
import socket
import ssl
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aioimaplib import aioimaplib

from channels.email.folders import quoted, wire_name
from channels.email.pace import Pace
from channels.email.settings import Server

# It would write commands and mail at level debug, and what a broken server sends at level info.
logging.getLogger("aioimaplib.aioimaplib").setLevel(logging.ERROR)

ANSWER_BYTES = 4 * 1024 * 1024  # the most that an answer other than mail may take: a search over 500,000 mails
_EXISTS = re.compile(rb"^\* \d+ EXISTS")
_UIDVALIDITY = re.compile(rb"\[UIDVALIDITY (\d+)\]")
_FETCH = re.compile(rb"^\d+ FETCH \(")
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_DATE = re.compile(rb'\bINTERNALDATE "([^"]*)"')
_SHORT_BODY = re.compile(rb'BODY\[[A-Z]*\] "((?:[^"\\]|\\.)*)"', re.DOTALL)


class Trouble(Exception):
    """The connection failed and is gone; the message says how, in words for an operator."""


class Refused(Exception):
    """The server answered, and said no. The connection holds."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a folder, not fetched yet."""

    uid: int
    size: int
    date: str


class Imap:
    """One connection to one mailbox."""

    def __init__(self, client: _Client, pace: Pace) -> None:
        self._client = client
        self._protocol: _Guarded = client.protocol
        self._pace = pace

    @classmethod
    async def open(cls, server: Server, pace: Pace, token: str | None = None) -> Imap:
        """A connection that was greeted and signed in, by a token where one is given, else by the password.

        Raises Trouble, or Refused where the server says no to either.
        """
        context = ssl.create_default_context() if server.tls == "immediate" else None
        imap = cls(_Client(server.host, server.port, context), pace)
        try:
            await imap._await("connexion", imap._client.wait_hello_from_server(), pace.connect)
            imap._protocol.keep_alive()
            if server.tls == "upgrade":
                await imap._upgrade(server.host)
            if token is not None:
                await imap._by_token(server.user, token)
            else:
                await imap._ask("LOGIN", imap._client.login(quoted(server.user), server.password))
            await imap._await("CAPABILITY", imap._protocol.capability())  # more is offered to who signed in
        except BaseException:
            imap.drop("abandonnée")
            raise
        return imap

    async def _by_token(self, user: str, token: str) -> None:
        """XOAUTH2, as Google and Microsoft define it: a refusal comes first as a challenge, which the protocol answers by an empty line."""
        if not self._client.has_capability("AUTH=XOAUTH2"):
            raise Refused("AUTHENTICATE : le serveur n’offre pas XOAUTH2")
        await self._ask("AUTHENTICATE", self._client.xoauth2(user, token))

    async def _upgrade(self, host: str) -> None:
        if not self._client.has_capability("STARTTLS"):
            raise Refused("le serveur n’offre pas STARTTLS : utilisez imaps://, ou ?tls=no sur un réseau sûr")
        await self._ask("STARTTLS", self._protocol.execute(aioimaplib.Command("STARTTLS", self._protocol.new_tag())))
        self._protocol.incomplete_line = b""  # what came in clear before the handshake is not the server's word
        loop = asyncio.get_running_loop()
        self._protocol.transport = await self._await(
            "STARTTLS", loop.start_tls(self._protocol.transport, self._protocol, ssl.create_default_context(), server_hostname=host)
        )
        await self._await("CAPABILITY", self._protocol.capability())

    async def select(self, folder: str) -> int:
        """Opens a folder; its UIDVALIDITY."""
        lines = await self._ask("SELECT", self._client.select(wire_name(folder)))
        self._protocol.news.clear()
        for line in lines:
            if found := _UIDVALIDITY.search(line):
                return int(found[1])
        raise Refused("le dossier n’a pas d’UIDVALIDITY : son courrier ne peut pas être suivi")

    async def after(self, uid: int) -> list[int]:
        """The mails of the folder that came after this UID, in order. Whatever comes from now on is `news`."""
        self._protocol.news.clear()
        lines = await self._ask("SEARCH", self._client.uid_search(f"UID {uid + 1}:*", charset=None))
        numbers = [int(word) for line in lines[:-1] for word in line.split() if word.isdigit()]
        return sorted({n for n in numbers if n > uid})  # `n:*` names the last mail even where it is older

    async def sizes(self, uids: Sequence[int]) -> dict[int, Listed]:
        """Size and date of mails; one that was deleted meanwhile is not among them."""
        lines = await self._ask("FETCH", self._client.uid("FETCH", _set(uids), "(UID RFC822.SIZE INTERNALDATE)"))
        listed: dict[int, Listed] = {}
        for line in lines:
            uid, size, date = _UID.search(line), _SIZE.search(line), _DATE.search(line)
            if uid and size:
                listed[int(uid[1])] = Listed(int(uid[1]), int(size[1]), date[1].decode("ascii", "replace") if date else "")
        return listed

    async def fetch(self, uids: Sequence[int], size: int, part: str = "") -> dict[int, bytes]:
        """Mails, whole (or their `part`), `size` bytes in all. Their flags stay as they are."""
        call = self._client.uid("FETCH", _set(uids), f"(UID BODY.PEEK[{part}])")
        response = await self._await("FETCH", call, self._pace.body, allowance=2 * size + ANSWER_BYTES)
        _said_ok("FETCH", response)
        return _bodies(response.lines)

    async def mark_seen(self, uids: Sequence[int]) -> None:
        """Flags mails as read."""
        await self._ask("STORE", self._client.uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Seen)"))

    async def move(self, uids: Sequence[int], folder: str) -> None:
        """Moves mails to a folder, which is made where it does not exist."""
        try:
            await self._move(uids, folder)
        except Refused:
            await self._ask("CREATE", self._client.create(wire_name(folder)))
            await self._move(uids, folder)

    async def _move(self, uids: Sequence[int], folder: str) -> None:
        if self._client.has_capability("MOVE"):
            await self._ask("MOVE", self._client.uid("MOVE", _set(uids), wire_name(folder)))
            return
        await self._ask("COPY", self._client.uid("COPY", _set(uids), wire_name(folder)))
        await self._ask("STORE", self._client.uid("STORE", _set(uids), "+FLAGS.SILENT", r"(\Deleted)"))
        if self._client.has_capability("UIDPLUS"):  # a plain EXPUNGE would also remove what somebody else marked
            await self._ask("EXPUNGE", self._client.uid("EXPUNGE", _set(uids)))

    @property
    def news(self) -> bool:
        """Whether the server spoke of new mail since the last `after`."""
        return self._protocol.news.is_set()

    async def wait_for_news(self, seconds: float) -> None:
        """Returns when new mail is announced, or when it is time to look for oneself: after `seconds` at the latest."""
        if self._client.has_capability("IDLE"):
            await self._idle(min(seconds, self._pace.idle))
            return
        await self._quiet(min(seconds, self._pace.poll))
        await self._ask("NOOP", self._client.noop())

    async def _idle(self, seconds: float) -> None:
        idle = asyncio.ensure_future(self._client.idle())
        try:
            await self._await("IDLE", _either(idle, self._protocol.wait_for_idle_response))
            if idle.done():
                _said_ok("IDLE", idle.result())
                raise Trouble("le serveur a mis fin à IDLE aussitôt")
            await self._quiet(seconds)
            self._client.idle_done()
            await self._await("DONE", idle)
        finally:
            idle.cancel()
            while not self._protocol.idle_queue.empty():  # the library keeps all that was pushed; `news` said it already
                self._protocol.idle_queue.get_nowait()

    async def _quiet(self, seconds: float) -> None:
        """Waits for news, for the loss of the connection, or for the time to pass."""
        self._protocol.allowance = ANSWER_BYTES
        news: asyncio.Future[Any] = asyncio.ensure_future(self._protocol.news.wait())
        try:
            await asyncio.wait([news, self._protocol.lost], timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()
        if self._protocol.lost.done():
            raise Trouble(self._protocol.lost.result())

    async def close(self) -> None:
        """Takes leave, where the connection still holds."""
        try:
            await self._await("LOGOUT", self._client.logout(), 1.0)
        except Trouble:
            pass
        finally:
            self.drop("fermée")

    def drop(self, why: str) -> None:
        """Ends the connection at once. It is never used again."""
        self._client.connecting.cancel()
        self._protocol.drop(why)

    async def _ask(self, what: str, call: Awaitable[Any]) -> list[bytes]:
        return _said_ok(what, await self._await(what, call))

    async def _await(self, what: str, call: Awaitable[Any], seconds: float | None = None, allowance: int = ANSWER_BYTES) -> Any:
        """The result of a call, awaited against silence, the deadline and the loss of the connection."""
        protocol = self._protocol
        protocol.allowance = allowance
        task = asyncio.ensure_future(call)
        deadline = asyncio.get_running_loop().time() + (seconds if seconds is not None else self._pace.silence)
        try:
            while not task.done() and not protocol.lost.done():
                before = protocol.allowance
                rest = deadline - asyncio.get_running_loop().time()
                if rest <= 0:
                    break
                await asyncio.wait({task, protocol.lost}, timeout=min(rest, self._pace.silence), return_when=asyncio.FIRST_COMPLETED)
                if not task.done() and protocol.allowance == before:
                    break
        except asyncio.CancelledError:
            task.cancel()
            self.drop("arrêtée")
            raise
        if not task.done():
            task.cancel()
            self.drop(f"pas de réponse à {what}")
            raise Trouble(protocol.lost.result())
        error = task.exception() if not task.cancelled() else Trouble(f"{what} interrompu")
        if error is not None:
            self.drop(f"{what} : {error or type(error).__name__}")
            raise error if isinstance(error, Refused) else Trouble(protocol.lost.result()) from error
        return task.result()


class _Guarded(aioimaplib.IMAP4ClientProtocol):  # type: ignore[misc]  # aioimaplib is untyped
    """The library's protocol, with the loss of the connection as a future, new mail as an event, and a measure on what comes."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.lost: asyncio.Future[str] = loop.create_future()
        self.news = asyncio.Event()
        self.allowance = ANSWER_BYTES

    def data_received(self, data: bytes) -> None:
        if self.lost.done():
            return
        self.allowance -= len(data)
        if self.allowance < 0:
            self.drop("le serveur envoie plus que ce qui lui est demandé")
            return
        try:
            super().data_received(data)
        except Exception as error:  # the library raises whatever comes on what is not IMAP
            self.drop(f"le serveur ne parle pas IMAP : {data[:60]!r} ({type(error).__name__})")

    async def welcome(self, line: bytes) -> None:
        try:
            await super().welcome(line)
        except Exception as error:
            self.drop(f"le serveur accueille par {line[:60]!r} ({type(error).__name__})")

    def connection_lost(self, error: Exception | None) -> None:
        self._end(f"connexion perdue ({error})" if error else "le serveur a fermé la connexion")

    def drop(self, why: str) -> None:
        self._end(why)
        if self.transport is not None:
            self.transport.abort()

    def _end(self, why: str) -> None:
        if not self.lost.done():
            self.lost.set_result(why)
        for task in list(self.tasks):
            task.cancel()

    def _handle_line(self, line: bytes, current_command: Any) -> Any:
        if _EXISTS.match(line):
            self.news.set()
        return super()._handle_line(line, current_command)

    def _continuation(self, line: bytes) -> None:
        if self.pending_sync_command is not None and self.pending_sync_command.name == "AUTHENTICATE":
            self.transport.write(b"\r\n")  # the reason of a refusal; the refusal itself follows, once this is said
            return
        super()._continuation(line)

    def keep_alive(self) -> None:
        """Has the system notice within two minutes that the other side is gone without a word."""
        if (wire := self.transport.get_extra_info("socket")) is not None:
            for level, option, value in (
                (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
                (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60),
                (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 15),
                (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4),
            ):
                wire.setsockopt(level, option, value)


class _Client(aioimaplib.IMAP4):  # type: ignore[misc]  # aioimaplib is untyped
    """The library's client on our protocol, without its own time limits: they leave a half-used connection behind."""

    connecting: asyncio.Task[Any]

    def __init__(self, host: str, port: int, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=None, ssl_context=context)

    def create_client(
        self,
        host: str,
        port: int,
        loop: asyncio.AbstractEventLoop | None,
        conn_lost_cb: Callable[..., None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        running = asyncio.get_running_loop()
        self.protocol = _Guarded(running)
        opening: Coroutine[Any, Any, Any] = running.create_connection(lambda: self.protocol, host, port, ssl=ssl_context)
        self.connecting = self._client_task = running.create_task(opening)


async def _either(task: asyncio.Future[Any], other: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Returns when one of the two is done; the second, not the first, is given up with the caller. It is begun here, not by the
    caller: a caller that is cancelled before this runs would leave it behind, never awaited."""
    second = asyncio.ensure_future(other())
    try:
        await asyncio.wait({task, second}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        second.cancel()


def _said_ok(what: str, response: Any) -> list[bytes]:
    lines = [bytes(line) for line in response.lines]
    if response.result != "OK":
        raise Refused(f"{what} : {lines[-1].decode('utf-8', 'replace')[:300] if lines else response.result}")
    return lines


def _set(uids: Iterable[int]) -> str:
    return ",".join(map(str, uids))


def _bodies(lines: Sequence[bytes | bytearray]) -> dict[int, bytes]:
    """The mails of an answer to FETCH. The library gives literals as bytearray, all else as bytes; UID stands before or after."""
    found: dict[int, bytes] = {}
    about, body = b"", None
    for line in [*lines, b"0 FETCH ("]:
        if isinstance(line, bytearray):
            body = bytes(line)
        elif _FETCH.match(line):
            if (uid := _UID.search(about)) and body is None and (short := _SHORT_BODY.search(about)):
                body = re.sub(rb"\\(.)", rb"\1", short[1], flags=re.DOTALL)
            if uid and body is not None:
                found[int(uid[1])] = body
            about, body = bytes(line), None
        else:
            about += b" " + line
    return found
