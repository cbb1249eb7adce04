"""Access tokens in place of passwords (XOAUTH2): kept until shortly before they expire, renewed by one worker at a time.

They lie sealed in the database, so that whoever collects and whoever sends, in whatever process, share one.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import structlog

from channels.email.grant import Grant
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Misconfigured
from grc.messages.accounts import Account
from grc.messages.seal import Seal

log = structlog.get_logger()
_queries = sql.load(__file__, "tokens.sql")

ASK_SECONDS = 20.0  # for the provider to answer
LEASE = timedelta(seconds=30)  # after which whoever asked is held to be dead; longer than ASK_SECONDS
LOOK_AGAIN = 0.2  # seconds between two looks at what another worker was given
EARLY = timedelta(minutes=5)  # a token is renewed so long before it expires
TRUSTED = timedelta(minutes=5)  # one that the mail server refuses so soon after it was given is not at fault: another would not do either
NO_ANSWER_AGAIN = timedelta(minutes=10)  # a grant that was refused is not tried again before
LONGEST_ANSWER = 64 * 1024
_AADSTS = re.compile(r"AADSTS\d{3,10}")
_CODE = re.compile(r"[a-z_]{1,60}")  # RFC 6749, 5.2; anything else might be a secret that is repeated to us
_TOKEN = re.compile(r"[\x21-\x7e]+")  # RFC 6749, A.12, and no space: what can be sent to a mail server

_WHY = {
    "invalid_grant": "l’autorisation a été retirée, a expiré, ou n’a jamais été donnée",
    "interaction_required": "le fournisseur veut qu’une personne se connecte à nouveau",
    "invalid_client": "client_id ou client_secret n’est pas reconnu (le secret a pu expirer)",
    "unauthorized_client": "cette application n’est pas admise à demander un jeton de cette façon",
    "invalid_scope": "scope n’est pas celui que le fournisseur attend",
}


class NoGrant(Exception):
    """The provider refuses a token, and will until somebody changes something there or here. In words for an operator."""


class NoToken(Exception):
    """No token for now: the provider is away, or answers nothing that can be used. In words for an operator."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is sealed in the row: the token, the grant that took the place of the first one, by which grant, and since when."""

    access: str
    renewed: str
    mark: str
    since: datetime


class Tokens:
    """The tokens of all accounts that sign in by them."""

    def __init__(self, db: Database, seal: Seal, now: Callable[[], datetime]) -> None:
        self._db = db
        self._seal = seal
        self._now = now
        self._refused: dict[str, tuple[str, datetime]] = {}

    async def of(self, account: Account, grant: Grant) -> str:
        """A token that is good for some minutes at least. Raises NoGrant, NoToken, Unavailable."""
        key = {"collectivity_id": account.collectivity_id, "account_id": account.id}
        patience = self._now() + LEASE
        while True:
            async with self._db.transaction(WORKER) as tx:
                now = self._now()
                if access := _good(*(await self._read(tx, key, grant)), now):
                    return access
                self._not_refused(grant, now)
                ours = await _queries.claim(tx.conn, **key, now=now, until=now + LEASE) is not None
                # looked at again under the lock of the row: another may have been given one since, and the grant replaced with it
                held, renew_at = await self._read(tx, key, grant)
                if access := _good(held, renew_at, now):
                    if ours:
                        await _queries.release(tx.conn, **key)
                    return access
            if ours:
                return await self._renewed(key, grant, held.renewed if held is not None else "", account.name)
            if now > patience:
                raise NoToken("jeton\u00a0: un autre processus le demande depuis trop longtemps")
            await asyncio.sleep(LOOK_AGAIN)

    async def refused(self, account: Account, grant: Grant, access: str) -> bool:
        """The mail server did not take this token: whether another is asked for next time. No other would do in place of a young one."""
        key = {"collectivity_id": account.collectivity_id, "account_id": account.id}
        async with self._db.transaction(WORKER) as tx:
            held, _ = await self._read(tx, key, grant)
            now = self._now()
            if held is not None and held.access == access:
                if now - held.since < TRUSTED:
                    return False
                await _queries.renew(tx.conn, **key, now=now)
            return True

    async def _renewed(self, key: Mapping[str, int], grant: Grant, renewed: str, name: str) -> str:
        try:
            given = await ask(grant, renewed)
        except BaseException as error:
            if isinstance(error, NoGrant):
                self._refused[grant.mark()] = (str(error), self._now() + NO_ANSWER_AGAIN)
            async with self._db.transaction(WORKER) as tx:
                await _queries.release(tx.conn, **key)
            raise
        now = self._now()
        sealed = self._close(Held(given.access, given.refresh or renewed, grant.mark(), now))
        lives = timedelta(seconds=given.seconds)
        async with self._db.transaction(WORKER) as tx:
            await _queries.keep(tx.conn, **key, sealed=sealed, renew_at=now + max(lives - EARLY, lives / 2))
        log.info("mail.token_renewed", account=name, seconds=given.seconds)
        return given.access

    def _not_refused(self, grant: Grant, now: datetime) -> None:
        why, until = self._refused.get(grant.mark(), ("", now))
        if until > now:
            raise NoGrant(why)

    def _close(self, held: Held) -> bytes | None:
        return self._seal.close({"access": held.access, "renewed": held.renewed, "mark": held.mark, "since": held.since.isoformat()})

    async def _read(self, tx: Transaction, key: Mapping[str, int], grant: Grant) -> tuple[Held | None, datetime | None]:
        """What is held for this very grant, and when it is to be renewed; what was sealed with another secret, or asked for by another
        grant, is as if it were not."""
        row = await _queries.read(tx.conn, **key)
        if row is None or row["sealed"] is None:
            return None, None
        try:
            opened = self._seal.open(row["sealed"])
        except Misconfigured:
            return None, None
        if opened["mark"] != grant.mark():
            return None, None
        held = Held(opened["access"], opened["renewed"], opened["mark"], datetime.fromisoformat(opened["since"]))
        return held, row["renew_at"]


