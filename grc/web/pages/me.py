"""What an agent sees and sets about himself: his open sessions, the look, the keys."""

from __future__ import annotations

from aiohttp import web

from grc.actions.hold import CHOICES
from grc.errors import BadInput
from grc.people.phone import line
from grc.tickets.inbox import View
from grc.web import sessions, words
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import TITLES, frame
from grc.web.parts import FLUX, settings

PAGE = "/agent/moi"
MOST_LINES = 10  # a desk, a second one, a headset


async def show(desk: Desk) -> web.StreamResponse:
    """His sessions and preferences."""
    around = await frame(desk)
    await _as_gate(desk)
    opened = await sessions.sessions_of(desk.tx, desk.agent.id, desk.session, desk.now)
    return render(
        desk.request,
        "agent/me.html",
        sessions=[(s, words.spoken(s.seen_at, desk.now), words.spoken(s.created_at, desk.now)) for s in opened],
        view=desk.agent.preferences.get("view", View.ALL.value),
        digest=desk.agent.preferences.get("digest", True),
        view_titles=[(view.value, title) for view, title in TITLES.items()],
        undo=desk.agent.preferences.get("undo", ""),
        lines=", ".join(desk.agent.preferences.get("lines", ())),
        undo_choices=CHOICES,
        undo_site=settings(desk.request).undo_seconds,
        saved=desk.request.query.get("fait", ""),
        **around,
    )


async def prefer(desk: Desk) -> web.StreamResponse:
    """Keeps his preferences."""
    chosen, view, undo = desk.form.text("theme", 10), desk.form.text("vue", 20), desk.form.number("annuler")
    if undo is not None and undo not in CHOICES:
        raise BadInput("annuler", "Choisissez dans la liste.")
    if chosen not in ("", "light", "dark") or view not in set(View):
        raise BadInput("theme", "Choisissez dans la liste.")
    lines = list(dict.fromkeys(line(part) for part in desk.form.text("postes", 200).split(",") if part.strip()))[:MOST_LINES]
    await _as_gate(desk)
    if lines and (other := await sessions.queries.whose_line(desk.tx.conn, lines=lines, agent_id=desk.agent.id)):
        raise BadInput("postes", f"Ce poste est déjà celui de {other} : demandez-lui de l’enlever de sa page.")
    said = {name: desk.form.text(field) == "1" for name, field in (("keys", "touches"), ("digest", "rappels"))}
    await sessions.queries.prefer(
        desk.tx.conn, agent_id=desk.agent.id, preferences={"theme": chosen, "view": view, "undo": undo, "lines": lines, **said}
    )
    return see_other(f"{PAGE}?fait=preferences")


async def end_session(desk: Desk) -> web.StreamResponse:
    """Ends one of his sessions, wherever it is open."""
    fingerprint = desk.form.text("session", 64)
    if len(fingerprint) != 32 or not set(fingerprint) <= set("0123456789abcdef"):
        raise BadInput("session", "Cette session n’existe plus.")
    await _as_gate(desk)
    ended = await sessions.queries.end_session_of(desk.tx.conn, agent_id=desk.agent.id, fingerprint=fingerprint, now=desk.now)
    if ended is not None:
        desk.request.app[FLUX].drop(bytes(ended))
    return see_other(f"{PAGE}?fait=session")


async def _as_gate(desk: Desk) -> None:
    """Sessions and preferences belong to the gate: agents' transactions cannot reach them, not even their own."""
    await desk.tx.conn.execute("set local role grc_gate")
