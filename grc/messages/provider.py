"""Calls to an outside service: bounded in time and size, nowhere it sends us on to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import orjson
from aiohttp.abc import AbstractResolver
from yarl import URL

from grc import __version__
from grc.errors import Unavailable

MOST_BYTES = 1024 * 1024  # of an answer, where its caller says no other
LONGEST_DETAIL = 500
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a call may take, in seconds."""

    connect: float = 5.0
    whole: float = 20.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service answered; the names of headers are read in capitals or not."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The answer read, None where it cannot be."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None

    @property
    def detail(self) -> str:
        """The answer as evidence, on one line."""
        words = " ".join(self.body.decode("utf-8", "replace").split())
        return f"HTTP {self.status} {words}".strip()[:LONGEST_DETAIL]

    def again(self, now: datetime) -> datetime | None:
        """When it asks to be called again, an hour from now at most; None where it does not say (RFC 9110, 10.2.3)."""
        for name, read in (("Retry-After", _after), ("X-RateLimit-Reset", _reset)):
            try:
                wait = read(self.headers[name].strip(), now) - now
            except (KeyError, ValueError, TypeError, OverflowError):
                continue
            return now + min(max(wait, timedelta(seconds=1)), LONGEST_WAIT)
        return None


def _after(said: str, now: datetime) -> datetime:
    return now + timedelta(seconds=int(said)) if said.isdigit() else parsedate_to_datetime(said).astimezone(UTC)


def _reset(said: str, _now: datetime) -> datetime:
    """A moment, as Mastodon writes it, or seconds since 1970, as others do."""
    return datetime.fromtimestamp(int(said), UTC) if said.isdigit() else datetime.fromisoformat(said).astimezone(UTC)


async def call(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | aiohttp.FormData | None = None,
    limits: Limits | None = None,
    *,
    most: int = MOST_BYTES,
    resolver: AbstractResolver | None = None,
    cut: bool = False,
) -> Answer:
    """The answer to a call of this very address, exactly as it is written: some providers sign it. At most `most` bytes of it are read.

    `resolver` says where names lead, where not just anywhere. Raises Unavailable where there is no answer, or one that is too long; with
    `cut`, its beginning is given, longer than `most`.
    """
    given = limits or Limits()
    timeout = aiohttp.ClientTimeout(total=given.whole, connect=given.connect)
    head = {"User-Agent": f"GRC/{__version__}", "Accept": "application/json", **headers}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(resolver=resolver, force_close=True)) as client,
            client.request(method, URL(url, encoded=True), data=body, headers=head, allow_redirects=False) as answer,
        ):
            read = bytearray()
            async for piece in answer.content.iter_chunked(64 * 1024):
                read += piece
                if len(read) > most and cut:
                    break
                if len(read) > most:
                    raise Unavailable(f"la réponse dépasse {most // 1024} kio")
            return Answer(answer.status, answer.headers, bytes(read))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise Unavailable(f"{type(error).__name__}\u00a0: {error or 'délai dépassé'}"[:LONGEST_DETAIL]) from error
