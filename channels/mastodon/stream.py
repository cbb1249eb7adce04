"""The stream of an instance as a bell: it says that something is new, and nothing of it is believed (server-sent events)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import aiohttp
from yarl import URL

from channels.mastodon.settings import Instance
from grc import __version__
from grc.errors import Unavailable
from grc.messages.internet import PublicResolver

SILENCE = 90.0  # seconds without even a heartbeat, after which it is dead; one comes every fifteen
NEWS, CHANGES = frozenset({"notification", "notifications_merged"}), frozenset({"status.update", "delete"})
MOST_LINE = 2**20


def where(instance: Instance, told: Any) -> str | None:
    """The address of the stream by what the instance says of itself; None where it has none, or names a host that is not of its own domain:
    our token goes nowhere else."""
    configuration = told.get("configuration") if isinstance(told, Mapping) else None
    urls = configuration.get("urls") if isinstance(configuration, Mapping) else None
    named = urls.get("streaming") if isinstance(urls, Mapping) else None
    if not isinstance(named, str) or not named:
        return None
    if instance.stands_in:
        return f"{instance.root}/api/v1/streaming/user"
    try:
        host = (URL(named).host or "").lower()
    except ValueError:
        return None
    return f"https://{host}/api/v1/streaming/user" if _is_own(host, instance.host) else None


def _is_own(host: str, own: str) -> bool:
    return host == own or host.endswith("." + own)


async def follow(instance: Instance, url: str, news: asyncio.Event, changes: asyncio.Event) -> None:
    """Rings for what is new, and for what was edited or deleted, until the stream ends. Raises Unavailable."""
    resolver = None if instance.stands_in else PublicResolver()
    timeout = aiohttp.ClientTimeout(total=None, connect=10.0, sock_read=SILENCE)
    head = {"Authorization": f"Bearer {instance.token}", "Accept": "text/event-stream", "User-Agent": f"GRC/{__version__}"}
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(resolver=resolver), read_bufsize=MOST_LINE) as client,
            client.get(url, headers=head, allow_redirects=False) as answer,
        ):
            if answer.status != 200:
                raise Unavailable(f"le flux de l’instance répond HTTP {answer.status}")
            news.set()  # what came before it was open
            async for line in answer.content:
                name = line.decode("utf-8", "replace").partition("event:")[2].strip() if line.startswith(b"event:") else ""
                if name in NEWS:
                    news.set()
                elif name in CHANGES:
                    changes.set()
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise Unavailable(f"{type(error).__name__}\u00a0: {error or 'silence'}"[:300]) from error
