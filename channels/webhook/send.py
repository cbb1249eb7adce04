"""A call leaves: signed, bounded in time and size, to the address that was looked up and looked at, and nowhere it is sent on to."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import aiohttp
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult

from channels.webhook.settings import Target, target
from grc import __version__, clock
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.internet import Network, is_allowed, refused
from grc.messages.model import OutboundMessage, Sent
from grc.messages.seal import Seal

log = structlog.get_logger()

CHANNEL = "webhook"
LARGEST_BODY = 256 * 1024  # bytes of a call
LARGEST_ANSWER = 500  # bytes of an answer kept as evidence; the rest is not read
RESOLVE_SECONDS = 5.0
REMEMBER_SECONDS = 10.0
# Answers after which the same call may succeed (RFC 9110, RFC 8470, RFC 6585); all other refusals stay refusals.
_AGAIN = frozenset({408, 409, 423, 425, 429})


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take, in seconds."""

    connect: float = 5.0
    whole: float = 15.0


class Caller:
    """Calls other programs. `allowed` are networks of our own that may be called besides the internet."""

    def __init__(self, db: Database, seal: Seal, allowed: Sequence[Network] = (), limits: Limits | None = None) -> None:
        self.allowed = tuple(allowed)
        self._db = db
        self._seal = seal
        self._limits = limits or Limits()
        self._accounts: dict[int, tuple[Sequence[Account], float]] = {}

    async def send(self, message: OutboundMessage) -> Sent:
        """One call, with the answer as evidence. Never raises for what the other side does."""
        account = next((one for one in await self._of(message.collectivity_id) if one.name == message.to_addr), None)
        if account is None:
            return Sent("technical-failure", f"aucune adresse n’est réglée pour « {message.to_addr[:100]} » (grc account add webhook)")
        return await self.call(account, message.body_text.encode(), f"grc.{message.outgoing_id}", clock.now())

    async def call(self, account: Account, body: bytes, identifier: str, now: datetime) -> Sent:
        """The same with a body of one's own. `identifier` is the same at every try, so that a call that comes twice can be known."""
        try:
            there = target(account, self._seal)
        except Misconfigured as error:
            return Sent("technical-failure", str(error))
        if len(body) > LARGEST_BODY:
            return Sent("permanent-failure", f"l’appel est trop long\u00a0: {LARGEST_BODY // 1024} kio au plus")
        try:
            addresses = await asyncio.wait_for(resolve(there), RESOLVE_SECONDS)
        except (OSError, TimeoutError) as error:
            return Sent("temporary-failure", f"le nom {there.url.host} ne peut pas être résolu\u00a0: {error or 'délai dépassé'}")
        if trouble := self.trouble(there, addresses):
            return Sent("technical-failure", trouble)
        return await self._post(there, addresses, body, headers(there, body, identifier, now))

    def trouble(self, there: Target, addresses: Sequence[str]) -> str:
        """Why a program at these addresses may not be called; empty where it may."""
        for address in addresses:
            if why := refused(address, self.allowed):
                return why
        if there.url.scheme != "https" and not all(is_allowed(address, self.allowed) for address in addresses):
            return "un appel sans https n’est admis que vers un réseau de GRC_WEBHOOK_ALLOW"
        return ""

    async def _post(self, there: Target, addresses: Sequence[str], body: bytes, head: dict[str, str]) -> Sent:
        timeout = aiohttp.ClientTimeout(total=self._limits.whole, connect=self._limits.connect)
        connector = aiohttp.TCPConnector(resolver=_Pinned(addresses), use_dns_cache=False, force_close=True)
        try:
            async with (
                aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as client,
                client.post(there.url, data=body, headers=head, allow_redirects=False) as answer,
            ):
                return classified(answer.status, await _beginning(answer))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Sent("temporary-failure", f"{type(error).__name__}\u00a0: {error or 'délai dépassé'}"[:LARGEST_ANSWER])
        except Exception as error:
            log.exception("webhook.call_failed", host=there.url.host)
            return Sent("technical-failure", f"{type(error).__name__}\u00a0: {error}"[:LARGEST_ANSWER])

    async def _of(self, collectivity_id: int) -> Sequence[Account]:
        found, until = self._accounts.get(collectivity_id, ((), 0.0))
        if time.monotonic() >= until:
            try:
                async with self._db.transaction(WORKER) as tx:
                    found = await accounts.of_collectivity(tx, collectivity_id, CHANNEL)
            except Unavailable:
                if not found:
                    raise
            self._accounts[collectivity_id] = (found, time.monotonic() + REMEMBER_SECONDS)
        return found


def headers(there: Target, body: bytes, identifier: str, now: datetime) -> dict[str, str]:
    """The head of a call: who calls, which call it is, and the signature of the moment and the body under the secret they share."""
    moment = str(int(now.timestamp()))
    signature = hmac.new(there.secret, moment.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "User-Agent": f"GRC/{__version__}",
        "Idempotency-Key": identifier,
        "X-GRC-Signature": f"t={moment},v1={signature}",
    }


def classified(status: int, said: str) -> Sent:
    """What an answer means: taken, to be tried again, or refused for good. Nothing is followed elsewhere."""
    detail = f"HTTP {status} {said}".strip()
    if 200 <= status < 300:
        return Sent("delivered", detail)
    if status in _AGAIN or status >= 500:
        return Sent("temporary-failure", detail)
    return Sent("permanent-failure", f"renvoi ailleurs, qui n’est pas suivi\u00a0: {detail}" if 300 <= status < 400 else detail)


async def resolve(there: Target) -> list[str]:
    """The addresses of a program, looked up once: the call goes to one of these, whatever its name says the next moment."""
    host, port = there.url.host or "", there.url.port or 443
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _beginning(answer: aiohttp.ClientResponse) -> str:
    """The first words of an answer, on one line."""
    said = await answer.content.read(LARGEST_ANSWER)
    return " ".join(said.decode("utf-8", "replace").split())


class _Pinned(AbstractResolver):
    """Gives the addresses that were looked at, and no others."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET6 if ":" in address else socket.AF_INET, proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]  # fmt: skip

    async def close(self) -> None:
        """Nothing to close."""
