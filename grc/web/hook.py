"""The doors by which outside services call us: `/hooks/<channel>/<account>/<token>`. Whoever knows the token of an account is let in."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from grc.db.transaction import INTAKE
from grc.errors import Misconfigured, NotFound
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.model import Rejected, TryLater
from grc.messages.seal import Seal
from grc.web.body import TooLarge
from grc.web.parts import db, settings

if TYPE_CHECKING:
    from grc.messages.model import Accepted

SECRET = "hook"  # noqa: S105  # the name under which an account keeps its token
_NONE = "Cette page n’existe pas, ou ne vous est pas accessible."


@dataclass(frozen=True, slots=True)
class Called:
    """An account that an outside service calls for, with its secrets and the body of the call as it came."""

    account: Account
    secrets: Mapping[str, str]
    body: bytes


def pattern(channel: str) -> str:
    """The path of a channel's route."""
    return f"/hooks/{channel}/{{account:[0-9]{{1,9}}}}/{{token:[A-Za-z0-9_-]{{16,64}}}}"


def path(account: Account, seal: Seal, channel: str = "") -> str | None:
    """What an outside service is to call for this account, or None. `channel`: another word in it."""
    token = seal.open(account.sealed).get(SECRET)
    return f"/hooks/{channel or account.channel}/{account.id}/{token}" if token else None


async def called(request: web.Request, channel: str, most: int) -> Called:
    """Who is called for, and what is said, at most `most` bytes. NotFound unless the token is that of an account of this channel in use."""
    async with db(request).transaction(INTAKE) as tx:
        account = await accounts.called(tx, int(request.match_info["account"]))
    if account is None or account.channel != channel:
        raise NotFound(_NONE)
    try:
        secrets = Seal.of(settings(request)).open(account.sealed)
    except Misconfigured as error:
        raise NotFound(_NONE) from error
    token = secrets.get(SECRET, "")
    if not token or not same(request.match_info["token"], token):
        raise NotFound(_NONE)
    return Called(account, secrets, await read(request, most))


def same(given: str, expected: str) -> bool:
    """Whether a word is the one that was agreed on; in constant time, whatever bytes a stranger puts into a header."""
    return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode("utf-8", "surrogateescape"))


async def read(request: web.Request, most: int) -> bytes:
    """The body of a request as it came. TooLarge as soon as it is known to be."""
    if request.content_length is not None and request.content_length > most:
        raise TooLarge("Cet appel est trop long.")
    body = bytearray()
    async for chunk in request.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > most:
            raise TooLarge("Cet appel est trop long.")
    return bytes(body)


def answer(*taken: Accepted | Rejected | TryLater) -> web.Response:
    """What the service is told: taken when all of it is in the ledger; to call again when any of it is not."""
    if any(isinstance(one, TryLater) for one in taken):
        return web.Response(status=503, headers={"Retry-After": "30"})
    return web.Response(status=200, text="ok")
