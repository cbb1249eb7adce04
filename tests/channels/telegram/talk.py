"""A bot with the real worker behind it, and citizens who write to it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from channels.telegram.settings import read_account
from grc import clock, worker
from grc.actions.house import House
from grc.app import compose
from grc.db.transaction import WORKER
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.seal import Seal
from grc.settings import Settings
from tests.makers.telegram import JEANNE, TOKEN, Call, Citizen, Telegram
from tests.support.arrivals import rows
from tests.support.processes import until

PATIENCE = 60.0  # seconds: a busy machine is no failure


@dataclass(slots=True)
class Talk:
    """What a test acts with: the provider, the parts of the service, the account."""

    there: Telegram
    house: House
    account: Account

    async def says(self, text: str, who: Citizen = JEANNE) -> Call:
        """Writes; what the bot says then."""
        return await self.after(lambda: self.there.says(text, who), who)

    async def presses(self, label: str, who: Citizen = JEANNE) -> Call:
        """Presses the button of this label; what the bot says then."""
        return await self.after(lambda: self.there.press(label, who), who)

    async def after(self, act: Callable[[], Any], who: Citizen = JEANNE) -> Call:
        """What the bot says first after this was done."""
        before = len(self.there.sent(who.id))
        act()

        async def said() -> Call | None:
            sent = self.there.sent(who.id)
            return sent[before] if len(sent) > before else None

        return await until(said, PATIENCE, lambda: f"an answer after {[one.text for one in self.there.sent(who.id)]}")

    async def settled(self, count: int) -> list[Any]:
        """The ledger once so many arrivals are decided: source_id, outcome, reason, ticket_id, in order."""

        async def decided() -> list[Any] | None:
            query = "select source_id, outcome, reason, ticket_id from received where channel = 'telegram' order by id"
            found = await rows(self.house, query)
            return found if len(found) >= count and all(one["outcome"] != "pending" for one in found) else None

        return await until(decided, PATIENCE, lambda: f"{count} arrivals decided")

    async def messages(self, direction: str = "in") -> list[Any]:
        """The messages of all tickets, in order."""
        return await rows(self.house, "select * from message where direction = $1 order by id", direction)


async def add_bot(house: House, settings: Settings, code: str, mode: str = "poll", token: str = TOKEN) -> Account:
    """A bot of a collectivity, as `grc account add telegram` makes it."""
    new = read_account({"token": token, "mode": mode})
    async with house.db.transaction(WORKER) as tx:
        number = await accounts.add(tx, "telegram", code, new, Seal.of(settings).close(new.secrets))
        return next(one for one in await accounts.active(tx, clock.now()) if one.id == number)


@asynccontextmanager
async def talking(settings: Settings, there: Telegram, code: str, **changes: Any) -> AsyncIterator[Talk]:
    """The service with a bot of this collectivity, working in this process until the end."""
    given = Settings.model_validate(settings.model_dump() | {"telegram_base_url": there.url, "undo_seconds": 0} | changes)
    async with compose(given) as composed:
        account = await add_bot(composed.house, given, code)
        stop = asyncio.Event()
        working = asyncio.create_task(worker.run(composed.house, composed.wake, stop, ("intake", "deliver", "errands", "channels")))
        try:
            yield Talk(there, composed.house, account)
        finally:
            stop.set()
            await working
