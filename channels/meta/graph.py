"""One call to the Graph API: who we are in a header and a proof, bounded in time and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson

from channels.meta.signature import proof
from grc.errors import Unavailable
from grc.messages.provider import Answer, Limits, call

# Introduced on 29 July 2026; Meta keeps a version for two years after the next one, which came on 4 November 2026.
VERSION = "v26.0"
LIMITS = Limits(whole=30.0)
UPLOAD_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Said:
    """What Meta answered: `body` is the object it gave, empty where it gave none; `trouble` why there is no answer at all."""

    status: int = 0
    body: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""
    again: datetime | None = None  # when it asks to be called again
    trouble: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class File:
    """A file to upload."""

    field: str
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """What opens the Graph API. Neither shows in a log: `repr` leaves them out."""

    token: str = field(repr=False)
    app_secret: str = field(repr=False)

    @property
    def header(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True, slots=True)
class Graph:
    """The Graph API at a root (`https://graph.facebook.com`)."""

    root: str
    limits: Limits = LIMITS

    async def get(self, key: Key, path: str, now: datetime, fields: str = "") -> Said:
        """What lies there."""
        return await self._call("GET", key, path, {"fields": fields} if fields else {}, None, now)

    async def post(self, key: Key, path: str, body: Mapping[str, Any], now: datetime) -> Said:
        """The answer to an object."""
        return await self._call("POST", key, path, {}, orjson.dumps(body), now)

    async def upload(self, key: Key, path: str, values: Mapping[str, str], file: File, now: datetime) -> Said:
        """The answer to a file with what is said of it."""
        form = aiohttp.FormData(quote_fields=False)  # a name in UTF-8 as it is: nobody there reads %C3%A9
        for name, value in values.items():
            form.add_field(name, value)
        form.add_field(file.field, file.content, filename=file.name, content_type=file.type)
        return await self._call("POST", key, path, {}, form, now)

    async def _call(
        self, method: str, key: Key, path: str, asked: Mapping[str, str], body: bytes | aiohttp.FormData | None, now: datetime
    ) -> Said:
        # The proof opens nothing without the token, so that it may stand in the address; the token never does.
        query = urlencode({**asked, "appsecret_proof": proof(key.token, key.app_secret)})
        limits, head = self.limits, key.header
        if isinstance(body, aiohttp.FormData):
            limits = Limits(limits.connect, max(limits.whole, UPLOAD_SECONDS))
        elif body is not None:
            head = {**head, "Content-Type": "application/json"}
        try:
            answer = await call(method, f"{self.root}/{VERSION}/{path}?{query}", head, body, limits)
        except Unavailable as error:
            return Said(trouble=str(error))
        return _said(answer, key.token, now)


def _said(answer: Answer, token: str, now: datetime) -> Said:
    """The answer, without the token: Meta repeats one that it cannot read."""
    answer = replace(answer, body=answer.body.replace(token.encode(), b"[...]"))
    found = answer.json
    return Said(answer.status, found if isinstance(found, Mapping) else {}, answer.detail, answer.again(now))
