"""Updates arrive: each bot of this worker is asked for them, or Telegram is told where to bring them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from channels.telegram import progress
from channels.telegram.client import Bots, said
from channels.telegram.settings import Access, access
from channels.telegram.take import take
from channels.telegram.update import KINDS
from channels.telegram.words import COMMANDS
from grc.db.transaction import WORKER, Database
from grc.errors import Unavailable
from grc.messages import accounts
from grc.messages.accounts import Account
from grc.messages.channel import Accept
from grc.messages.listening import Failures
from grc.messages.seal import Seal

log = structlog.get_logger()

POLL_SECONDS = 25  # how long Telegram keeps a question without an answer
RENEW_SECONDS = 3600.0  # how often Telegram is told again where to call, in case somebody told it otherwise


@dataclass(frozen=True, slots=True)
class Ear:
    """Listens to bots. `address` gives what Telegram is to call for an account."""

    db: Database
    accept: Accept
    bots: Bots
    seal: Seal
    now: Callable[[], datetime]
    address: Callable[[Account], str]

    async def listen(self, account: Account, failures: Failures) -> None:
        """Takes what arrives for one bot until it fails. Raises Unavailable, with why and without its token."""
        from telegram.error import TelegramError

        there = access(account, self.seal)
        try:
            await self._begin(there)
            await (self._called(there, failures) if there.mode == "webhook" else self._poll(there, failures))
        except TelegramError as error:
            raise Unavailable(said(error)) from None

    async def _begin(self, there: Access) -> None:
        """Greets the bot: links to it need its name, the application shows its commands."""
        bot = self.bots.of(there)
        me = await bot.get_me()
        await bot.set_my_commands(COMMANDS)
        if there.mode == "poll":
            await bot.delete_webhook(drop_pending_updates=False)
        await self._note(there, username=me.username, connected_since=self.now().isoformat())

    async def _called(self, there: Access, failures: Failures) -> None:
        """Telegram calls: `hook.py` takes what it brings."""
        while True:
            await self.bots.of(there).set_webhook(
                self.address(there.account), secret_token=there.header, allowed_updates=list(KINDS), drop_pending_updates=False
            )
            failures.none()
            await self._note(there, checked_at=self.now().isoformat(), last_error=None, failures=0)
            await asyncio.sleep(RENEW_SECONDS)

    async def _poll(self, there: Access, failures: Failures) -> None:
        """Asks for updates and takes them. They are confirmed by the next question alone, once they are in the ledger and we know it."""
        account, pressed, well = there.account, set[asyncio.Task[None]](), False
        while True:
            async with self.db.transaction(WORKER) as tx:
                offset = await progress.read(tx, account, self.now())
            found = await self.bots.updates(there, offset, POLL_SECONDS)
            if not well:
                failures.none()
                await self._note(there, last_error=None, failures=0)
                well = True
            following = 0
            for update in found:
                following = max(following, await take(self.accept, account, update) + 1)
                if isinstance(query := update.get("callback_query"), dict) and query.get("id"):
                    task = asyncio.create_task(self._release(there, str(query["id"])))
                    pressed.add(task)
                    task.add_done_callback(pressed.discard)
            if following:
                async with self.db.transaction(WORKER) as tx:
                    await progress.write(tx, account, following, self.now())

    async def _release(self, there: Access, query: str) -> None:
        """A button that was pressed stops turning. What it told is taken already: nothing is lost where this fails."""
        from telegram.error import TelegramError

        try:
            await self.bots.of(there).answer_callback_query(query)
        except TelegramError as error:
            log.info("telegram.button_not_released", account=there.account.name, error=said(error))

    async def _note(self, there: Access, **patch: Any) -> None:
        async with self.db.transaction(WORKER) as tx:
            await accounts.note(tx, there.account, patch)
