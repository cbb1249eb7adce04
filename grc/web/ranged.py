"""Something long is given in the parts that a player asks for (RFC 9110, section 14): a recording can be heard from its middle."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from aiohttp import web

# Sounds that browsers play. Anything else is kept, not heard.
PLAYED = frozenset({"audio/wav", "audio/x-wav", "audio/wave", "audio/mpeg", "audio/mp3", "audio/ogg", "audio/webm", "audio/mp4"})
_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")
MOST_AT_ONCE = 4_000_000  # bytes of a part: the player asks for the next one
POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"


async def ranged(request: web.Request, size: int, content_type: str, part: Callable[[int, int], Awaitable[bytes]]) -> web.Response:
    """The whole, or the one part that is asked for (206); 416 where there is no such. `part(start, size)` gives bytes of it."""
    headers = {
        "Accept-Ranges": "bytes", "Content-Security-Policy": POLICY, "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, max-age=3600", "Content-Disposition": "inline",
    }  # fmt: skip
    asked = bounds(request.headers.get("Range", ""), size)
    if asked is None:
        return web.Response(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, end, partial = asked
    if partial:
        end = min(end, start + MOST_AT_ONCE - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{size}"
    body = await part(start, end - start + 1) if size else b""
    return web.Response(status=206 if partial else 200, body=body, content_type=content_type, headers=headers)


def bounds(asked: str, size: int) -> tuple[int, int, bool] | None:
    """The first and the last byte asked for, and whether that is a part; None where it is outside. Anything else than one part is the
    whole. Pure."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return 0, size - 1, False
    first, last = found.groups()
    if not first:  # the last so many
        count = min(int(last), size)
        return (size - count, size - 1, True) if count else None
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end, True) if start <= end else None
