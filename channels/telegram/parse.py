"""An update becomes a message: who wrote, his words, his files by what they are fetched. Pure, bounded, never raises."""

from __future__ import annotations

import mimetypes
import re
from datetime import UTC, datetime
from typing import Any

from channels.telegram.client import MOST_IN
from channels.telegram.update import File, Location, Message, Update, User, read
from grc.messages.address import address
from grc.messages.model import InboundMessage, Received, Remote

# What is to be asked for before a message is decided, besides its own file: whatever was kept for the request that a button may open,
# and the commune of a place.
KEPT_FILES, PLACE = "kept", "place"
LONGEST = 20_000  # characters; Telegram takes 4,096 of a message
_NAMES = {"photo": "photo", "voice": "message-vocal", "audio": "audio", "video": "video", "video_note": "message-video"}
_KINDS = {"photo": "image/jpeg", "voice": "audio/ogg", "video_note": "video/mp4"}
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")


def parse(received: Received) -> InboundMessage:
    """What somebody wrote to the bot, as far as the update alone tells. The dialogue decides what it is for."""
    update = read(received.raw)
    if update is None:
        return InboundMessage(date=received.received_at, defects=("this is no update of Telegram",))
    message, sender = update.message or update.edited_message, update.sender
    return InboundMessage(
        from_addr=sender_address(update),
        from_name=sender.name if sender else "",
        from_label=label(sender) if sender else "",
        date=_moment(message.date, received.received_at) if message else received.received_at,
        body_text=words(message) if message else "",
        reply_text=words(message) if message else "",
        remote=_asked_for(update),
        is_auto=bool(sender and sender.is_bot),
        may_answer=not (sender and sender.is_bot),
        post=_post(message) if message else {},
    )


def _asked_for(update: Update) -> tuple[Remote, ...]:
    if update.callback_query is not None:
        return (Remote(KEPT_FILES, "fichiers gardés"),)
    if update.message is None:
        return ()
    return (Remote(PLACE, "adresse de la position"),) if update.message.location else remotes(update.message)


def sender_address(update: Update) -> str:
    """Who wrote it, where one may answer him alone: `telegram:12345`. Empty for what is said before others."""
    chat, sender = update.chat, update.sender
    return address("telegram", str(sender.id)) if sender and chat and chat.type == "private" else ""


def label(user: User) -> str:
    """« @jeanne », or the name of an account that has none."""
    return f"@{user.username}"[:100] if user.username else user.name


def words(message: Message) -> str:
    """What it says; a place shared is said in degrees, with where to look at it."""
    said = message.words[:LONGEST]
    return f"{said}\n{spot(message.location)}".strip() if message.location else said


def spot(location: Location) -> str:
    """A place in words."""
    lat, lon = f"{location.latitude:.6f}", f"{location.longitude:.6f}"
    return f"Position partagée\u00a0: {lat}, {lon}\nhttps://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}"


def remotes(message: Message) -> tuple[Remote, ...]:
    """The file it carries, where Telegram gives files of that size."""
    found = message.file
    return (remote(*found, message.message_id),) if found and found[1].file_size <= MOST_IN else ()


def remote(what: str, file: File, number: int) -> Remote:
    """A file with a name that is safe to show and to save."""
    kind = (file.mime_type or _KINDS.get(what) or mimetypes.guess_type(file.file_name)[0] or "application/octet-stream").lower()[:100]
    name = _UNSAFE.sub("_", file.file_name).strip(" ._")[-150:]
    return Remote(file.file_id, name or f"{_NAMES.get(what, 'fichier')}-{number}{_ending(kind)}", kind, file.file_size)


def _ending(kind: str) -> str:
    return {"audio/ogg": ".ogg", "image/jpeg": ".jpg"}.get(kind) or mimetypes.guess_extension(kind) or ""


def _moment(seconds: int, otherwise: datetime) -> datetime:
    """When Telegram took it; whoever's clock is wrong by more than a day is not believed."""
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OSError, OverflowError):
        return otherwise
    return at if seconds and abs((at - otherwise).total_seconds()) < 86_400 else otherwise


def _post(message: Message) -> dict[str, Any]:
    """What an answer to this very message takes."""
    return {"chat": message.chat.id, "message": message.message_id}
