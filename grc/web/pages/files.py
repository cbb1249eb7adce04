"""The files and the HTML of messages: shown so that nothing in them can run, ask for anything outside, or pass for one of our pages."""

from __future__ import annotations

import re
from urllib.parse import quote

from aiohttp import web

from grc import files
from grc.errors import NotFound
from grc.tickets import page as reading
from grc.web.desk import Desk

_FRAME = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; font-src 'none'; script-src 'none'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
_FILE = "default-src 'none'; sandbox; frame-ancestors 'self'"
_CID = re.compile(r"""(<img\b[^>]*?\bsrc=["'])cid:([^"'<>\s]+)""", re.IGNORECASE)
_REMOTE = re.compile(r"""<img\b[^>]*?\bsrc=["']https?:""", re.IGNORECASE)

_PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light"><base target="_blank"><style>
body{{margin:0;padding:2px;font:15px/1.5 system-ui,sans-serif;color:#1d1c18;background:#fff;overflow-wrap:anywhere}}
img{{max-width:100%;height:auto}}table{{max-width:100%}}blockquote{{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #ddd}}
</style></head><body>{body}</body></html>"""


async def html(desk: Desk) -> web.StreamResponse:
    """The cleaned HTML of a message, for the sandbox it is shown in. Remote pictures are asked for only with `images=1`."""
    reference, message = desk.request.match_info["reference"], int(desk.request.match_info["message"])
    body, pictures = await reading.html(desk.tx, reference, message)
    body = _CID.sub(lambda found: f"{found[1]}{_picture(reference, pictures, found[2])}", body)
    # the sandbox gives the frame an origin of its own, to which 'self' means nothing: our own pictures are named by host
    own = f"{desk.request.scheme}://{desk.request.host}"
    images = f"{own} data: https: http:" if desk.request.query.get("images") == "1" else f"{own} data:"
    return web.Response(
        text=_PAGE.format(body=body.replace("{", "{").replace("}", "}")),
        content_type="text/html",
        headers={"Content-Security-Policy": _FRAME.format(images=images), "Referrer-Policy": "no-referrer"},
    )


def has_remote(body: str) -> bool:
    """Whether this HTML asks for pictures from elsewhere."""
    return _REMOTE.search(body) is not None


def _picture(reference: str, pictures: reading.Mapping[str, int], content_id: str) -> str:
    number = pictures.get(content_id)
    return f"/agent/demandes/{quote(reference)}/fichiers/{number}?voir=1" if number is not None else "data:,"


async def file(desk: Desk) -> web.StreamResponse:
    """One file: to keep, or with `voir=1` to look at where it is a picture no browser runs."""
    row = await reading.file(desk.tx, desk.request.match_info["reference"], int(desk.request.match_info["file"]))
    if row["scan"] == "infected":
        raise NotFound("Ce fichier contient un programme nuisible : il n’est pas remis. Demandez-le autrement à la personne.")
    show = desk.request.query.get("voir") == "1" and row["type"] in reading.PREVIEWED
    content = await files.get(desk.tx, row["collectivity_id"], row["digest"])
    return web.Response(
        body=content,
        content_type=row["type"] if show else "application/octet-stream",
        headers={
            "Content-Disposition": disposition("inline" if show else "attachment", row["name"]),
            "Content-Security-Policy": _FILE,
            "Cross-Origin-Resource-Policy": "same-origin" if not show else "same-site",
            "Cache-Control": "private, max-age=3600",
        },
    )


def disposition(kind: str, name: str) -> str:
    """How a file is named to the browser: the true name, and a plain one for old programs (RFC 6266)."""
    plain = re.sub(r'[^\x20-\x7e]|["\\]', "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
