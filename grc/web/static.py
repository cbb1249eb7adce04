"""Static files: what is under `static/`, kept by browsers for ever since its address changes with its content."""

from __future__ import annotations

from aiohttp import web

from grc.web.look import STATIC, content_type
from grc.web.parts import LOOK

FOR_EVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=3600"


async def embed(request: web.Request) -> web.StreamResponse:
    """`GET /embed.js`: the line that web sites of members load. Its address never changes, so it is kept for an hour alone."""
    keep = {"Cache-Control": _SHORT, "Content-Type": "text/javascript", "Cross-Origin-Resource-Policy": "cross-origin"}
    return web.FileResponse(STATIC / "js" / "embed.js", headers=keep)


async def serve(request: web.Request) -> web.StreamResponse:
    """One file, or the sprite of icons."""
    path = request.match_info["path"]
    keep = {"Cache-Control": FOR_EVER if request.query_string else _SHORT}
    if path == "icons.svg":
        return web.Response(body=request.app[LOOK].files.sprite, content_type="image/svg+xml", headers=keep)
    file = (STATIC / path).resolve()
    if not file.is_relative_to(STATIC.resolve()) or not file.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(file, headers={**keep, "Content-Type": content_type(file)})
