"""ClamAV's daemon over its socket: what harms in a content. Nothing here waits without end, whatever the other side does."""

from __future__ import annotations

import asyncio
import re
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from grc.errors import GrcError, Misconfigured, Unavailable
from grc.settings import Settings

log = structlog.get_logger()

CONNECT_SECONDS = 5.0
SCAN_SECONDS = 120.0  # one content; clamd's own MaxScanTime is as long
CHUNK = 64 * 1024
MAX_REPLY = 4096  # bytes; a longer one is none of clamd's

_ADDRESS = re.compile(r"(?:unix:(?://)?)?(?P<path>/\S+)|(?:tcp://)?(?P<host>\[[0-9a-fA-F:]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})/?")
_CLEAN = "stream: OK"
_FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


class Unscannable(GrcError):
    """The daemon answers, and does not look at this content: it is too large for it, or breaks it. Says why, in French."""


@dataclass(frozen=True, slots=True)
class Clamav:
    """Where a daemon listens: a path, or a host with its port; and how many seconds one content may take it."""

    path: str = ""
    host: str = ""
    port: int = 0
    patience: float = SCAN_SECONDS

    async def version(self) -> str:
        """What the daemon says it is, with the date of its signatures. Raises Unavailable."""
        return await self._asked(b"zVERSION\0")

    async def is_there(self) -> bool:
        """Whether it answers now."""
        try:
            return await self._asked(b"zPING\0") == "PONG"
        except Unavailable as error:
            log.debug("clamav.away", error=str(error))
            return False

    async def scan(self, content: bytes) -> str | None:
        """The name of what harms in this content, or None where it is clean. Raises Unavailable, Unscannable."""
        reply = await self._asked(b"zINSTREAM\0", content)
        if reply == _CLEAN:
            return None
        found = _FOUND.fullmatch(reply)
        if found is not None:
            return found["name"]
        if "size limit exceeded" in reply:
            size = f"{len(content) / 1_000_000:.1f}".replace(".", ",")
            raise Unscannable(f"{size}\u00a0Mo : plus que l’antivirus n’en prend, voyez StreamMaxLength")
        raise Unscannable(f"réponse de l’antivirus : {reply[:200]}" if reply else "l’antivirus s’arrête sur ce fichier")

    async def _asked(self, command: bytes, content: bytes | None = None) -> str:
        try:
            async with asyncio.timeout(CONNECT_SECONDS if content is None else self.patience), self._connection() as (reader, writer):
                # it is listened to while content is sent: clamd refuses a large one before its end, and hangs up
                heard = asyncio.ensure_future(_reply(reader))
                whole = True
                try:
                    writer.write(command)
                    if content is not None:
                        await _send(writer, content)
                except ConnectionError:
                    whole = False  # what it said before it hung up is what counts, unless it is that nothing harms in what it did not read
                except BaseException:
                    heard.cancel()
                    raise
                reply = await heard
                return reply if whole or reply != _CLEAN else ""
        except TimeoutError as error:
            raise Unavailable("the antivirus takes too long") from error
        except OSError as error:
            raise Unavailable(f"the antivirus does not answer: {error}") from error

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        async with asyncio.timeout(CONNECT_SECONDS):
            if self.path:
                reader, writer = await asyncio.open_unix_connection(self.path)
            else:
                reader, writer = await asyncio.open_connection(self.host, self.port)
        try:
            yield reader, writer
        finally:
            writer.transport.abort()  # every command has a connection of its own, and nothing more is to be said on it


async def _send(writer: asyncio.StreamWriter, content: bytes) -> None:
    """The content in chunks, each behind its length, and an empty one at the end."""
    for at in range(0, len(content), CHUNK):
        chunk = content[at : at + CHUNK]
        writer.write(struct.pack("!L", len(chunk)) + chunk)
        await writer.drain()
    writer.write(struct.pack("!L", 0))
    await writer.drain()


async def _reply(reader: asyncio.StreamReader) -> str:
    """What it answers, up to its NUL; empty where it hangs up without a word."""
    try:
        heard = await reader.readuntil(b"\0")
    except asyncio.IncompleteReadError as cut:
        heard = cut.partial
    except (ConnectionError, asyncio.LimitOverrunError):
        return ""
    return heard[:MAX_REPLY].rstrip(b"\0\n").decode("utf-8", "replace")


def at(address: str) -> Clamav:
    """The daemon at `tcp://host:port` or `unix:/path`. Raises Misconfigured where it is neither."""
    match = _ADDRESS.fullmatch(address.strip())
    if match is None or (match["port"] and not 0 < int(match["port"]) < 65536):
        raise Misconfigured("GRC_CLAMAV : tcp://hôte:port ou unix:/chemin est attendu")
    if match["path"]:
        return Clamav(path=match["path"])
    return Clamav(host=match["host"].strip("[]"), port=int(match["port"]))


def configured(settings: Settings) -> Clamav | None:
    """The daemon of this installation, where the operator named one."""
    return at(settings.clamav) if settings.clamav else None
