"""Files that lie at Meta: fetched from there and from nowhere else, bounded in time and size."""

from __future__ import annotations

import mimetypes
import re
from dataclasses import dataclass, replace
from datetime import datetime

from yarl import URL

from channels.meta.graph import Graph, Key
from channels.meta.loose import get, text
from grc.errors import Unavailable
from grc.messages.internet import PublicResolver
from grc.messages.model import Attachment, InboundMessage, Remote
from grc.messages.provider import Limits, call

FETCH = Limits(whole=50.0)
MOST_REDIRECTS = 3
MOST_FILES = 30  # of one message
# Where Meta keeps what people send. A host of these, or the root that this installation is set to, and no other.
_HOSTS = ("fbcdn.net", "fbsbx.com", "cdninstagram.com", "facebook.com", "whatsapp.net")
_TOKEN_HOSTS = ("lookaside.fbsbx.com", "graph.facebook.com")  # where a file of WhatsApp is given for a token alone
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\]+")


class Gone(Exception):
    """The file will never come: why, in French."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Fetches files of one account. `most` is how many bytes one may have."""

    graph: Graph
    most: int

    async def fetch(self, message: InboundMessage, key: Key, now: datetime) -> InboundMessage:
        """The message with its files. Raises Unavailable where one may still come."""
        attached, lost = [], []
        for remote in message.remote[:MOST_FILES]:
            try:
                attached.append(await self._one(remote, key, now))
            except Gone as error:
                lost.append(f"{remote.name}\u00a0: {error}")
        if len(message.remote) > MOST_FILES:
            lost.append(f"plus de {MOST_FILES} fichiers")
        found = (*message.attachments, *attached)
        return replace(message, attachments=found, remote=(), defects=(*message.defects, *lost))

    async def _one(self, remote: Remote, key: Key, now: datetime) -> Attachment:
        if not remote.key.startswith("media:"):
            return await self._content(_url(remote.key), remote, None)
        said = await self.graph.get(key, remote.key.removeprefix("media:"), now)
        if not said.ok:
            raise _gone(said.status, said.trouble)
        size = get(said.body, "file_size")
        if str(size).isdecimal() and int(size) > self.most:
            raise Gone(f"plus de {self.most // 2**20} Mio")
        return await self._content(_url(text(said.body, "url")), remote, key)

    async def _content(self, url: URL, remote: Remote, key: Key | None) -> Attachment:
        for _ in range(MOST_REDIRECTS + 1):
            if not self.is_ours(url):
                raise Gone("son adresse n’est pas chez Meta, il n’est pas allé le chercher")
            head = key.header if key is not None and (url.host in _TOKEN_HOSTS or self._is_root(url)) else {}
            resolver = None if self._is_root(url) else PublicResolver()
            answer = await call("GET", str(url), {**head, "Accept": "*/*"}, None, FETCH, most=self.most, resolver=resolver)
            if answer.status in (301, 302, 303, 307, 308):
                url = url.join(_url(answer.headers.get("Location", "")))
                continue
            if answer.status != 200:
                raise _gone(answer.status)
            told = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            kind = remote.type if remote.type and not remote.type.endswith("/*") else told
            return Attachment(named(remote.name, kind), kind or "application/octet-stream", answer.body)
        raise Gone("trop de renvois d’une adresse à l’autre")

    def is_ours(self, url: URL) -> bool:
        """Whether this address is one of Meta, or of the root of this installation: whoever writes it may be anybody."""
        if url.user is not None or url.host is None:
            return False
        if self._is_root(url):
            return True
        inside = any(url.host == host or url.host.endswith(f".{host}") for host in _HOSTS)
        return url.scheme == "https" and url.port == 443 and inside

    def _is_root(self, url: URL) -> bool:
        return url.is_absolute() and url.origin() == URL(self.graph.root).origin()


def _url(written: str) -> URL:
    """An address as it was written, sign by sign: its signature is made of them."""
    try:
        return URL(written, encoded=True)
    except ValueError:
        raise Gone("son adresse ne peut pas être lue") from None


def named(name: str, kind: str) -> str:
    """A name that is safe to show and to save, with the ending of its kind."""
    safe = _UNSAFE.sub("_", name).strip(" ._")[-150:] or "fichier"
    if "." in safe[-6:]:
        return safe
    return safe + ({"audio/ogg": ".ogg", "image/jpeg": ".jpg"}.get(kind) or mimetypes.guess_extension(kind or "") or "")


def _gone(status: int, trouble: str = "") -> Exception:
    """What an answer without a file means: it may come later, or never."""
    if trouble or status in (408, 425, 429) or status >= 500:
        return Unavailable(trouble or f"HTTP {status}")
    return Gone(f"il n’est plus chez Meta (HTTP {status})")
