"""What names an account of ours is taken in, oldest first; only then does the progress move. What its writers change later is noted."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import orjson

from channels.mastodon import progress, stream
from channels.mastodon import status as reading
from channels.mastodon.api import Api, linked, understood
from channels.mastodon.parse import DELETED, EDITED, KIND, MENTION
from channels.mastodon.progress import Known, Progress
from channels.mastodon.settings import instance
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.address import address
from grc.messages.channel import Accept
from grc.messages.listening import Failures
from grc.messages.model import Accepted, Arrival
from grc.messages.provider import Limits
from grc.messages.seal import Seal
from grc.settings import Settings

PAGE = 40
FIRST = timedelta(days=3)  # how old the mentions may be that are taken in when an account is added
MOST_LOOKED_AT = 10  # statuses asked for one by one at a review: those that are on no page any more


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds: between two looks with the bell and without it, between two reviews of what was taken in, before the bell is tried again."""

    with_bell: float = 300.0
    without: float = 45.0
    review: float = 600.0
    bell_again: float = 60.0


@dataclass(frozen=True, slots=True)
class Us:
    """Our account at its instance: `acct` is user@host."""

    id: str
    acct: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads the accounts of one worker."""

    db: Database
    settings: Settings
    accept: Accept
    now: Callable[[], datetime]
    pace: Pace
    limits: Limits

    async def listen(self, account: Account, failures: Failures) -> None:
        """Looks when the bell rings, and again and again besides, until it fails or is ended."""
        api = self.api(account)
        us = await self.us(api, account)
        news, changes, bell = asyncio.Event(), asyncio.Event(), asyncio.Event()
        ringing = asyncio.create_task(self._ring(api, news, changes, bell))
        try:
            reviewed = self.now() - timedelta(seconds=self.pace.review)
            while True:
                news.clear()
                await self.mentions(account, api, us)
                if changes.is_set() or self.now() - reviewed >= timedelta(seconds=self.pace.review):
                    changes.clear()
                    await self.review(account, api, us)
                    reviewed = self.now()
                failures.none()
                await _any_of(news, changes, within=self.pace.with_bell if bell.is_set() else self.pace.without)
        finally:
            ringing.cancel()
            with suppress(asyncio.CancelledError):
                await ringing

    def api(self, account: Account) -> Api:
        """The instance of an account. Raises Misconfigured."""
        return Api(instance(account, Seal.of(self.settings), self.settings), self.limits)

    async def us(self, api: Api, account: Account) -> Us:
        """Who we are there, noted for whoever looks after the account. Raises Unavailable, Misconfigured."""
        told = await api.read("/api/v1/accounts/verify_credentials")
        if not isinstance(told, Mapping) or not told.get("id") or not told.get("acct"):
            raise Misconfigured("l’instance ne dit pas à qui est ce jeton")
        # what its accounts end in may be shorter than the address of its pages (LOCAL_DOMAIN, WEB_DOMAIN)
        about = (await api.get("/api/v2/instance")).json
        domain = str(about.get("domain", "")) if isinstance(about, Mapping) else ""
        us = Us(str(told["id"]), reading.full(str(told["acct"]), domain if _HOST.fullmatch(domain) else api.instance.host))
        async with self.db.transaction(WORKER) as tx:
            await accounts.note(tx, account, {"acct": us.acct})
        return us

    async def mentions(self, account: Account, api: Api, us: Us) -> None:
        """Takes in what is new; each page is in the ledger before the progress says so. Raises Unavailable, Misconfigured."""
        async with self.db.transaction(WORKER) as tx:
            at = await progress.read(tx, account)
        fresh = at.last_id is None
        while True:
            forward = [] if fresh else [("min_id", at.last_id or "0")]
            answer = understood(await api.get("/api/v1/notifications", [*_MENTIONS, *forward]))
            page = [one for one in answer.json if isinstance(one, dict)] if isinstance(answer.json, list) else []
            for one in reversed(page):
                at = await self._take(account, us, at, one, since=self.now() - FIRST if fresh else None)
            newest = linked(answer, "prev", "min_id") or (str(page[0].get("id", "")) if page else "")
            at = replace(at, last_id=newest or at.last_id or "0")
            async with self.db.transaction(WORKER) as tx:
                await progress.write(tx, account, at)
                await accounts.note(tx, account, {"looked_at": self.now().isoformat(), "failures": 0, "last_error": None})
            if fresh or not page:
                return

    async def _take(self, account: Account, us: Us, at: Progress, told: Mapping[str, Any], since: datetime | None) -> Progress:
        """One notification into the ledger; the progress with its status among the recent ones."""
        raw = orjson.dumps(told.get("status"))
        status = reading.read(raw)
        if told.get("type") != "mention" or status is None or status.account.id == us.id or status.reblog is not None:
            return at  # our own, a share, or what cannot be read: nobody asks us anything
        if since is not None and (status.created_at is None or status.created_at < since):
            return at
        acct = reading.full(status.account.acct, _host(us))
        await self._accept(account, us, status.id, MENTION, raw, acct)
        return replace(at, recent=at.with_status(status.id, Known(status.edited_at or "", acct)))

    async def review(self, account: Account, api: Api, us: Us) -> None:
        """Notes what the writers of the last statuses changed or took back. Raises Unavailable, Misconfigured."""
        async with self.db.transaction(WORKER) as tx:
            at = await progress.read(tx, account)
        if not at.recent:
            return
        told = await api.read("/api/v1/notifications", _MENTIONS)
        shown = {status.id: (raw, status) for raw, status in _statuses(told)}
        missing = [number for number in at.recent if number not in shown][-MOST_LOOKED_AT:]
        for number, known in at.recent.items():
            raw, status = shown.get(number, (b"", None))
            if number in missing:
                answer = await api.get(f"/api/v1/statuses/{number}")
                if answer.status in (404, 410):
                    gone = orjson.dumps({"id": number, "account": {"acct": known.acct}})
                    await self._accept(account, us, f"{number}/deleted", DELETED, gone, known.acct)
                    at = replace(at, recent={one: about for one, about in at.recent.items() if one != number})
                    continue
                raw, status = understood(answer).body, reading.read(answer.body)
            if status is not None and (status.edited_at or "") != known.edited:
                await self._accept(account, us, f"{number}/{status.edited_at}", EDITED, raw, known.acct)
                at = replace(at, recent={**at.recent, number: Known(status.edited_at or "", known.acct)})
        async with self.db.transaction(WORKER) as tx:
            await progress.write(tx, account, at)

    async def _accept(self, account: Account, us: Us, source_id: str, what: str, raw: bytes, acct: str) -> None:
        arrival = Arrival(
            channel="mastodon",
            account=account.name,
            source_id=source_id,
            raw=raw,
            collectivity_id=account.collectivity_id,
            meta={"what": what, "host": _host(us), "me": us.acct},
            keys=(acct, address(KIND, acct), source_id.partition("/")[0]),
            conversation=address(KIND, acct),
        )
        taken = await self.accept(arrival)
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)

    async def _ring(self, api: Api, news: asyncio.Event, changes: asyncio.Event, bell: asyncio.Event) -> None:
        """Keeps the bell working where the instance has one; without it we look more often."""
        while True:
            with suppress(Unavailable, Misconfigured):
                url = stream.where(api.instance, await api.read("/api/v2/instance"))
                if url is not None:
                    bell.set()
                    await stream.follow(api.instance, url, news, changes)
            bell.clear()
            news.set()  # so that the pause that was begun with it is not waited for
            await asyncio.sleep(self.pace.bell_again)


# Since 4.3 an instance keeps back what strangers write in private: just what a town hall must hear.
_MENTIONS = [("types[]", "mention"), ("include_filtered", "true"), ("limit", str(PAGE))]


_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]+")


def _host(us: Us) -> str:
    return us.acct.rpartition("@")[2]


def _statuses(told: Any) -> Iterator[tuple[bytes, reading.Status]]:
    """The statuses of a page of notifications, with their bytes."""
    for one in told if isinstance(told, list) else ():
        raw = orjson.dumps(one.get("status")) if isinstance(one, dict) else b""
        if (status := reading.read(raw)) is not None:
            yield raw, status


async def _any_of(*events: asyncio.Event, within: float) -> None:
    waits = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, timeout=within, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waits:
            one.cancel()
