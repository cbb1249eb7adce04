"""What the law reminds an agent of, in one mail a day: what is due soon, what is late, what silence has decided.

A deadline that passes, or its reminder, notes who must hear of it. In the morning of a working day one mail for each person and each
collectivity is written with all that still holds, and leaves by the outbox, with its retries and its evidence. Nothing of what the citizen
wrote, nor his name, is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import structlog

from grc.actions.draft import Alert
from grc.clock import PARIS
from grc.collectivities.naming import title
from grc.db import sql
from grc.db.transaction import WORKER, Database, Transaction
from grc.errors import Raced, Unavailable
from grc.messages.model import NO_TICKET, OutboundMessage
from grc.tickets.inbox import View
from grc.tickets.model import TicketKey
from grc.types import store as types
from workflows.catalogue import UnknownType
from workflows.dates import in_words, with_weekday
from workflows.working_days import is_working_day

log = structlog.get_logger()
_queries = sql.load(__file__, "digest.sql")

FROM, UNTIL = time(8, 10), time(20)  # in Paris: after the reminders of the morning; a worker that was down writes until the evening
KIND = "digest"  # of what leaves
MOST = 20  # tickets named under each heading

# By what is told, in the order of the mail: its heading, and the view that shows the rest.
_HEADINGS = {
    "reminder": ("À faire avant l’échéance", View.LAW_WEEK),
    "late": ("Échéance passée", View.LAW_PASSED),
    "above": ("Échéance passée depuis plus d’un jour ouvré, signalée aux responsables", View.LAW_PASSED),
    "implicit_decision": ("Le silence a décidé", View.ALL),
    "items_missing": ("Pièces demandées, non reçues", View.ALL),
}
_DEADLINES = {
    "aee": "accusé d’enregistrement", "are": "accusé de réception", "notify": "dernier jour pour notifier une décision",
    "reasons": "motifs de la décision implicite", "implicit_decision": "décision implicite née", "complete": "pièces attendues",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket under a heading. `of_kind` is how many are under it in all."""

    what: str
    kind: str
    day: date
    reference: str
    title: str
    service: str
    of_kind: int


async def alert(tx: Transaction, told: Sequence[tuple[TicketKey, Alert]], now: datetime) -> None:
    """Notes of each of these who must hear of it."""
    if not told:
        return
    await _queries.alert(
        tx.conn, collectivities=[key.collectivity_id for key, _ in told], tickets=[key.id for key, _ in told],
        whats=[one.what for _, one in told], kinds=[one.kind for _, one in told], dues=[one.due_at for _, one in told], now=now,
    )  # fmt: skip


async def write(db: Database, now: datetime, stopped: Callable[[], bool] = lambda: False) -> int:
    """Writes the mails of the day that are not written yet, each in a transaction of its own; how many it wrote."""
    here = now.astimezone(PARIS)
    if not FROM <= here.time() < UNTIL:
        return 0
    async with db.transaction(WORKER) as tx:
        waiting = [row async for row in _queries.waiting(tx.conn, day=here.date())]
    written = 0
    for row in waiting:
        if is_working_day(here.date(), row["region"]) and not stopped():
            try:
                async with db.transaction(WORKER) as tx:
                    written += await _write(tx, row["collectivity_id"], row["agent_id"], now)
            except Raced:  # another worker wrote it
                continue
            except Unavailable:
                raise
            except Exception:  # the others have their mail all the same; his is tried again the next time
                log.exception("digest.failed", collectivity=row["collectivity_id"], agent=row["agent_id"])
    return written


async def _write(tx: Transaction, collectivity_id: int, agent_id: int, now: datetime) -> bool:
    """The mail of one person, where something still holds and he wants to know."""
    whose = {"collectivity_id": collectivity_id, "agent_id": agent_id}
    if not await _queries.taken(tx.conn, **whose, now=now):
        return False
    reader = await _queries.reader(tx.conn, **whose)
    found = [row async for row in _queries.lines(tx.conn, **whose, now=now, most=MOST)] if reader else []
    if not found:
        return False
    lines = [
        Line(
            row["what"], row["kind"], row["due_at"].astimezone(PARIS).date(), row["reference"],
            await _type(tx, row), row["service"], row["of_kind"],
        )
        for row in found
    ]  # fmt: skip
    subject, text = worded(reader["name"], title(reader["collectivity_kind"], reader["collectivity_name"]), lines, tx.site.public_url)
    day = now.astimezone(PARIS).date()
    await _queries.write(tx.conn, **whose, day=day, subject=subject, body_text=text, to_addr=reader["email"], now=now)
    tx.wake("outgoing")
    return True


async def _type(tx: Transaction, row: Any) -> str:
    """What a request is about, by its type; the law runs on where that was taken away."""
    try:
        return (await types.definition(tx, row["type"], row["version"], row["variant"])).title
    except UnknownType:
        return "Demande"


def worded(name: str, collectivity: str, lines: Sequence[Line], public_url: str) -> tuple[str, str]:
    """The mail: subject and text. Pure."""
    counts = {line.what: line.of_kind for line in lines}
    count = sum(counts.values())
    told = [f"Bonjour {name},", "", f"{collectivity}\u00a0: {_dues(count)} que la loi vous rappelle."]
    for what, (heading, view) in _HEADINGS.items():
        under = [line for line in lines if line.what == what]
        if not under:
            continue
        told += ["", f"{heading} ({counts[what]})", ""]
        for line in under:
            told += [_told(line), f"  {public_url}/agent/demandes/{line.reference}"]
        if more := counts[what] - len(under):
            told += [f"- et {_dues(more)} de plus", f"  {public_url}/agent?vue={view}"]
    told += [
        "",
        "Ce message est automatique : ne lui répondez pas, ouvrez la demande. Il part une fois par jour ouvré au plus, et seulement quand "
        "un délai légal vous concerne. Pour ne plus le recevoir :",
        f"{public_url}/agent/moi",
    ]
    late = counts.get("late", 0) + counts.get("above", 0)
    passed = f", dont {late} passée{'s' if late > 1 else ''}" if late else ""
    return f"Délais légaux\u00a0: {_dues(count)}{passed}", "\n".join(told) + "\n"


def _dues(count: int) -> str:
    return f"{count}\u00a0échéance{'s' if count > 1 else ''}"


def _told(line: Line) -> str:
    day = with_weekday(line.day) if line.what == "reminder" else in_words(line.day)
    return f"- {line.reference}, {line.title} ({line.service})\u00a0: {_DEADLINES[line.kind]}, {day}"


def as_sent(row: Any, said: Any) -> OutboundMessage:
    """The mail as it leaves, the same at every try. It belongs to no ticket, so nothing signed is in it."""
    sender = said["collectivity_email"] or ""
    return OutboundMessage(
        outgoing_id=row["id"], collectivity_id=row["collectivity_id"], ticket_id=NO_TICKET, reference=KIND, channel=row["channel"],
        to_addr=row["to_addr"], subject=said["subject"], body_text=said["body_text"], body_html=None,
        sender_name=title(said["collectivity_kind"], said["collectivity_name"]), sender_addr=sender, reply_to="",
        mail_id=f"grc.{KIND}.{said['collectivity_id']}.{said['id']}@{sender.rpartition('@')[2] or 'localhost'}", references=(),
        automatic=row["automatic"], at=said["made_at"],
    )  # fmt: skip
