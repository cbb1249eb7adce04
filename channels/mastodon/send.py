"""An answer leaves as statuses: to whom it is for, never more public than the message it answers, each once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp
import structlog

from channels.mastodon import earlier
from channels.mastodon.api import Api
from channels.mastodon.parse import KIND
from channels.mastodon.settings import instance
from channels.mastodon.split import beginning, harmless
from channels.mastodon.status import DIRECT, PRIVATE, PUBLIC, UNLISTED
from grc import clock
from grc.db.transaction import WORKER, Database
from grc.errors import Misconfigured, Unavailable
from grc.messages.address import kind_of, value_of
from grc.messages.kept import KeptAccounts
from grc.messages.model import Attachment, OutboundMessage, Sent
from grc.messages.provider import Answer, Limits
from grc.messages.seal import Seal
from grc.settings import Settings

log = structlog.get_logger()

CHANNEL = "mastodon"
REMEMBER_SECONDS = 3600.0  # what an instance takes
LOOK_SECONDS, LOOK_LONGEST = 1.0, 60.0  # between two looks at a file that is being prepared there, and in all


@dataclass(frozen=True, slots=True)
class Bounds:
    """What an instance takes (GET /api/v2/instance)."""

    characters: int = 500
    files: int = 4
    types: frozenset[str] = field(default_factory=frozenset)
    image_bytes: int = 16 * 1024 * 1024

    def takes(self, attachment: Attachment) -> bool:
        """Whether it takes this file."""
        return attachment.type in self.types and attachment.size <= self.image_bytes


class Refusal(Exception):
    """What the instance answered to a part of an answer, as the ledger of deliveries says it."""

    def __init__(self, sent: Sent) -> None:
        super().__init__(sent.detail)
        self.sent = sent


class Sender:
    """The way out, with the accounts and bounds it keeps."""

    def __init__(self, db: Database, settings: Settings, limits: Limits | None = None, look: float = LOOK_SECONDS) -> None:
        self._db = db
        self._settings = settings
        self._seal = Seal.of(settings)
        self._limits = limits or Limits()
        self._look = look
        self._kept = KeptAccounts(db, CHANNEL)
        self._bounds: dict[str, tuple[Bounds, float]] = {}

    async def send(self, message: OutboundMessage) -> Sent:
        """One attempt. Never raises for what the other side does."""
        if kind_of(message.to_addr) != KIND or "@" not in value_of(message.to_addr):
            return Sent("permanent-failure", f"« {message.to_addr[:100]} » n’est pas un compte de Mastodon")
        try:
            account = await self._kept.get(message.account)
            if account is None:
                return Sent("technical-failure", f"le compte Mastodon « {message.account} » n’est pas (ou plus) réglé")
            api = Api(instance(account, self._seal, self._settings), self._limits)
            return await self._leave(api, message)
        except Refusal as refusal:
            return refusal.sent
        except (Misconfigured, KeyError) as error:
            self._kept.forget(message.account)
            return Sent("technical-failure", str(error))
        except Unavailable as error:
            return Sent("temporary-failure", str(error))
        except Exception as error:
            log.exception("mastodon.send_failed", outgoing=message.outgoing_id)
            return Sent("technical-failure", f"{type(error).__name__}: {error}")

    async def _leave(self, api: Api, message: OutboundMessage) -> Sent:
        bounds = await self._known(api)
        files = [one for one in message.attachments if bounds.takes(one)]
        texts = written(message, bounds, left_out=len(message.attachments) - len(files))
        if texts is None:
            return Sent("permanent-failure", "Mastodon ne prend pas ces fichiers, et cette réponse ne peut pas porter le lien qui y mène")
        async with self._db.transaction(WORKER) as tx:
            known = await earlier.was_tried(tx, message.collectivity_id, message.outgoing_id)
        before = await earlier.posted(api, texts, message.at) if known else {}
        follows, posted = str(message.answers.get("status", "")), list[str]()
        batches = [files[at : at + bounds.files] for at in range(0, len(files), bounds.files)]
        for number in range(max(len(texts), len(batches))):
            text = texts[number] if number < len(texts) else f"@{value_of(message.to_addr)}"
            follows = before.get(text) or await self._post(api, message, number, text, follows, batches[number : number + 1])
            posted.append(follows)
        return Sent("sent", f"{len(posted)} message(s), {visibility(message)}\u00a0: {', '.join(posted)}"[:500], provider_ids=posted)

    async def _post(
        self, api: Api, message: OutboundMessage, number: int, text: str, follows: str, files: Sequence[Sequence[Attachment]]
    ) -> str:
        """One status; its number. Raises Refusal."""
        media = [await self._upload(api, one) for batch in files for one in batch]
        said: dict[str, object] = {"status": text, "visibility": visibility(message), "language": "fr"}
        said |= {"in_reply_to_id": follows} if follows else {}
        said |= {"media_ids": media} if media else {}
        said |= {"spoiler_text": warning} if (warning := _warning(message)) else {}
        key = f"grc.{message.outgoing_id}.{number}"
        answer = await api.post("/api/v1/statuses", said, key)
        if answer.status == 404 and follows:  # what it answers is gone: it is said all the same, to the person
            del said["in_reply_to_id"]
            answer = await api.post("/api/v1/statuses", said, f"{key}.alone")
        if answer.status != 200:
            raise Refusal(refused(answer, clock.now()))
        made = answer.json
        if not isinstance(made, dict) or not isinstance(made.get("id"), str):
            raise Refusal(Sent("temporary-failure", f"réponse illisible de l’instance\u00a0: {answer.detail}"))
        return str(made["id"])

    async def _upload(self, api: Api, attachment: Attachment) -> str:
        """A file at the instance, ready to be shown; its number there. Raises Refusal."""
        form = aiohttp.FormData(quote_fields=False)  # names as they are, in UTF-8 (RFC 7578, 5.1)
        form.add_field("file", attachment.content, filename=attachment.name, content_type=attachment.type)
        form.add_field("description", attachment.name)
        answer = await api.upload("/api/v2/media", form)
        if answer.status not in (200, 202):
            raise Refusal(refused(answer, clock.now()))
        made = answer.json
        number = str(made.get("id", "")) if isinstance(made, dict) else ""
        until = time.monotonic() + LOOK_LONGEST
        while answer.status in (202, 206):
            if time.monotonic() > until:
                raise Refusal(Sent("temporary-failure", f"l’instance prépare encore le fichier {attachment.name}"))
            await asyncio.sleep(self._look)
            answer = await api.get(f"/api/v1/media/{number}")
        if answer.status != 200 or not number:
            raise Refusal(refused(answer, clock.now()))
        return number

    async def _known(self, api: Api) -> Bounds:
        """What the instance takes, asked once an hour; the usual where it does not say."""
        known, until = self._bounds.get(api.instance.root, (Bounds(), 0.0))
        if time.monotonic() >= until:
            for path in ("/api/v2/instance", "/api/v1/instance"):  # before 4.0, and what else speaks this language, have the older one
                answer = await api.get(path)
                if answer.status == 200:
                    known = bounds_of(answer.json)
                    break
            self._bounds[api.instance.root] = (known, time.monotonic() + REMEMBER_SECONDS)
        return known


def visibility(message: OutboundMessage) -> str:
    """Who may see an answer: never more than could see what it answers; all, where an agent chose so, without filling public lists."""
    asked = message.answers.get("visibility")
    if message.automatic:
        return DIRECT
    if asked in (PUBLIC, UNLISTED):
        return UNLISTED if message.public else DIRECT
    return PRIVATE if asked == PRIVATE else DIRECT


def written(message: OutboundMessage, bounds: Bounds, left_out: int = 0) -> list[str] | None:
    """The statuses that say it; None where they would have to say where files lie, and may not. Pure.

    The page of a request is its writer's own: its address is said to him alone.
    """
    link = message.link if visibility(message) == DIRECT else ""
    if left_out and not link:
        return None
    text = harmless((message.said or message.body_text).strip())
    documents = f"{left_out} document{'s' if left_out > 1 else ''} à lire\u00a0: {link}"
    if left_out:
        text = f"{text}\n\n{documents}"
    elif message.automatic and link and link not in text:
        text = f"{text}\n\nSuivre votre demande\u00a0: {link}"
    ending = f"La suite\u00a0: {link}" if link else f"La suite vous sera dite autrement\u00a0: demande {message.reference}."
    return beginning(text, f"@{value_of(message.to_addr)}", bounds.characters - len(_warning(message)), ending)


def _warning(message: OutboundMessage) -> str:
    """The warning under which the conversation stands, as its writer wrote it."""
    return str(message.answers.get("warning", ""))[:100]


def refused(answer: Answer, now: datetime) -> Sent:
    """What an answer that is no success means."""
    if answer.status == 429 or answer.status >= 500 or answer.status in (408, 409, 423, 425):
        return Sent("temporary-failure", answer.detail, answer.again(now))
    if answer.status in (401, 403):
        return Sent("technical-failure", f"l’instance refuse le jeton de ce compte\u00a0: {answer.detail}")
    return Sent("permanent-failure", f"l’instance ne prend pas ce message\u00a0: {answer.detail}")


def bounds_of(told: Any) -> Bounds:
    """What an instance says it takes, within reason."""
    usual = Bounds()
    statuses, media = (_part(_part(told, "configuration"), name) for name in ("statuses", "media_attachments"))
    types = media.get("supported_mime_types")
    return Bounds(
        characters=_number(statuses.get("max_characters"), usual.characters, 200, 20_000),
        files=_number(statuses.get("max_media_attachments"), usual.files, 1, 16),
        types=frozenset(one for one in types if isinstance(one, str)) if isinstance(types, list) else usual.types,
        image_bytes=_number(media.get("image_size_limit"), usual.image_bytes, 0, 100 * 1024 * 1024),
    )


def _part(of: Any, name: str) -> Mapping[str, Any]:
    found = of.get(name) if isinstance(of, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _number(said: object, usual: int, least: int, most: int) -> int:
    return min(max(said, least), most) if isinstance(said, int) else usual
