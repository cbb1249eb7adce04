"""A page: a template with its values, as a response."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from markupsafe import Markup

from grc.web.parts import LOOK

FRAME: web.RequestKey[Any] = web.RequestKey("frame", object)  # what a request is shown in (grc/web/citizen/framed.py), where it is
_ELSEWHERE = Markup(' target="_blank" rel="noopener"')  # of a link in a frame whose page must not be framed


def render(request: web.Request, template: str, /, status: int = 200, headers: dict[str, str] | None = None, **values: Any) -> web.Response:
    """The template filled with these values, as HTML. It may name a template of a room: `form/contact.html`.

    Every template knows its `path`, the `frame` it is shown in (or None), and `out`, the attributes of a link that must leave it.
    """
    frame = request.get(FRAME)
    text = (
        request.app[LOOK]
        .templates.get_template(template)
        .render({"frame": frame, "out": _ELSEWHERE if frame else "", **values}, path=request.path)
    )
    return web.Response(text=text, status=status, content_type="text/html", headers=headers)


def is_partial(request: web.Request) -> bool:
    """Whether htmx asks for a part of the page, to be put into the one that is open."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def see_other(place: str) -> web.Response:
    """The answer to a form that did its work: look there now (303), so that a reload repeats nothing."""
    return web.Response(status=303, headers={"Location": place})
