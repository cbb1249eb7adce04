"""The servers by which mail leaves: connections kept for the next mail, each step of a delivery bounded in time."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

import aiosmtplib
from aiosmtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException, SMTPServerDisconnected

from channels.email.settings import Server
from channels.email.signin import ByToken
from channels.email.tokens import NoGrant, NoToken

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for each step, and how many connections one relay is asked for."""

    connect: float = 20.0
    step: float = 60.0
    whole: float = 240.0  # one delivery, all in all: less than the lease of the outbox
    at_once: int = 4
    turn: float = 2.0  # for one of these to be free
    keep: float = 20.0  # an idle connection is kept so long for the next mail
    mails: int = 100  # and used for so many


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail with its envelope, ready to leave."""

    mail_from: str  # signed: what bounces finds its ticket by it
    plain_from: str  # the sender without the mark
    rcpt_to: str
    raw: bytes
    envelope_id: str  # by which a delivery report names it (RFC 3461)
    proof: bool = False  # a report is asked for where it succeeds, too


class Failed(Exception):
    """A delivery failed at a step; `code` is the relay's, or 0 where it said nothing, and the message its own words."""

    def __init__(self, step: str, code: int, words: str) -> None:
        super().__init__(f"{step} : {code} {words}" if code > 0 else f"{step} : {words}")
        self.step = step
        self.code = code
        self.words = words


class Wrong(Exception):
    """The relay is set up wrongly: only the operator can mend it."""


class Busy(Exception):
    """No connection was free in time: the mail may come again in a moment, others need not wait behind it."""


class Stale(Exception):
    """A kept connection was closed by the relay before anything was said on it: a new one may do."""


@dataclass(slots=True)
class _Line:
    """An open connection."""

    client: aiosmtplib.SMTP
    used: int = 0
    since: float = 0.0


class Relay:
    """One relay, and the connections of this process to it."""

    def __init__(self, server: Server, limits: Limits, by: ByToken | None = None) -> None:
        self._server = server
        self._limits = limits
        self._by = by
        self._turns = asyncio.Semaphore(limits.at_once)
        self._idle: list[_Line] = []

    async def deliver(self, letter: Letter) -> str:
        """The relay's words on taking the mail. Raises Failed, Wrong or Busy."""
        try:
            async with asyncio.timeout(self._limits.turn):
                await self._turns.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            async with asyncio.timeout(self._limits.whole):
                while True:
                    try:
                        async with self._line() as line:
                            return await self._hand_over(line, letter)
                    except Stale:
                        continue  # nothing of the mail was said yet, and the next idle one, or a new one, is tried
        except TimeoutError:
            raise Failed("remise", 0, f"pas terminée en {self._limits.whole:.0f} s") from None
        finally:
            self._turns.release()

    async def greet(self) -> str:
        """Connects and signs in, as for a mail, but sends none; the relay's first words."""
        async with self._line() as line:
            said = line.client.last_ehlo_response
            return said.message.splitlines()[0] if said and said.message else "prêt"

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[_Line]:
        """A connection, kept for the next mail where this one left it fit for that."""
        self._close_old()
        line = self._idle.pop() if self._idle else _Line(await self._open())
        try:
            yield line
        except BaseException:
            line.client.close()
            raise
        line.used += 1
        line.since = time.monotonic()
        if line.used < self._limits.mails:
            self._idle.append(line)
        else:
            line.client.close()

    def _close_old(self) -> None:
        fresh = []
        for line in self._idle:
            if time.monotonic() - line.since < self._limits.keep and line.client.is_connected:
                fresh.append(line)
            else:
                line.client.close()
        self._idle = fresh

    async def _open(self) -> aiosmtplib.SMTP:
        server = self._server
        token = await self._get_token() if self._by is not None else None
        client = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            timeout=self._limits.connect,
            use_tls=server.tls == "immediate",
            start_tls=False,  # asked for below, where a relay without it can be told apart from one that fails
            local_hostname="localhost" if server.host in ("127.0.0.1", "::1", "localhost") else None,
            tls_context=ssl.create_default_context() if server.tls != "none" else None,
        )
        try:
            async with asyncio.timeout(self._limits.connect):
                await client.connect()
                await client.ehlo()
                if server.tls == "upgrade":
                    await self._upgrade(client)
                if token is not None:
                    await client.auth_xoauth2(server.user, token)
                elif server.user and server.password:
                    await client.login(server.user, server.password)
        except SMTPAuthenticationError as error:
            client.close()
            another = token is not None and self._by is not None and await self._by.refused(token)
            if 400 <= error.code < 500 or another:
                raise Failed("AUTH", error.code, error.message) from error
            raise Wrong(f"le relais refuse l’utilisateur ou le mot de passe : {error.code} {error.message}") from error
        except (ssl.SSLCertVerificationError, ssl.CertificateError) as error:
            client.close()
            raise Wrong(f"le certificat du relais n’est pas reconnu : {error}") from error
        except Wrong:
            client.close()
            raise
        except Exception as error:
            client.close()
            if isinstance(error.__cause__, ssl.SSLCertVerificationError):
                raise Wrong(f"le certificat du relais n’est pas reconnu : {error.__cause__}") from error
            failed = _failed("connexion", error)
            if failed.code >= 500:  # it refuses us at this moment, not this mail for ever
                failed = Failed("connexion", 0, f"{failed.code} {failed.words}")
            raise failed from error
        except BaseException:
            client.close()
            raise
        return client

    async def _get_token(self) -> str:
        assert self._by is not None
        try:
            return await self._by.token()
        except NoGrant as error:
            raise Wrong(str(error)) from error
        except NoToken as error:
            raise Failed("AUTH", 0, str(error)) from error

    async def _upgrade(self, client: aiosmtplib.SMTP) -> None:
        if not client.supports_extension("starttls"):
            raise Wrong("le relais n’offre pas STARTTLS : utilisez smtps://, ou ?tls=no sur un réseau sûr")
        await client.starttls()
        await client.ehlo()

    async def _hand_over(self, line: _Line, letter: Letter) -> str:
        client = line.client
        sender_options, recipient_options, encoding = _options(client, letter)
        try:
            await self._step("MAIL FROM", client.mail(letter.mail_from, options=sender_options, encoding=encoding))
        except Failed as error:
            if line.used and error.code in (0, 421):
                raise Stale from error
            if error.code < 500 or letter.plain_from == letter.mail_from:
                raise
            # Some providers let an account send under its bare address alone; the marks in Reply-To and Message-ID remain.
            await self._step("MAIL FROM", client.mail(letter.plain_from, options=sender_options, encoding=encoding))
        await self._step("RCPT TO", client.rcpt(letter.rcpt_to, options=recipient_options, encoding=encoding))
        said = await self._step("DATA", client.data(letter.raw, timeout=self._limits.step))
        return f"{said.code} {said.message}"

    async def _step(self, step: str, call: Awaitable[Result]) -> Result:
        try:
            async with asyncio.timeout(self._limits.step):
                return await call
        except Exception as error:
            raise _failed(step, error) from error

    def close(self) -> None:
        """Closes the connections that are kept."""
        for line in self._idle:
            line.client.close()
        self._idle = []


