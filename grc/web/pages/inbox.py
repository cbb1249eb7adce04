"""The inbox: a view or a search, one page of rows, the counters; and with no script, a page of its own for each."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from aiohttp import web
from markupsafe import Markup

from grc.clock import PARIS
from grc.tickets import inbox
from grc.tickets.inbox import Row, View
from grc.web import telling, words
from grc.web.desk import Desk
from grc.web.page import is_partial, render
from grc.web.pages.frame import TITLES, frame, initials, view_lines
from grc.web.parts import CHANNELS, LOOK, channel_face


class Line(NamedTuple):
    """A row as it is read in one glance. A tuple: fifty are made at each page."""

    reference: str
    who: str
    subject: str
    excerpt: str
    when: str
    place: str
    channel: str
    sign: Markup
    delay: str
    pressing: str
    whose: str
    whose_initials: str
    mine: bool
    unread: bool
    urgent: bool
    closed: bool
    alarm: str


async def show(desk: Desk) -> web.StreamResponse:
    """The page of a view or of a search, or the part of it that htmx asks for."""
    query = desk.request.query
    asked = query.get("q", "").strip()[:200]
    view = _view(query.get("vue", ""), desk)
    after = query.get("apres", "")
    page = await (inbox.search(desk.tx, desk.agent, asked, desk.now) if asked else inbox.page(desk.tx, desk.agent, view, after, desk.now))
    values: dict[str, Any] = {
        "lines": lines(desk, page.rows, by_law=not asked and view in inbox.BY_LAW),
        "after": page.after,
        "view": view.value,
        "view_title": "Recherche" if asked else TITLES[view],
        "asked": asked,
        "full": len(page.rows) >= inbox.PAGE,
    }
    if is_partial(desk.request):
        part = query.get("partie", "")
        template = {"suite": "agent/_suite.html", "page": "agent/_page.html"}.get(part, "agent/_list.html")
        return render(
            desk.request, template, views=view_lines(page.counts, None if asked else view), oob=part != "suite", **values
        )  # fmt: skip
    return render(desk.request, "agent/inbox.html", **await frame(desk, page.counts, None if asked else view), **values)


def _view(word: str, desk: Desk) -> View:
    try:
        return View(word)
    except ValueError:
        chosen = desk.agent.preferences.get("view", View.ALL.value)
        return View(chosen) if chosen in set(View) else View.ALL


def lines(desk: Desk, rows: Sequence[Row], *, by_law: bool = False) -> list[Line]:
    """The rows in words, reckoned here so that the template only writes them down. `by_law`: their delay is that of the law."""
    several = len(desk.agent.collectivities) > 1
    channels = desk.request.app[CHANNELS]
    faces = {name: channel_face(channels, name) for name in {row.channel for row in rows}}
    here = desk.now.astimezone(PARIS)
    icon = desk.request.app[LOOK].icon
    signs = {name: icon(face.icon) for name, face in faces.items()}
    return [_line(row, desk.agent.id, here, several, faces[row.channel].label, signs[row.channel], by_law=by_law) for row in rows]


def _line(row: Row, me: int, here: datetime, several: bool, channel: str, sign: Markup, *, by_law: bool) -> Line:
    closed, due = row.phase == "closed", row.legal_due_at if by_law else row.due_at
    delay, pressing = ("", "calm") if closed or due is None else words.delay(due, here, "" if by_law else "répondre")
    mine = row.assignee_id == me
    who = f"Transmise à {row.passed_to}" if row.passed_to else row.requester_name
    return Line(
        row.reference, who, row.subject, row.excerpt, words.ago(row.last_at, here),
        f"{row.service} · {row.collectivity}" if several else row.service, channel, sign, delay, pressing,
        "" if mine else row.assignee or "", initials(row.assignee) if row.assignee else "", mine, row.unread,
        row.priority == 1, closed, telling.alarm_word(row.alarm) if row.alarm else "",
    )  # fmt: skip
