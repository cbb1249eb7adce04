"""Nothing arrives by this channel: it only calls. What another program has to say, it says by the API."""

from __future__ import annotations

import asyncio


async def listen(stop: asyncio.Event) -> None:
    """Returns at once: there is nobody to listen to."""
