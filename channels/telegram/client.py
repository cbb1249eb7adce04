"""Speaking to Telegram: the bots of this process, by python-telegram-bot, without a token in any log; and what its answers mean."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from channels.telegram.settings import Access
from channels.telegram.update import KINDS
from grc.errors import Unavailable
from grc.messages.model import Sent
from grc.messages.provider import LONGEST_WAIT

if TYPE_CHECKING:
    from telegram import Bot
    from telegram.request import HTTPXRequest

MOST_IN, MOST_OUT = 20 * 2**20, 50 * 2**20  # bytes: core.telegram.org/bots/api, getFile and "Sending files"
CONNECTIONS = 16  # to Telegram at once, of one bot in one process
_TOKEN = re.compile(r"[0-9]{5,15}:[A-Za-z0-9_-]{20,}")
# These write the whole address of every call, and the token is a part of it.
_TALKATIVE = ("httpx", "httpcore", "telegram")


@dataclass(slots=True)
class Bots:
    """The bots of this process, one for each token, made when first needed. `root` is where the Bot API is, without a path."""

    root: str
    _made: dict[str, tuple[Bot, Sequence[HTTPXRequest]]] = field(default_factory=dict, repr=False)

    def of(self, access: Access) -> Bot:
        """The bot of an account."""
        if access.token not in self._made:
            self._made[access.token] = _bot(self.root, access.token)
        return self._made[access.token][0]

    async def updates(self, access: Access, offset: int | None, wait: int) -> list[dict[str, Any]]:
        """The updates from `offset` on, as soon as there is one, at the latest after `wait` seconds; as they came.

        Through the request itself and not `Bot.get_updates`: one update that the library cannot make an object of would hold up all others.
        """
        self.of(access)
        _, polling = self._made[access.token][1]
        asked: dict[str, Any] = {"timeout": wait, "limit": 100, "allowed_updates": json.dumps(KINDS)}
        if offset is not None:
            asked["offset"] = offset
        found = await polling.post(f"{self.root}/bot{access.token}/getUpdates?{urlencode(asked)}", read_timeout=wait + 15)
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []

    async def fetch(self, access: Access, key: str) -> bytes:
        """The bytes of a file that somebody sent. Raises TelegramError; Unavailable where it is larger than Telegram gives."""
        bot = self.of(access)
        found = await bot.get_file(key, read_timeout=20)
        if not found.file_path or (found.file_size or 0) > MOST_IN:
            raise Unavailable("Telegram ne donne pas ce fichier")
        # Never through File.download_…: it would read a file of this machine where one has the path that an answer names.
        path = found.file_path.rpartition(f"/bot{access.token}/")[2]
        return await bot.request.retrieve(f"{self.root}/file/bot{access.token}/{path.lstrip('/')}", read_timeout=60)

    async def close(self) -> None:
        """Ends their connections."""
        made, self._made = list(self._made.values()), {}
        for _, connections in made:
            for one in connections:
                await one.shutdown()


def _bot(root: str, token: str) -> tuple[Bot, Sequence[HTTPXRequest]]:
    from telegram import Bot
    from telegram.request import HTTPXRequest
    from telegram.warnings import PTBDeprecationWarning

    # each 429 would warn that a later version gives a duration; `failed` takes both
    warnings.filterwarnings("ignore", category=PTBDeprecationWarning)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    calls = HTTPXRequest(CONNECTIONS, connect_timeout=10, read_timeout=30, write_timeout=30, pool_timeout=30, media_write_timeout=120)
    polling = HTTPXRequest(1, connect_timeout=10, read_timeout=15)
    made = Bot(token, base_url=f"{root}/bot", base_file_url=f"{root}/file/bot", request=calls, get_updates_request=polling)
    return made, (calls, polling)


def bare(text: object) -> str:
    """Words of an error on one line, without a token."""
    return " ".join(_TOKEN.sub("…", str(text)).split())[:500]


def said(error: Exception) -> str:
    """An error as an operator reads it."""
    return f"{type(error).__name__}\u00a0: {bare(error)}"


def failed(error: Exception, now: datetime) -> Sent:
    """What a failed call means: to be tried again, or refused for good. A blocked bot stays blocked until its citizen writes again."""
    from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TimedOut

    match error:
        case RetryAfter(retry_after=after):
            seconds = int(after.total_seconds()) if isinstance(after, timedelta) else after
            return Sent(
                "temporary-failure",
                f"429\u00a0: Telegram demande d’attendre {seconds}\u00a0s",
                now + min(timedelta(seconds=seconds), LONGEST_WAIT),
            )
        case Forbidden():
            return Sent("permanent-failure", f"403\u00a0: {bare(error)}")
        case TimedOut():
            return Sent("temporary-failure", "Telegram n’a pas répondu à temps")
        case BadRequest() | ChatMigrated():
            return Sent("permanent-failure", f"400\u00a0: {bare(error)}")
        case InvalidToken():
            return Sent("technical-failure", "Telegram refuse le jeton du robot\u00a0: ajoutez le compte à nouveau")
        case _:
            return Sent("temporary-failure", said(error))
