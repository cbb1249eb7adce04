"""Calls to an instance: with its token, bounded, and each answer told as what it means for us."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import orjson
from yarl import URL

from channels.mastodon.settings import Instance
from grc.errors import Misconfigured, Unavailable
from grc.messages.provider import Answer, Limits, call

MOST_BYTES = 8 * 1024 * 1024  # of a page of 40 notifications
_LINK = re.compile(r'<([^>]*)>\s*;[^,]*rel="?(\w+)"?')


@dataclass(frozen=True, slots=True)
class Api:
    """An instance of Mastodon, or of what speaks as it does."""

    instance: Instance
    limits: Limits

    async def read(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Any:
        """What is at a path. Raises Unavailable, Misconfigured."""
        return understood(await self.get(path, query)).json

    async def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        """The answer to a question, whatever its status. Raises Unavailable where there is none."""
        return await self._call("GET", path + ("?" + urlencode(query) if query else ""))

    async def post(self, path: str, said: Mapping[str, object], idempotency_key: str) -> Answer:
        """The answer to a post that is done once, however often it is sent with this key (within an hour, says the instance)."""
        headers = {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
        return await self._call("POST", path, headers, orjson.dumps(said))

    async def upload(self, path: str, form: aiohttp.FormData) -> Answer:
        """The answer to a file."""
        return await self._call("POST", path, body=form)

    async def _call(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | aiohttp.FormData | None = None
    ) -> Answer:
        head = {"Authorization": f"Bearer {self.instance.token}", **(headers or {})}
        return await call(method, self.instance.root + path, head, body, self.limits, most=MOST_BYTES)


def understood(answer: Answer) -> Answer:
    """The answer where it is one. Raises Misconfigured where the operator must act, Unavailable where it may pass."""
    if answer.status == 200:
        return answer
    if answer.status in (401, 403, 404, 410):
        raise Misconfigured(f"l’instance refuse ce compte\u00a0: {answer.detail}")
    raise Unavailable(answer.detail)


def linked(answer: Answer, relation: str, parameter: str) -> str:
    """A parameter of the address that an answer links to; the address itself is never followed. Empty where it links to none."""
    for url, rel in _LINK.findall(answer.headers.get("Link", "")):
        if rel == relation:
            try:
                return URL(url).query.get(parameter, "")
            except ValueError:
                return ""
    return ""
