"""A message leaves by a bot: its words with the link to the request, its files, its buttons; each attempt once, and what it means."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from channels.telegram.client import MOST_OUT, Bots, failed
from channels.telegram.settings import CHANNEL, Access, access
from channels.telegram.words import receipt
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages import accounts
from grc.messages.address import value_of
from grc.messages.model import Attachment, OutboundMessage, Sent
from grc.messages.seal import Seal

if TYPE_CHECKING:
    from telegram import Bot, InlineKeyboardMarkup, ReplyKeyboardMarkup

LONGEST, LONGEST_CAPTION = 4096, 1024  # UTF-16 units: core.telegram.org/bots/api#sendmessage
ACK = "ack"  # whose exact words, as the law wants them, stand on the page of the request
MOST_TOGETHER = 10  # files of one album
REMEMBERED = 1000  # messages of which it is known how far they have left

Step = Callable[["Bot", int], Awaitable[Sequence[str]]]


@dataclass(slots=True)
class Sender:
    """The way out. A message of several parts that stopped halfway goes on there at the next try of this process."""

    db: Database
    seal: Seal
    bots: Bots
    now: Callable[[], datetime]
    _left: OrderedDict[int, list[Sequence[str]]] = field(default_factory=OrderedDict)

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt. Never raises for what Telegram does."""
        from telegram.error import TelegramError

        try:
            chat = int(value_of(message.to_addr))
        except ValueError:
            return Sent("permanent-failure", f"«\u00a0{message.to_addr[:100]}\u00a0» n’est pas une conversation de Telegram")
        try:
            there = await self._access(message)
        except Misconfigured as error:
            return Sent("technical-failure", str(error))
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        left = self._left.setdefault(message.outgoing_id, [])
        try:
            for step in steps(message)[len(left) :]:
                left.append(await step(self.bots.of(there), chat))
        except TelegramError as error:
            self._forget_old()
            return failed(error, self.now())
        self._left.pop(message.outgoing_id, None)
        numbers = [f"{chat}/{number}" for part in left for number in part]
        return Sent("sent", f"Telegram l’a pris\u00a0: {', '.join(numbers)}", provider_ids=numbers)

    async def _access(self, message: OutboundMessage) -> Access:
        async with self.db.transaction(WORKER) as tx:
            account = await accounts.by_name(tx, CHANNEL, message.account)
        if account is None:
            raise Misconfigured("le robot par lequel ce message devait partir n’est plus réglé (grc account add telegram)")
        return access(account, self.seal)

    def _forget_old(self) -> None:
        while len(self._left) > REMEMBERED:
            self._left.popitem(last=False)


def steps(message: OutboundMessage) -> list[Step]:
    """The calls that send a message, in order: the fewest, since what is one call leaves whole or not at all."""
    files = [one for one in message.attachments if one.size <= MOST_OUT]
    text = words(message, [one.name for one in message.attachments if one.size > MOST_OUT])
    made: list[Step] = []
    caption = text if files and units(text) <= LONGEST_CAPTION else ""
    if text and not caption:
        parts = pieces(text)
        made += [_text(part, message.buttons if part is parts[-1] else ()) for part in parts]
    for begin in range(0, len(files), MOST_TOGETHER):
        made.append(_files(files[begin : begin + MOST_TOGETHER], caption if begin == 0 else ""))
    return made


def words(message: OutboundMessage, heavy: Sequence[str]) -> str:
    """What is said: the bare words, files that are too heavy, and where the request can be followed."""
    said = [receipt(message.sender_name) if message.kind == ACK and message.link else message.said or message.body_text]
    if heavy:
        where = "sur la page de votre demande" if message.link else "à la mairie"
        said.append(f"Trop lourd pour Telegram (50\u00a0Mo au plus), à prendre {where}\u00a0: {', '.join(heavy)}.")
    if message.link and message.link not in said[0]:
        said.append(f"Votre demande {message.reference}\u00a0: {message.link}")
    return "\n\n".join(part.strip() for part in said if part.strip())


def units(text: str) -> int:
    """How long Telegram finds a text."""
    return len(text.encode("utf-16-le")) // 2


def pieces(text: str) -> list[str]:
    """A text in parts that Telegram takes, cut between paragraphs, lines or words where there are any."""
    parts: list[str] = []
    while units(text) > LONGEST:
        head = text[: LONGEST // 2] if units(text[:LONGEST]) > LONGEST else text[:LONGEST]
        cut = next((at for sign in ("\n\n", "\n", " ") if (at := head.rfind(sign)) > len(head) // 2), len(head))
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def _text(text: str, buttons: Sequence[Sequence[Mapping[str, Any]]]) -> Step:
    async def step(bot: Bot, chat: int) -> Sequence[str]:
        from telegram import LinkPreviewOptions

        sent = await bot.send_message(chat, text, reply_markup=markup(buttons), link_preview_options=LinkPreviewOptions(is_disabled=True))
        return [str(sent.message_id)]

    return step


def _files(files: Sequence[Attachment], caption: str) -> Step:
    async def step(bot: Bot, chat: int) -> Sequence[str]:
        from telegram import InputFile, InputMediaDocument

        def given(one: Attachment, *, attach: bool) -> InputFile:
            return InputFile(one.content, filename=one.name, attach=attach)

        if len(files) == 1:
            sent = await bot.send_document(chat, given(files[0], attach=False), caption=caption or None)
            return [str(sent.message_id)]
        media = [InputMediaDocument(given(one, attach=True), caption=caption if one is files[-1] else None) for one in files]
        return [str(sent.message_id) for sent in await bot.send_media_group(chat, media)]

    return step


def markup(buttons: Sequence[Sequence[Mapping[str, Any]]]) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    """The keyboard of a prompt: buttons under the message, or one that asks Telegram for a number or a place."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

    asks = [one for row in buttons for one in row if one.get("ask")]
    if asks:
        shown = [
            KeyboardButton(one["text"], request_contact=one["ask"] == "contact" or None, request_location=one["ask"] == "location" or None)
            for one in asks
        ]
        return ReplyKeyboardMarkup.from_column(shown, resize_keyboard=True, one_time_keyboard=True)
    if not buttons:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(one["text"], callback_data=one.get("data"), url=one.get("url")) for one in row] for row in buttons]
    )
