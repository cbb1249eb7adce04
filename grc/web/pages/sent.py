"""What left: every delivery with its state; and in the demonstration the caught mails, to be read and answered as their citizen."""

from __future__ import annotations

import asyncio
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser, BytesParser
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from aiohttp import web

from grc.db import sql
from grc.errors import BadInput, NotFound, Unavailable
from grc.web import telling, words
from grc.web.body import clean
from grc.web.desk import Desk
from grc.web.page import render, see_other
from grc.web.pages.frame import frame
from grc.web.parts import CHANNELS, channel_face, settings

queries = sql.load(__file__, "sent.sql")
PAGE = 50
_NEWEST = 2**62
_HTML = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox"


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery in a row."""

    reference: str
    subject: str
    to_addr: str
    channel: str
    icon: str
    when: str
    automatic: bool
    state: str
    pressing: str
    state_icon: str
    detail: str


@dataclass(frozen=True, slots=True)
class CaughtLine:
    """A caught mail in a row."""

    id: int
    to: str
    sender: str
    subject: str
    when: str


async def show(desk: Desk) -> web.StreamResponse:
    """The deliveries an agent may see, the latest first."""
    demo = settings(desk.request).demo
    caught_tab = demo and desk.request.query.get("vue") == "captures"
    before = _before(desk.request.query.get("avant", ""))
    lines: list[Line] = []
    mails: list[CaughtLine] = []
    if caught_tab:
        rows: list[Any] = [row async for row in queries.caught(desk.tx.conn, before=before, most=PAGE + 1)]
        mails = [_caught_line(row, desk.now) for row in rows[:PAGE]]
    else:
        rows = [
            row async for row in queries.recent(desk.tx.conn, collectivities=list(desk.agent.collectivities), before=before, most=PAGE + 1)
        ]
        lines = [_line(row, desk) for row in rows[:PAGE]]
    return render(
        desk.request,
        "agent/sortant.html",
        demo=demo,
        caught_tab=caught_tab,
        lines=lines,
        mails=mails,
        older=rows[PAGE - 1]["id"] if len(rows) > PAGE else None,
        **await frame(desk),
    )


def _before(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else _NEWEST


def _line(row: Any, desk: Desk) -> Line:
    face = channel_face(desk.request.app[CHANNELS], row["channel"])
    state, pressing, icon = telling.delivery(row["state"])
    if row["state"] == "temporary-failure":
        state = f"nouvel essai {words.spoken(row['due'], desk.now)}"
    return Line(
        row["reference"], row["subject"], row["to_addr"], face.label, face.icon, words.spoken(row["created_at"], desk.now),
        row["automatic"], state, pressing, icon, row["detail"] or "",
    )  # fmt: skip


def _caught_line(row: Any, now: datetime) -> CaughtLine:
    head = BytesHeaderParser(policy=policy.default).parsebytes(row["head"])
    return CaughtLine(
        row["id"], ", ".join(row["rcpt_to"]), _said(head["From"]), _said(head["Subject"]), words.spoken(row["at"], now)
    )  # fmt: skip


def _said(header: object) -> str:
    return clean(str(header or ""))


async def caught(desk: Desk) -> web.StreamResponse:
    """One caught mail, as its citizen reads it, with a form to answer it."""
    return await _caught(desk, "", "")


async def _caught(desk: Desk, error: str, text: str) -> web.StreamResponse:
    row, message = await _mail(desk)
    plain = message.get_body(("plain",))
    return render(
        desk.request,
        "agent/capture.html",
        status=422 if error else 200,
        mail_id=row["id"],
        to=", ".join(row["rcpt_to"]),
        when=words.spoken(row["at"], desk.now),
        subject=_said(message["Subject"]),
        all_headers=[(name, _said(value)) for name, value in message.items()],
        body=clean(str(plain.get_content())) if plain is not None else "",
        has_html=message.get_body(("html",)) is not None,
        answerable=_answerable(message),
        sent=desk.request.query.get("fait") == "envoye",
        error=error,
        text=text,
        **await frame(desk),
    )


async def _mail(desk: Desk) -> tuple[Any, EmailMessage]:
    if not settings(desk.request).demo:
        raise NotFound("Cette page n’existe pas, ou ne vous est pas accessible.")
    row = await queries.caught_one(desk.tx.conn, id=int(desk.request.match_info["id"]))
    if row is None:
        raise NotFound("Ce courriel n’existe pas.")
    message = BytesParser(_class=EmailMessage, policy=policy.default).parsebytes(row["raw"])
    return row, message


def _answerable(message: EmailMessage) -> str:
    """The address an answer to this mail goes to."""
    return parseaddr(_said(message["Reply-To"] or message["From"]))[1]


async def html(desk: Desk) -> web.StreamResponse:
    """The HTML of a caught mail, in its sandbox."""
    _, message = await _mail(desk)
    part = message.get_body(("html",))
    if part is None:
        raise NotFound("Ce courriel n’a pas de mise en forme.")
    return web.Response(text=str(part.get_content()), content_type="text/html", headers={"Content-Security-Policy": _HTML})


async def answer(desk: Desk) -> web.StreamResponse:
    """Sends the citizen's answer as a real mail through the demonstration's own door."""
    text = desk.form.text("texte", 20_000)
    row, message = await _mail(desk)
    to = _answerable(message)
    if not text:
        return await _caught(desk, "Écrivez quelques mots avant d’envoyer.", text)
    if not to:
        raise BadInput("texte", "Ce courriel n’a pas d’adresse de réponse.")
    reply = EmailMessage()
    reply["From"], reply["To"] = row["rcpt_to"][0], to
    subject = _said(message["Subject"])
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["Date"], reply["Message-ID"] = formatdate(localtime=True), make_msgid(domain="courriel.example")
    if message["Message-ID"]:
        reply["In-Reply-To"] = _said(message["Message-ID"])
        reply["References"] = f"{_said(message['References'])} {_said(message['Message-ID'])}".strip()
    reply.set_content(text)
    port = settings(desk.request).smtp_port
    desk.then = lambda: _hand_in(desk, reply, row["rcpt_to"][0], to, port)
    return web.Response()


async def _hand_in(desk: Desk, mail: EmailMessage, sender: str, to: str, port: int) -> web.StreamResponse:
    def hand_in() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as door:
            door.send_message(mail, from_addr=sender, to_addrs=[to])

    try:
        await asyncio.to_thread(hand_in)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(f"the demonstration's SMTP door does not take mail: {error}") from error
    return see_other(f"/agent/sortant/{desk.request.match_info['id']}?fait=envoye")
