"""Which address and commune are at a place, asked of the installation's geocoder: in bounded time, and nothing where it is away."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from grc.errors import Unavailable
from grc.messages.provider import Limits, call
from grc.web.citizen.addresses import suggestions

LIMITS = Limits(connect=2.0, whole=5.0)


async def near(root: str, lat: float, lon: float) -> Mapping[str, str]:
    """`{text, insee}` of the nearest address; empty where there is none. `root` is what suggestions are asked of, `…/search`."""
    if not root:
        return {}
    # the service of the IGN has both under one root: …/geocodage/search and …/geocodage/reverse
    query = urlencode({"lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "limit": "1", "index": "address"})
    try:
        answer = await call("GET", f"{root.removesuffix('/search')}/reverse?{query}", {}, None, LIMITS)
    except Unavailable:
        return {}
    found = suggestions(answer.json) if answer.status == 200 else []
    return {"text": found[0]["text"], "insee": found[0]["insee"]} if found else {}