def _good(held: Held | None, renew_at: datetime | None, now: datetime) -> str:
    """The token, where it is good for some minutes."""
    return held.access if held is not None and renew_at is not None and renew_at > now else ""


@dataclass(frozen=True, slots=True)
class Given:
    """A provider's answer: the token, for how many seconds, and the grant to ask with next time where it gave another."""

    access: str
    seconds: int
    refresh: str


async def ask(grant: Grant, renewed: str) -> Given:
    """Asks the provider for a token. Raises NoGrant where it says no, NoToken where it says nothing that can be used."""
    timeout = aiohttp.ClientTimeout(total=ASK_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as client,
            client.post(grant.token_url, data=grant.request(renewed), allow_redirects=False) as answer,
        ):
            status, body = answer.status, await _beginning(answer)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoToken(f"jeton\u00a0: {grant!r} ne répond pas ({type(error).__name__})") from error
    return read_answer(status, body, repr(grant))


def read_answer(status: int, body: bytes, whom: str) -> Given:
    """What an answer to a request for a token says (RFC 6749, 5). Nothing of it but its codes is ever repeated: it may hold secrets."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise NoToken(f"jeton\u00a0: {whom} répond {status}, et rien de lisible")
    access, refresh = (_matching(_TOKEN, said.get(key)) for key in ("access_token", "refresh_token"))
    if status == 200 and access:
        return Given(access, _seconds(said.get("expires_in")), refresh)
    code = _matching(_CODE, said.get("error"))
    if status in (400, 401, 403) and code and code not in ("temporarily_unavailable", "slow_down", "server_error"):
        detail = _AADSTS.search(str(said.get("error_description", "")))
        codes = f"{code}, {detail[0]}" if detail else code
        raise NoGrant(f"jeton refusé par {whom}\u00a0: {_WHY.get(code, 'le fournisseur dit non')} ({codes})")
    raise NoToken(f"jeton\u00a0: {whom} répond {status} {code}".rstrip())


def _matching(pattern: re.Pattern[str], said: object) -> str:
    """What was said, where all of it is of that form; else nothing."""
    return said if isinstance(said, str) and pattern.fullmatch(said) else ""


def _seconds(said: object) -> int:
    """How long a token lives: an hour where the provider does not say so."""
    try:
        return min(max(int(str(said)), 60), 86_400)
    except ValueError:
        return 3600


async def _beginning(answer: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for part in answer.content.iter_chunked(8192):
        body += part
        if len(body) > LONGEST_ANSWER:
            break
    return bytes(body[:LONGEST_ANSWER])
