"""Meta calls: it asks whether the address is ours, then tells what happens. Taken is only what is in the ledger."""

from __future__ import annotations

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from aiohttp import web

from channels.meta.events import Event, Unreadable, events
from channels.meta.owner import Owners
from channels.meta.settings import Access, access
from channels.meta.signature import is_signed
from grc.errors import Misconfigured, NotFound, Unavailable
from grc.messages.channel import Accept
from grc.messages.model import Accepted, Arrival, Rejected, TryLater
from grc.web import hook
from grc.web.hook import Called
from grc.web.parts import db, settings

log = structlog.get_logger()

CHANNEL = "meta"
MOST_BYTES = 8 * 2**20  # of one call; WhatsApp speaks of 3 MB
LONGEST_CHALLENGE = 200
AT_ONCE = 4  # conversations of one call that are taken at the same time


@dataclass(frozen=True, slots=True)
class Reception:
    """What the hook does."""

    accept: Accept

    async def verify(self, request: web.Request) -> web.StreamResponse:
        """`GET /hooks/meta/<account>/<token>?hub.mode=subscribe&hub.verify_token=…&hub.challenge=…`: proves that this address is ours."""
        mine = _access(await hook.called(request, CHANNEL, 0))
        challenge = request.query.get("hub.challenge", "")[:LONGEST_CHALLENGE]
        if request.query.get("hub.mode") != "subscribe" or not hook.same(request.query.get("hub.verify_token", ""), mine.verify_token):
            log.warning("meta.verification_refused", account=mine.account.id)
            raise web.HTTPForbidden(text="hub.verify_token")
        return web.Response(text=challenge, content_type="text/plain")

    async def receive(self, request: web.Request) -> web.StreamResponse:
        """`POST /hooks/meta/<account>/<token>`: 200 once every event is in the ledger; 401 where Meta has not signed it."""
        called = await hook.called(request, CHANNEL, MOST_BYTES)
        mine = _access(called)
        if not is_signed(called.body, request.headers.get("X-Hub-Signature-256", ""), mine.app_secret):
            log.warning("meta.signature_refused", account=mine.account.id)
            raise web.HTTPUnauthorized(text="X-Hub-Signature-256")
        try:
            told = events(called.body)
        except Unreadable as error:
            log.warning("meta.unreadable", account=mine.account.id, error=str(error)[:200])
            told = [Event("", "", f"sha256:{hashlib.sha256(called.body).hexdigest()}", called.body)]
        try:
            arrivals = await Owners(db(request), settings(request), mine).arrivals(told)
        except Unavailable as error:
            return hook.answer(TryLater(str(error)))
        return hook.answer(*await self._take(arrivals))

    async def _take(self, arrivals: Sequence[Arrival]) -> list[Accepted | Rejected | TryLater]:
        """Takes all of them: those of one conversation in their order."""
        lines: dict[str, list[Arrival]] = defaultdict(list)
        for one in arrivals:
            lines[one.conversation].append(one)
        turn = asyncio.Semaphore(AT_ONCE)

        async def take(line: Sequence[Arrival]) -> list[Accepted | Rejected | TryLater]:
            async with turn:
                return [await self.accept(one) for one in line]

        return [one for line in await asyncio.gather(*(take(line) for line in lines.values())) for one in line]


def _access(called: Called) -> Access:
    try:
        return access(called.account, called.secrets)
    except Misconfigured as error:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.") from error
