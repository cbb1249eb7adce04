"""A status of Mastodon, read: who wrote it, its words, its files, who may see it. Pure, bounded, never raises."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from grc.text import clean_html, html_to_text

LONGEST = 100_000  # characters of HTML; an instance allows 500 of text, some of them many more
MOST_FILES, MOST_MENTIONS = 16, 100
DIRECT, PRIVATE, UNLISTED, PUBLIC = "direct", "private", "unlisted", "public"

_ANCHOR = re.compile(r'<a(?: [a-z-]+="[^"]*")*>.*?</a>', re.DOTALL)
_HREF = re.compile(r' href="([^"]*)"')
_TAGS = re.compile(r"<[^>]*>")
_EMOJI = re.compile(r":[a-zA-Z0-9_]{2,}:")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    @field_validator("*", mode="before")
    @classmethod
    def _readable(cls, value: Any) -> Any:
        if isinstance(value, str):
            return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
        return value


class Writer(_Part):
    """An account: `acct` is user@host, of an account of the instance itself user alone."""

    id: str = ""
    acct: str = ""
    display_name: str = ""
    url: str = ""
    bot: bool = False
    group: bool = False


class Mention(_Part):
    """Somebody a status names."""

    id: str = ""
    acct: str = ""
    url: str = ""


class Media(_Part):
    """A file of a status; without `url` while the instance has not got it."""

    id: str = ""
    type: str = ""
    url: str | None = None
    remote_url: str | None = None
    description: str | None = None


class Option(_Part):
    """A choice of a poll."""

    title: str = ""


class Poll(_Part):
    """A poll of a status."""

    options: list[Option] = []


class Status(_Part):
    """A status as the API gives it."""

    id: str
    created_at: datetime | None = None
    edited_at: str | None = None
    in_reply_to_id: str | None = None
    spoiler_text: str = ""
    visibility: str = DIRECT
    content: str = ""
    url: str | None = None
    reblog: Mapping[str, Any] | None = None
    account: Writer = Writer()
    mentions: list[Mention] = []
    media_attachments: list[Media] = []
    poll: Poll | None = None


def read(raw: bytes) -> Status | None:
    """The status in some bytes; None where they hold none."""
    try:
        return Status.model_validate(orjson.loads(raw))
    except (orjson.JSONDecodeError, ValidationError, RecursionError):
        return None


def full(acct: str, host: str) -> str:
    """`user@host`, for an account of the instance itself as well."""
    return (acct if "@" in acct else f"{acct}@{host}").lower()[:300]


def name(writer: Writer) -> str:
    """How a person calls himself there, without signs that are pictures elsewhere."""
    return " ".join(_EMOJI.sub("", writer.display_name).split())[:200]


def html(status: Status) -> str:
    """Its content, cleaned."""
    return clean_html(status.content[:LONGEST])


def words(status: Status, host: str, me: str) -> str:
    """What it says, as text: the warning first, what was written, the choices of a poll, what its pictures show."""
    warning = " ".join(status.spoiler_text.split())[:2000]
    parts = [
        f"[Avertissement de l’auteur\u00a0: {warning}]" if warning else "",
        said(status, host, me),
        _choices(status),
        *_descriptions(status),
    ]
    return "\n\n".join(filter(None, parts))


def said(status: Status, host: str, me: str) -> str:
    """What was written, whom it names and where it leads readable.

    `me` is our own account (user@host): the mention of it that begins a status says only to whom it is written.
    """
    named = {unescape(mention.url): f"@{full(mention.acct, host)}" for mention in status.mentions[:MOST_MENTIONS] if mention.url}
    text = html_to_text(_ANCHOR.sub(lambda match: _anchor(match[0], named), html(status)))
    return (re.sub(rf"^(?:@{re.escape(me)}[\s,:]*)+", "", text, flags=re.IGNORECASE) if me else text).strip()


def _anchor(written: str, named: Mapping[str, str]) -> str:
    """A link as text that reads well: a person by his whole address, a hashtag by itself, any other link as it is."""
    href = _HREF.search(written)
    shown = unescape(_TAGS.sub("", written)).strip()
    if href is not None and (person := named.get(unescape(href[1]))):
        return escape(person)
    return escape(shown) if shown.startswith("#") else written


def _choices(status: Status) -> str:
    if status.poll is None:
        return ""
    return "Sondage\u00a0:\n" + "\n".join(f"- {option.title}" for option in status.poll.options[:20])


def _descriptions(status: Status) -> Sequence[str]:
    found = (" ".join((media.description or "").split()) for media in status.media_attachments[:MOST_FILES])
    return [f"[Image décrite\u00a0: {text[:1500]}]" for text in found if text]


def file_name(media: Media) -> str:
    """A name for a file that is safe to show and to save."""
    last = unquote((media.url or "").partition("?")[0].rpartition("/")[2])
    kind = {"image": "image", "gifv": "animation", "video": "video", "audio": "son"}.get(media.type, "fichier")
    ending = re.search(r"\.[A-Za-z0-9]{1,5}$", _UNSAFE.sub("_", last))
    return f"{kind}-{re.sub(r'[^A-Za-z0-9]', '', media.id)[-20:] or '1'}{ending[0].lower() if ending else ''}"


def file_type(media: Media) -> str:
    """Its media type, by its name: the API tells only what it is for."""
    return mimetypes.guess_type(file_name(media))[0] or "application/octet-stream"
