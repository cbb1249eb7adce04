"""The files and the HTML of messages: shown so that nothing in them can run, ask for anything outside, or pass for one of our pages."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

from aiohttp import web

from grc import files
from grc.text import show_images
from grc.tickets import page as reading
from grc.web.desk import Desk
from grc.web.ranged import PLAYED, ranged

_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; font-src 'none'; script-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_FILE = "default-src 'none'; sandbox; frame-ancestors 'self'"
_CID = re.compile(r"""(?<=["'])cid:([^"'<>\s]+)""", re.IGNORECASE)
MOST_PICTURES, MOST_PICTURE = 20, 1_000_000

_PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light"><base target="_blank"><style>
body{{margin:0;padding:2px;font:15px/1.5 system-ui,sans-serif;color:#1d1c18;background:#fff;overflow-wrap:anywhere}}
img{{max-width:100%;height:auto}}table{{max-width:100%}}blockquote{{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ddd}}
</style></head><body>{body}</body></html>"""


async def html(desk: Desk) -> web.StreamResponse:
    """The cleaned HTML of a message, for the sandbox it is shown in. Remote pictures are asked for only with `images=1`."""
    reference, message = desk.request.match_info["reference"], int(desk.request.match_info["message"])
    body, carried = await reading.html(desk.tx, reference, message)
    # a sandboxed frame has no cookie to ask for our files with: the pictures a message carries travel inside it
    pictures: dict[str, str] = {}
    for content_id in dict.fromkeys(found[1] for found in _CID.finditer(body)):
        row = carried.get(content_id)
        if row is not None and row["size"] <= MOST_PICTURE and len(pictures) < MOST_PICTURES:
            content = await files.get(desk.tx, row["collectivity_id"], row["digest"])
            pictures[content_id] = f"data:{row['type']};base64,{base64.b64encode(content).decode()}"
    remote = desk.request.query.get("images") == "1"
    return web.Response(
        text=_PAGE.format(body=show_images(body, pictures.get, remote=remote)),
        content_type="text/html",
        headers={
            "Content-Security-Policy": _FRAME.format(images="data: https: http:" if remote else "data:"),
            "Referrer-Policy": "no-referrer",
        },
    )


async def file(desk: Desk) -> web.StreamResponse:
    """One file: to keep; with `voir=1` to look at, where it is a picture no browser runs; with `ecouter=1` to hear, part by part."""
    row = await reading.file(desk.tx, desk.request.match_info["reference"], int(desk.request.match_info["file"]))
    files.let_pass(desk.tx, row["scan"])
    show = desk.request.query.get("voir") == "1" and row["type"] in reading.PREVIEWED
    content = await files.get(desk.tx, row["collectivity_id"], row["digest"])
    if desk.request.query.get("ecouter") == "1" and row["type"] in PLAYED:
        return await ranged(desk.request, len(content), row["type"], lambda start, size: _slice(content, start, size))
    return web.Response(
        body=content,
        content_type=row["type"] if show else "application/octet-stream",
        headers={
            "Content-Disposition": disposition("inline" if show else "attachment", row["name"]),
            "Content-Security-Policy": _FILE,
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=3600",
        },
    )


async def _slice(content: bytes, start: int, size: int) -> bytes:
    return content[start : start + size]


def disposition(kind: str, name: str) -> str:
    """How a file is named to the browser: the true name, and a plain one for old programs (RFC 6266)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
