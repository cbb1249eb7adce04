"""Lives as rows: for each table, the values of its columns, ready for the statements of `load.sql`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from grc.demo.cast import Citizen
from grc.demo.life import Life, Line
from grc.fold import fold
from grc.messages.model import Arrival
from grc.tickets.model import TicketKey
from grc.tickets.store import SEARCHED

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of a conversation with its life and its number."""

    id: int
    life: Life
    line: Line
    first: bool


def in_order(lives: Sequence[Life]) -> list[tuple[Life, Line, bool]]:
    """All lines of all conversations as time went, each with whether it is the first of its ticket."""
    return sorted(
        ((life, line, rank == 0) for life in lives for rank, line in enumerate(life.lines)), key=lambda x: (x[1].message.at, not x[2])
    )


def ticket(life: Life) -> Row:
    """The row of `ticket`."""
    definition = life.definition
    return {
        "collectivity_id": life.key.collectivity_id,
        "id": life.key.id,
        "reference": life.reference,
        "type": definition.name,
        "version": definition.version,
        "state": life.state,
        "phase": life.columns["phase"],
        "service_id": life.service.id,
        "assignee_id": life.assignee.id if life.assignee else None,
        "priority": life.priority,
        "subject": life.subject,
        "excerpt": life.columns["excerpt"],
        "requester_id": life.citizen.id,
        "requester_name": life.citizen.name,
        "on_behalf_of": life.on_behalf_of,
        "channel": life.channel,
        "answer_channel": "email",
        "answer_addr": life.citizen.email,
        "fields": life.fields,
        "unread": life.columns["unread"],
        "alarm": life.columns["alarm"],
        "opened_at": life.opened_at,
        "last_at": life.last_at,
        "due_at": life.next_due(),
        "legal_due_at": life.next_due(by_law=True),
        "closed_at": life.columns["closed_at"],
        "tracking_token": life.token,
    }


def persons(met: Iterable[tuple[int, Citizen, datetime]]) -> list[Row]:
    """The rows of `person`."""
    return [{"collectivity_id": where, "id": who.id, "name": who.name, "created_at": at} for where, who, at in met]


def identities(met: Iterable[tuple[int, Citizen, datetime]]) -> list[Row]:
    """The rows of `identity`: a mail address each, and the telephone of those who gave one."""
    found = []
    for where, who, at in met:
        found.append({"collectivity_id": where, "kind": "email", "value": who.email, "person_id": who.id, "verified_at": at})
        if who.phone and not who.title.startswith("Madame, "):
            found.append(
                {"collectivity_id": where, "kind": "tel", "value": international(who.phone), "person_id": who.id, "verified_at": None}
            )
    return list({(row["collectivity_id"], row["kind"], row["value"]): row for row in found}.values())


def international(phone: str) -> str:
    """`06 39 98 12 34` as it is stored: `+33639981234`."""
    return "+33" + phone.replace(" ", "").removeprefix("0")


def received(life: Life, line: Line) -> Row | None:
    """The row of `received` by which a line came in; None for what did not come in."""
    return arrival(line.arrival, life.key, line.message.at, line.outcome, line.reason) if line.arrival is not None else None


def arrival(came: Arrival, key: TicketKey, at: datetime, outcome: str, reason: str) -> Row:
    """The row of `received` of what came in then and was decided at once."""
    return {
        "collectivity_id": came.collectivity_id,
        "channel": came.channel,
        "account": came.account,
        "source_id": came.source_id,
        "digest": _hex(hashlib.sha256(came.raw).digest()),
        "size": len(came.raw),
        "raw": _hex(came.raw),
        "meta": dict(came.meta),
        "received_at": at,
        "outcome": outcome,
        "reason": reason,
        "ticket_collectivity_id": key.collectivity_id,
        "ticket_id": key.id,
        "decided_at": at,
        "due": at,
        "tries": 1,
    }


def message(spoken: Spoken, received_ids: Mapping[str, int]) -> Row:
    """The row of `message`, with the words search looks at."""
    life, line, m = spoken.life, spoken.line, spoken.line.message
    names = f"{life.reference} {life.subject} {life.citizen.name} {life.citizen.email} " if spoken.first else ""
    return {
        "collectivity_id": life.key.collectivity_id,
        "id": spoken.id,
        "ticket_id": life.key.id,
        "direction": m.direction,
        "kind": m.kind,
        "channel": m.channel,
        "at": m.at,
        "author_id": m.author_id,
        "author_name": m.author_name,
        "from_addr": m.from_addr,
        "to_addrs": list(m.to_addrs),
        "cc_addrs": list(m.cc_addrs),
        "subject": m.subject,
        "body_text": m.body_text,
        "quoted_text": m.quoted_text,
        "body_html": m.body_html,
        "mail_id": m.mail_id,
        "mail_references": list(m.mail_references),
        "is_auto": m.is_auto,
        "defects": list(m.defects),
        "received_id": received_ids[line.arrival.source_id] if line.arrival else None,
        "folded": "" if m.kind == "ack" else fold((names + m.body_text)[:SEARCHED]),
    }