def _options(client: aiosmtplib.SMTP, letter: Letter) -> tuple[list[str], list[str], str]:
    """What is asked of the relay besides: reports where it offers them, UTF-8 addresses where the mail has them."""
    sender: list[str] = []
    recipient: list[str] = []
    if client.supports_extension("size"):
        sender.append(f"SIZE={len(letter.raw)}")
    international = not (letter.mail_from + letter.rcpt_to).isascii()
    if international:
        if not client.supports_extension("smtputf8"):
            raise Failed("MAIL FROM", 553, "ce relais ne prend pas les adresses accentuées (pas de SMTPUTF8)")
        sender.append("SMTPUTF8")
    if client.supports_extension("dsn"):
        sender += ["RET=HDRS", f"ENVID={letter.envelope_id}"]
        recipient.append("NOTIFY=SUCCESS,FAILURE,DELAY" if letter.proof else "NOTIFY=FAILURE,DELAY")
        if not international:
            recipient.append(f"ORCPT=rfc822;{_xtext(letter.rcpt_to)}")
    return sender, recipient, "utf-8" if international else "ascii"


def _xtext(text: str) -> str:
    """RFC 3461, 4: what is no printable ASCII, + or = as +XX."""
    return "".join(c if "!" <= c <= "~" and c not in "+=" else f"+{ord(c):02X}" for c in text)


def _failed(step: str, error: Exception) -> Failed:
    if isinstance(error, Failed):
        return error
    if isinstance(error, SMTPResponseException):
        return Failed(step, error.code, " ".join(error.message.split()))
    if isinstance(error, TimeoutError):
        return Failed(step, 0, "pas de réponse à temps")
    if isinstance(error, SMTPServerDisconnected | ConnectionError):
        return Failed(step, 0, f"la connexion a été perdue ({error})")
    if isinstance(error, SMTPException | OSError):
        return Failed(step, 0, str(error) or type(error).__name__)
    if isinstance(error, UnicodeError | ValueError):
        return Failed(step, 553, f"cette adresse ne peut pas être transmise ({error})")
    raise error
