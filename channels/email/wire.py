"""What a client says at the door, read within bounds: a command line, or a whole mail up to its dot."""

from __future__ import annotations

import asyncio
from enum import Enum

_CHUNK = 256 * 1024
_END = b"\r\n.\r\n"  # and nothing else: a bare LF before the dot has smuggled mail past other servers


class Gone(Exception):
    """The client closed the connection."""


class Unread(Enum):
    """Why a mail was not kept; its bytes were read and thrown away, so that the client hears an answer."""

    TOO_LARGE = "too large"
    NO_ROOM = "no room"


class Room:
    """The memory that all mails being read share."""

    def __init__(self, total: int) -> None:
        self._left = total

    def take(self, size: int) -> bool:
        """Whether so much more may be kept."""
        if size > self._left:
            return False
        self._left -= size
        return True

    def give_back(self, size: int) -> None:
        """What was taken is free again."""
        self._left += size


class Wire:
    """The reading side of one connection."""

    def __init__(self, reader: asyncio.StreamReader, room: Room) -> None:
        self._reader = reader
        self._room = room
        self._buffer = bytearray()
        self._held = 0

    @property
    def idle(self) -> bool:
        """Whether nothing more was sent yet: time to let the answers leave."""
        return not self._buffer

    async def _more(self) -> None:
        chunk = await self._reader.read(_CHUNK)
        if not chunk:
            raise Gone
        self._buffer += chunk

    async def line(self, longest: int) -> bytes | None:
        """A command without its end, or None for one that is too long, which is skipped."""
        skipped = False
        while (end := self._buffer.find(b"\n")) < 0:
            if len(self._buffer) > longest:
                skipped = True
                self._buffer.clear()
            await self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return None if skipped or len(line) > longest else line.rstrip(b"\r")

    async def mail(self, most: int) -> bytes | Unread:
        """A mail with its dots unstuffed (RFC 5321, 4.5.2), or why it was not kept. `release` it when it is dealt with."""
        kept = bytearray(b"\r\n")  # so that a dot on the very first line is found like any other
        why: Unread | None = None
        while True:
            before = len(kept)
            kept += self._buffer
            end = kept.find(_END, max(0, before - len(_END)))
            if end >= 0:
                break
            grown = len(self._buffer)
            self._buffer.clear()
            if why is None:
                if len(kept) > most + 4:
                    why = Unread.TOO_LARGE
                elif self._room.take(grown):
                    self._held += grown
                else:
                    why = Unread.NO_ROOM
            if why is not None:
                self.release()
                del kept[: -len(_END)]
            await self._more()
        rest = len(kept) - (end + len(_END))
        del self._buffer[: len(self._buffer) - rest]
        if why is None and end > most:
            why = Unread.TOO_LARGE
        if why is not None:
            self.release()
            return why
        return bytes(kept[: end + 2]).replace(b"\r\n.", b"\r\n")[2:]

    def release(self) -> None:
        """Gives back the memory of the mail that was read."""
        self._room.give_back(self._held)
        self._held = 0