def blobs(spoken: Iterable[Spoken]) -> list[Row]:
    """The rows of `blob`: each content once."""
    found = {}
    for one in spoken:
        for file in one.line.files:
            digest = hashlib.sha256(file.content).digest()
            found[one.life.key.collectivity_id, digest] = {
                "collectivity_id": one.life.key.collectivity_id,
                "digest": _hex(digest),
                "size": file.size,
                "data": _hex(file.content),
            }
    return list(found.values())


def attachments(spoken: Iterable[Spoken]) -> list[Row]:
    """The rows of `attachment`."""
    return [
        {
            "collectivity_id": one.life.key.collectivity_id,
            "ticket_id": one.life.key.id,
            "message_id": one.id,
            "position": position,
            "name": file.name,
            "type": file.type,
            "size": file.size,
            "digest": _hex(hashlib.sha256(file.content).digest()),
        }
        for one in spoken
        for position, file in enumerate(one.line.files, 1)
    ]


def events(lives: Iterable[Life]) -> list[Row]:
    """The rows of `event`, as time went."""
    found = [
        {
            "collectivity_id": life.key.collectivity_id,
            "ticket_id": life.key.id,
            "at": e.at,
            "who": e.who,
            "agent_id": e.agent_id,
            "what": e.what,
            "why": e.why,
            "data": dict(e.data),
        }
        for life in lives
        for e in life.events
    ]
    return sorted(found, key=lambda row: row["at"])


def deadlines(lives: Iterable[Life]) -> list[Row]:
    """The rows of `deadline`."""
    return [
        {
            "collectivity_id": life.key.collectivity_id,
            "ticket_id": life.key.id,
            "kind": r.deadline.kind,
            "due_at": r.deadline.due_at,
            "article": r.deadline.article,
            "reasons": list(r.deadline.reasons),
            "shown": r.deadline.shown,
            "reminds": r.deadline.reminds,
            "met_at": r.met_at,
            "fired_at": r.fired_at,
        }
        for life in lives
        for r in life.deadlines
    ]


def legal_events(lives: Iterable[Life]) -> list[Row]:
    """The rows of `legal_event`."""
    return [
        {
            "collectivity_id": life.key.collectivity_id, "ticket_id": life.key.id, "kind": f.kind, "at": f.at, "days": f.days,
            "indispensable": f.indispensable, "items": list(f.items), "decision": f.decision, "way": f.way, "why": f.why, "who": f.who,
            "agent_id": f.agent_id, "void": False, "made_at": f.at,
        }
        for life in lives
        for f in life.legal
    ]  # fmt: skip


def outgoing(spoken: Iterable[Spoken], numbers: Iterable[int]) -> tuple[list[Row], list[Row]]:
    """The rows of `outgoing` and of `delivery_attempt`."""
    leaving: list[Row] = []
    attempts: list[Row] = []
    for one, number in zip((s for s in spoken if s.line.message.delivery is not None), numbers, strict=True):
        delivery, key, last = one.line.message.delivery, one.life.key, one.line.attempts[-1]
        assert delivery is not None
        leaving.append(
            {
                "collectivity_id": key.collectivity_id,
                "id": number,
                "ticket_id": key.id,
                "message_id": one.id,
                "channel": delivery.channel,
                "to_addr": delivery.to_addr,
                "automatic": delivery.automatic,
                "state": last[1],
                "due": last[0],
                "tries": len(one.line.attempts),
                "created_at": one.line.message.at,
                "sent_at": last[0] if last[1] in ("sent", "delivered") else None,
            }
        )
        attempts.extend(
            {"collectivity_id": key.collectivity_id, "outgoing_id": number, "at": at, "state": state, "detail": detail}
            for at, state, detail in one.line.attempts
        )
    return leaving, attempts


def _hex(content: bytes) -> str:
    """As a bytea reads it from text."""
    return "\\x" + content.hex()
