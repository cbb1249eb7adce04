"""Before an arrival is weighed: its files are fetched from Telegram, with those of its album, and the commune of a place is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from channels.telegram.client import Bots, said
from channels.telegram.known import open_ticket, queries
from channels.telegram.near import near
from channels.telegram.parse import KEPT_FILES, PLACE, remotes
from channels.telegram.settings import CHANNEL, access
from channels.telegram.state import MOST_FILES, State, load
from channels.telegram.update import Update, read
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Unavailable
from grc.messages import accounts, conversations
from grc.messages.accounts import Account
from grc.messages.model import Attachment, InboundMessage, Received, Remote
from grc.messages.seal import Seal
from grc.settings import Settings
from grc.web.places import geocoder


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be fetched now, by which account; `album`: the arrivals whose pictures and words go with this one."""

    account: Account | None
    files: Sequence[Remote] = ()
    album: Sequence[tuple[str, Update]] = ()


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Fetches what arrivals need besides themselves."""

    db: Database
    bots: Bots
    seal: Seal
    settings: Settings

    async def fetch(self, received: Received, message: InboundMessage) -> InboundMessage:
        """The message with the files that the dialogue will take now. Those it only keeps stay where they are, as `remote`.

        Raises Unavailable where Telegram does not answer; a file that it will never give is a defect.
        """
        update = read(received.raw)
        if update is None:
            return message
        if any(one.key == PLACE for one in message.remote) and update.message and update.message.location:
            return await self._placed(update, message)
        async with self.db.transaction(WORKER) as tx:
            wanted = await _wanted(tx, received, message, update)
        if not wanted.files or wanted.account is None:
            return replace(message, remote=tuple(one for one in message.remote if one.key != KEPT_FILES))
        attached, lost = await self._all(wanted.account, wanted.files)
        said_too = "\n".join(one.message.words for _, one in wanted.album if one.message and one.message.words)
        words = f"{message.reply_text}\n{said_too}".strip() if said_too else message.reply_text
        post = {**message.post, "album": [number for number, _ in wanted.album]} if wanted.album else message.post
        return replace(
            message, attachments=attached, remote=(), defects=(*message.defects, *lost), body_text=words, reply_text=words, post=post
        )

    async def _all(self, account: Account, files: Sequence[Remote]) -> tuple[tuple[Attachment, ...], list[str]]:
        from telegram.error import BadRequest, Forbidden, InvalidToken, TelegramError

        there, attached, lost = access(account, self.seal), [], []
        for one in files:
            try:
                attached.append(Attachment(one.name, one.type, await self.bots.fetch(there, one.key)))
            except (BadRequest, Forbidden, InvalidToken):
                lost.append(f"file_not_fetched:{one.name}")
            except TelegramError as error:
                raise Unavailable(said(error)) from None
        return tuple(attached), lost

    async def _placed(self, update: Update, message: InboundMessage) -> InboundMessage:
        """The message with what is at the place that was shared: nothing where the geocoder does not know, or is away."""
        assert update.message is not None
        assert update.message.location is not None
        at = update.message.location
        found = await near(geocoder(self.settings), at.latitude, at.longitude)
        return replace(message, remote=(), post={**message.post, "place": found})


async def _wanted(tx: Transaction, received: Received, message: InboundMessage, update: Update) -> Wanted:
    """What the dialogue will take: the files of a request under way or asked for, or those kept for the one that a button opens."""
    talk = await conversations.get(tx, received.collectivity_id, CHANNEL, received.account, message.from_addr)
    state, account = load(talk.state), await accounts.by_name(tx, CHANNEL, received.account)
    if update.callback_query is not None:
        return Wanted(account, state.files)
    if not _takes(state, await open_ticket(tx, talk) is not None) or update.message is None:
        return Wanted(account)
    if received.source_id in state.albums.get(update.message.media_group_id, ()):
        return Wanted(account)
    album = await _album(tx, received, update) if update.message.media_group_id else []
    files = [file for one in (update, *(other for _, other in album)) if one.message for file in remotes(one.message)]
    return Wanted(account, files[:MOST_FILES], album)


def _takes(state: State, is_open: bool) -> bool:
    return is_open or (state.waits == "words" and bool(state.kind))


async def _album(tx: Transaction, received: Received, update: Update) -> list[tuple[str, Update]]:
    """The other pictures of an album, which wait behind this one."""
    assert update.message is not None
    rows = queries.album(
        tx.conn, collectivity_id=received.collectivity_id, account=received.account, conversation=received.conversation,
        album=update.message.media_group_id, after=received.id, most=MOST_FILES,
    )  # fmt: skip
    return [(row["source_id"], one) async for row in rows if (one := read(row["raw"])) is not None]
