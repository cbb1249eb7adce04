"""Texts that no call told of: the provider is asked again and again for what came and for how ours fare."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.sms import past
from channels.sms.gateway import Gateway, Said
from channels.sms.hook import arrival
from channels.sms.settings import gateway
from grc.db.transaction import WORKER, Database
from grc.errors import Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import Accept
from grc.messages.listening import Failures
from grc.messages.model import Accepted
from grc.messages.seal import Seal
from grc.settings import Settings

FIRST = timedelta(days=7)  # how far back the first look goes
OVERLAP = timedelta(hours=1)  # looked at again: the list of a provider may be late
REPORTS_FROM, REPORTS_UNTIL = timedelta(days=2), timedelta(minutes=5)  # how old a text is that nothing was reported of
MOST_REPORTS = 20


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks: a call comes first where the provider calls."""

    texts: float = 60.0
    reports: float = 600.0


@dataclass(frozen=True, slots=True)
class Collector:
    """Asks the providers of one worker's accounts."""

    db: Database
    settings: Settings
    accept: Accept
    now: Callable[[], datetime]
    pace: Pace

    async def listen(self, account: Account, failures: Failures) -> None:
        """Looks until it fails or is ended."""
        way, asked = gateway(account, Seal.of(self.settings), self.settings), self.now()
        while True:
            await self.texts(account, way)
            if self.now() - asked >= timedelta(seconds=self.pace.reports):
                asked = self.now()
                await self.reports(account, way)
            failures.none()
            await asyncio.sleep(self.pace.texts)

    async def texts(self, account: Account, way: Gateway) -> None:
        """Takes in what came since the last look, and only then says how far it looked. Raises Unavailable."""
        began = self.now()
        async with self.db.transaction(WORKER) as tx:
            here = await accounts.one(tx, account.id, began)
        since = _since(here.state.get("looked_at") if here else None, began)

        async def unknown(numbers: Sequence[str]) -> Sequence[str]:
            async with self.db.transaction(WORKER) as tx:
                return await past.unknown(tx, account, numbers)

        for said in await way.news(since, unknown):
            await self._take(account, said)
        async with self.db.transaction(WORKER) as tx:
            await accounts.note(tx, account, {"looked_at": began.isoformat(), "failures": 0, "last_error": None})

    async def reports(self, account: Account, way: Gateway) -> None:
        """Asks how the last texts of ours fare of which nobody told. Raises Unavailable."""
        now = self.now()
        async with self.db.transaction(WORKER) as tx:
            waiting = await past.unsettled(tx, account, now - REPORTS_FROM, now - REPORTS_UNTIL, MOST_REPORTS)
        for number in waiting:
            if (said := await way.report(number)) is not None:
                await self._take(account, said)

    async def _take(self, account: Account, said: Said) -> None:
        taken = await self.accept(arrival(account, said))
        if not isinstance(taken, Accepted):
            raise Unavailable(taken.reason)


def _since(looked: object, now: datetime) -> datetime:
    """From when on texts are asked for."""
    try:
        return datetime.fromisoformat(str(looked)) - OVERLAP
    except ValueError:
        return now - FIRST
